//! The parameters of a function: what comes with the call, and what is taken from the request.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprLit, FnArg, Ident, Lit, Meta, Pat, PatType, Result, Token, Type};

use crate::names::is_name;

/// Types that are taken from the request wherever they stand.
const EXTRACTORS: [&str; 4] = ["Extension", "Identity", "Request", "State"];

const LINTS: [&str; 5] = ["allow", "deny", "expect", "forbid", "warn"];

/// A parameter of either kind.
pub(crate) enum Parameter {
    /// A value that is found, not sent.
    Extractor(Type),
    /// An input by its name.
    Input(Box<Input>),
}

/// An input of the function.
pub(crate) struct Input {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    /// Docs, and what serde and schemars are told of it.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) default: Fallback,
    pub(crate) max_size: Option<Expr>,
    pub(crate) content_types: Option<Expr>,
}

/// What an input is where it is left out.
#[derive(Default)]
pub(crate) enum Fallback {
    /// Nothing: it is required.
    #[default]
    None,
    /// What its type has as its default.
    OfType,
    /// This value.
    Value(Expr),
}

/// What `#[mizan(…)]` says of a parameter.
#[derive(Default)]
struct Said {
    extract: bool,
    default: Fallback,
    max_size: Option<Expr>,
    content_types: Option<Expr>,
}

/// Sorts the parameters, and takes the attributes that are ours from them.
pub(crate) fn read(parameters: &mut syn::punctuated::Punctuated<FnArg, Token![,]>) -> Result<Vec<Parameter>> {
    parameters
        .iter_mut()
        .map(|parameter| match parameter {
            FnArg::Receiver(receiver) => {
                Err(Error::new(receiver.span(), "clients call plain functions: move it out of the `impl`"))
            }
            FnArg::Typed(typed) => sort(typed),
        })
        .collect()
}

fn sort(parameter: &mut PatType) -> Result<Parameter> {
    let said = said(&parameter.attrs)?;
    // Lints are about the parameter; all others say something of the input.
    let is_lint = |attribute: &Attribute| LINTS.iter().any(|name| attribute.path().is_ident(name));
    let (lints, others): (Vec<_>, Vec<_>) = std::mem::take(&mut parameter.attrs).into_iter().partition(is_lint);
    parameter.attrs = lints;
    let attributes = others.into_iter().filter(|attribute| !attribute.path().is_ident("mizan")).collect();
    let ty = (*parameter.ty).clone();
    if said.extract || is_extractor(&ty) {
        return Ok(Parameter::Extractor(ty));
    }
    let Pat::Ident(name) = &mut *parameter.pat else {
        let problem = "an input has a name; what is taken apart here is an extractor of your own only with \
                       `#[mizan(extract)]`";
        return Err(Error::new(parameter.pat.span(), problem));
    };
    match &ty {
        Type::Reference(reference) => {
            let problem = "an input is owned by the function: take a `String` for text, a `Vec` for a list";
            return Err(Error::new(reference.span(), problem));
        }
        Type::ImplTrait(unnamed) => {
            return Err(Error::new(
                unnamed.span(),
                "an input has one type that has a schema, not any that fits a trait",
            ));
        }
        _ => {}
    }
    let plain = crate::client::unraw(&name.ident);
    if !is_name(&plain) {
        let problem = "no name for an input: lower-case letters, digits and `_`, a letter first";
        return Err(Error::new(name.ident.span(), problem));
    }
    Ok(Parameter::Input(Box::new(Input {
        name: name.ident.clone(),
        ty,
        attributes,
        default: said.default,
        max_size: said.max_size,
        content_types: said.content_types,
    })))
}

fn said(attributes: &[Attribute]) -> Result<Said> {
    let mut said = Said::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("mizan")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("extract") {
                said.extract = true;
            } else if meta.path.is_ident("default") {
                let given = meta.input.peek(Token![=]);
                said.default = if given { Fallback::Value(meta.value()?.parse()?) } else { Fallback::OfType };
            } else if meta.path.is_ident("max_size") {
                said.max_size = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("content_types") {
                said.content_types = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("of a parameter there is `default`, `extract`, `max_size` and `content_types`"));
            }
            Ok(())
        })?;
    }
    Ok(said)
}

