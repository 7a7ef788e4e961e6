//! Where the crate `mizan` is in the crate that is being compiled: its own dependency, or what an adapter re-exports.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// Adapters that re-export it.
const ADAPTERS: [&str; 2] = ["mizan-axum", "tauri-plugin-mizan"];

/// Names it `__mizan`, which is what everything that the macros write begins with.
pub(crate) fn import() -> TokenStream {
    let path = path();
    quote! {
        #[allow(unused_imports)]
        use #path as __mizan;
    }
}

fn path() -> TokenStream {
    if let Ok(FoundCrate::Name(name)) = crate_name("mizan") {
        let name = format_ident!("{name}");
        return quote!(::#name);
    }
    for adapter in ADAPTERS {
        if let Ok(FoundCrate::Name(name)) = crate_name(adapter) {
            let name = format_ident!("{name}");
            return quote!(::#name::mizan);
        }
    }
    // In the crate itself, and where its name comes from elsewhere.
    quote!(::mizan)
}
