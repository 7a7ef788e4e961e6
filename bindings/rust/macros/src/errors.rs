//! What `#[derive(mizan::Errors)]` makes of an enum: each variant an error of its own, its fields the typed data.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Fields, Ident, LitStr, Result, Variant};

use crate::names::snake_case;

/// What `#[mizan(…)]` says of a variant.
#[derive(Default)]
struct Said {
    code: Option<LitStr>,
    status: Option<Expr>,
    message: Option<LitStr>,
    transparent: bool,
}

pub(crate) fn expand(item: TokenStream) -> Result<TokenStream> {
    let item: DeriveInput = syn::parse2(item)?;
    let Data::Enum(data) = &item.data else {
        let problem = "the errors of a function are an enum, with a variant for each of them";
        return Err(Error::new(item.ident.span(), problem));
    };
    if let Some(first) = item.generics.params.first() {
        return Err(Error::new(first.span(), "clients see one set of errors: it cannot be generic"));
    }
    let name = &item.ident;
    let (mut items, mut declared, mut arms) = (Vec::new(), Vec::new(), Vec::new());
    for variant in &data.variants {
        let parts = expand_variant(name, variant)?;
        items.push(parts.items);
        declared.extend(parts.declared);
        arms.push(parts.arm);
    }
    let import = crate::root::import();
    Ok(quote! {
        const _: () = {
            #import
            #(#items)*

            impl __mizan::Errors for #name {
                fn declared(
                    __mizan_schemas: &mut __mizan::__private::schemars::SchemaGenerator,
                ) -> ::std::vec::Vec<__mizan::__private::ErrorDeclaration> {
                    let _ = &__mizan_schemas;
                    let mut __mizan_errors = ::std::vec::Vec::new();
                    #(#declared)*
                    __mizan_errors
                }

                fn into_error(self) -> __mizan::Error {
                    match self { #(#arms)* }
                }
            }
        };
    })
}

struct Parts {
    items: TokenStream,
    declared: Option<TokenStream>,
    arm: TokenStream,
}

fn expand_variant(name: &Ident, variant: &Variant) -> Result<Parts> {
    let said = said(&variant.attrs)?;
    let ident = &variant.ident;
    if said.transparent {
        let Fields::Unnamed(fields) = &variant.fields else {
            return Err(Error::new(
                ident.span(),
                "what passes through is the one field of the variant: `Other(Error)`",
            ));
        };
        let [inner] = fields.unnamed.iter().collect::<Vec<_>>()[..] else {
            return Err(Error::new(fields.span(), "what passes through is one error"));
        };
        let ty = &inner.ty;
        return Ok(Parts {
            // So that `?` passes it on.
            items: quote_spanned! {ty.span()=>
                impl ::core::convert::From<#ty> for #name {
                    fn from(__mizan_error: #ty) -> Self {
                        #name::#ident(__mizan_error)
                    }
                }
            },
            declared: Some(quote_spanned! {ty.span()=>
                __mizan_errors.extend(<#ty as __mizan::Errors>::declared(__mizan_schemas));
            }),
            arm: quote_spanned!(ty.span()=> #name::#ident(__mizan_error) => __mizan::Errors::into_error(__mizan_error),),
        });
    }
    let code = said.code.as_ref().map_or_else(|| snake_case(&ident.to_string()).to_uppercase(), LitStr::value);
    check_code(&code, said.code.as_ref().map_or_else(|| ident.span(), LitStr::span))?;
    let status = said.status.as_ref().map_or_else(|| quote!(400), ToTokens::to_token_stream);
    let data = format_ident!("__MizanDataOf{ident}");
    let (structure, schema, pattern, value) = match &variant.fields {
        Fields::Unit => (TokenStream::new(), none(), quote!(#name::#ident), none()),
        Fields::Named(fields) => {
            let (names, types): (Vec<_>, Vec<_>) = fields.named.iter().map(|field| (&field.ident, &field.ty)).unzip();
            let attributes: Vec<Vec<&Attribute>> = fields.named.iter().map(|field| passed_on(&field.attrs)).collect();
            let structure = quote! {
                #[derive(__mizan::__private::serde::Serialize, __mizan::__private::schemars::JsonSchema)]
                #[serde(crate = "__mizan::__private::serde")]
                #[schemars(crate = "__mizan::__private::schemars", inline)]
                #[allow(dead_code)]
                struct #data { #(#(#attributes)* #names: #types),* }
            };
            let schema = quote! {
                ::core::option::Option::Some(
                    <#data as __mizan::__private::schemars::JsonSchema>::json_schema(__mizan_schemas))
            };
            let value = quote!(::core::option::Option::Some(__mizan::__private::text(&#data { #(#names),* })));
            (structure, schema, quote!(#name::#ident { #(#names),* }), value)
        }
        Fields::Unnamed(fields) => {
            let problem = "the data of an error has names: write `{ taken_by: i64 }`, or pass another error on with \
                           `#[mizan(transparent)]`";
            return Err(Error::new(fields.span(), problem));
        }
    };
    let message = said.message.as_ref().map_or_else(
        || quote!(::std::string::String::from(#code)),
        |message| quote_spanned!(message.span()=> ::std::format!(#message)),
    );
    Ok(Parts {
        items: structure,
        declared: Some(quote! {
            __mizan_errors.push(__mizan::__private::ErrorDeclaration {
                code: ::std::string::String::from(#code), status: #status, data: #schema,
            });
        }),
        arm: quote! {
            #pattern => {
                let __mizan_message = #message;
                __mizan::__private::declared(#code, __mizan_message, #value)
            }
        },
    })
}

fn none() -> TokenStream {
    quote!(::core::option::Option::None)
}

fn check_code(code: &str, span: proc_macro2::Span) -> Result<()> {
    let good = code.starts_with(|first: char| first.is_ascii_uppercase())
        && code.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
    if good {
        return Ok(());
    }
    Err(Error::new(span, format!("{code:?} is no code of an error: upper-case letters, digits and `_`")))
}

/// What serde and schemars are told of a field, and its docs.
fn passed_on(attributes: &[Attribute]) -> Vec<&Attribute> {
    let passes =
        |attribute: &&Attribute| ["doc", "schemars", "serde"].iter().any(|name| attribute.path().is_ident(name));
    attributes.iter().filter(passes).collect()
}

fn said(attributes: &[Attribute]) -> Result<Said> {
    let mut said = Said::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("mizan")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("code") {
                said.code = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("status") {
                said.status = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("message") {
                said.message = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("transparent") {
                said.transparent = true;
            } else {
                return Err(meta.error("of an error there is `code`, `message`, `status` and `transparent`"));
            }
            Ok(())
        })?;
    }
    Ok(said)
}