/// Whether a type is one of ours that is taken from the request: `State<T>`, `Option<Identity>`.
fn is_extractor(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    if last.ident == "Option"
        && let syn::PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(syn::GenericArgument::Type(inner)) = arguments.args.first()
    {
        return is_identity(inner);
    }
    EXTRACTORS.iter().any(|name| last.ident == name)
}

/// Whether a type is `Identity`.
pub(crate) fn is_identity(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Identity"))
}

impl Input {
    /// The field of the struct that all inputs are read as.
    pub(crate) fn field(&self) -> TokenStream {
        let Self { name, ty, attributes, .. } = self;
        let default = match &self.default {
            Fallback::None => TokenStream::new(),
            Fallback::OfType => quote_spanned!(name.span()=> #[serde(default)]),
            Fallback::Value(_) => {
                let function = self.default_function().to_string();
                quote_spanned!(name.span()=> #[serde(default = #function)])
            }
        };
        quote_spanned!(ty.span()=> #(#attributes)* #default #name: #ty)
    }

    fn default_function(&self) -> Ident {
        format_ident!("__mizan_default_{}", crate::client::unraw(&self.name))
    }

    /// The function that makes its default, where it has one of its own.
    pub(crate) fn default_tokens(&self) -> Option<TokenStream> {
        let Fallback::Value(value) = &self.default else { return None };
        let (name, ty) = (self.default_function(), &self.ty);
        let is_text = matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
        let value = if is_text {
            quote_spanned!(value.span()=> ::core::convert::Into::into(#value))
        } else {
            value.to_token_stream()
        };
        Some(quote_spanned!(self.name.span()=> fn #name() -> #ty { #value }))
    }

    /// What a file may be, where that is said.
    pub(crate) fn upload_tokens(&self) -> Option<TokenStream> {
        if self.max_size.is_none() && self.content_types.is_none() {
            return None;
        }
        let name = crate::client::unraw(&self.name);
        let some = |value: &Option<Expr>, make: fn(&Expr) -> TokenStream| match value {
            None => quote_spanned!(self.name.span()=> ::core::option::Option::None),
            Some(value) => {
                let made = make(value);
                quote_spanned!(value.span()=> ::core::option::Option::Some(#made))
            }
        };
        let size = match &self.max_size {
            Some(size) if !matches!(size, Expr::Lit(_)) => {
                quote_spanned!(size.span()=> ::core::option::Option::<u64>::from(#size))
            }
            size => some(size, ToTokens::to_token_stream),
        };
        let types = some(&self.content_types, |value| {
            quote_spanned!(value.span()=> ::core::iter::IntoIterator::into_iter(#value)
                .map(::std::string::String::from).collect())
        });
        Some(quote_spanned!(self.name.span()=> __mizan::__private::UploadLimits {
            input: #name, max_size: #size, content_types: #types
        }))
    }
}

/// The identifiers that a pattern binds.
pub(crate) fn bound(pattern: &Pat, names: &mut Vec<Ident>) {
    match pattern {
        Pat::Ident(name) => {
            names.push(name.ident.clone());
            if let Some((_, inner)) = &name.subpat {
                bound(inner, names);
            }
        }
        Pat::TupleStruct(parts) => parts.elems.iter().for_each(|part| bound(part, names)),
        Pat::Tuple(parts) => parts.elems.iter().for_each(|part| bound(part, names)),
        Pat::Struct(parts) => parts.fields.iter().for_each(|part| bound(&part.pat, names)),
        Pat::Paren(inner) => bound(&inner.pat, names),
        Pat::Type(inner) => bound(&inner.pat, names),
        Pat::Reference(inner) => bound(&inner.pat, names),
        _ => {}
    }
}

/// The text of the doc comments, without what separates it from the slashes.
pub(crate) fn doc(attributes: &[Attribute]) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            let text = text.value();
            lines.extend(text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()));
        }
    }
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}
