//! The attribute [`macro@client`] and the derive [`macro@Errors`]. The crate `mizan` re-exports and explains them.

mod client;
mod errors;
mod names;
mod options;
mod parameters;
mod root;

use proc_macro::TokenStream;

/// Declares a function that clients may call. See `mizan::client`.
#[proc_macro_attribute]
pub fn client(options: TokenStream, item: TokenStream) -> TokenStream {
    client::expand(options.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares the errors of a function. See `mizan::Errors`.
#[proc_macro_derive(Errors, attributes(mizan, schemars, serde))]
pub fn errors(item: TokenStream) -> TokenStream {
    errors::expand(item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
