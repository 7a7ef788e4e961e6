//! What stands in the parentheses of the attribute, and what can be wrong with it by itself.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Ident, Lit, LitStr, Result, Token, Type, parse_quote};

use crate::names::{is_dotted, is_name};

const KNOWN: &str = "affects, affects_params, auth, cache, context, errors, merge, methods, name, private, rev, route, \
                     timeout, websocket";
const AUTH_WORDS: [&str; 4] = ["none", "authenticated", "staff", "superuser"];

/// The options of one function. Values are expressions, run when an application is built.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) affects: Option<Expr>,
    pub(crate) affects_params: Option<Expr>,
    pub(crate) auth: Option<Expr>,
    pub(crate) cache: Option<Expr>,
    pub(crate) context: Option<Expr>,
    pub(crate) errors: Vec<Type>,
    pub(crate) merge: Option<Expr>,
    pub(crate) methods: Option<Expr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) private: Option<Expr>,
    pub(crate) rev: Option<Expr>,
    pub(crate) route: Option<LitStr>,
    pub(crate) timeout: Option<Expr>,
    pub(crate) websocket: Option<Expr>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        let mut seen: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            if seen.contains(&name) {
                return Err(Error::new(name.span(), format!("`{name}` is said twice")));
            }
            options.read(&name, input)?;
            seen.push(name);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        options.check(&seen)?;
        Ok(options)
    }
}

impl Options {
    fn read(&mut self, name: &Ident, input: ParseStream<'_>) -> Result<()> {
        let place = match name.to_string().as_str() {
            "affects" => &mut self.affects,
            "affects_params" => &mut self.affects_params,
            "auth" => &mut self.auth,
            "cache" => &mut self.cache,
            "context" => &mut self.context,
            "merge" => &mut self.merge,
            "methods" => &mut self.methods,
            "rev" => &mut self.rev,
            "timeout" => &mut self.timeout,
            "private" | "websocket" => {
                let value = if input.peek(Token![=]) { value(name, input)? } else { parse_quote!(true) };
                *(if name == "private" { &mut self.private } else { &mut self.websocket }) = Some(value);
                return Ok(());
            }
            "name" => {
                self.name = Some(text(name, input)?);
                return Ok(());
            }
            "route" => {
                self.route = Some(text(name, input)?);
                return Ok(());
            }
            "errors" => {
                input.parse::<Token![=]>()?;
                if input.peek(syn::token::Bracket) {
                    let types;
                    syn::bracketed!(types in input);
                    self.errors = types.parse_terminated(Type::parse, Token![,])?.into_iter().collect();
                } else {
                    self.errors.push(input.parse()?);
                }
                return Ok(());
            }
            _ => return Err(Error::new(name.span(), format!("there is no option `{name}`; there are {KNOWN}"))),
        };
        *place = Some(value(name, input)?);
        Ok(())
    }

    fn check(&self, seen: &[Ident]) -> Result<()> {
        let span = |option: &str| seen.iter().find(|name| *name == option).map_or_else(Span::call_site, Ident::span);
        for (option, found) in
            [("affects", &self.affects), ("merge", &self.merge), ("affects_params", &self.affects_params)]
        {
            if self.context.is_some() && found.is_some() {
                let problem = format!(
                    "a member of a context reads, and `{option}` is for functions that write: make it two functions"
                );
                return Err(Error::new(span(option), problem));
            }
        }
        if self.affects_params.is_some() && self.affects.is_none() && self.merge.is_none() {
            return Err(Error::new(
                span("affects_params"),
                "nothing is affected that could be narrowed: say `affects`",
            ));
        }
        if self.methods.is_some() && self.route.is_none() {
            return Err(Error::new(span("methods"), "methods belong to a route: say `route = \"/…\"`"));
        }
        if let Some(name) = &self.name
            && !is_dotted(&name.value())
        {
            let problem = "no name for a function: lower-case letters, digits and `_`, dots between parts";
            return Err(Error::new(name.span(), problem));
        }
        if let Some(context) = self.context.as_ref().and_then(literal_text)
            && !is_name(&context.value())
        {
            return Err(Error::new(context.span(), "no name for a context: lower-case letters, digits and `_`"));
        }
        if let Some(Expr::Lit(ExprLit { lit, .. })) = &self.timeout {
            let seconds = match lit {
                Lit::Int(number) => number.base10_parse::<f64>().ok(),
                Lit::Float(number) => number.base10_parse::<f64>().ok(),
                _ => None,
            };
            if seconds.is_none_or(|seconds| seconds <= 0.0) {
                return Err(Error::new(lit.span(), "a timeout is a number of seconds, more than 0; 30 is the default"));
            }
        }
        self.check_auth()
    }

    fn check_auth(&self) -> Result<()> {
        let Some(auth) = &self.auth else { return Ok(()) };
        let words: Vec<&LitStr> = match auth {
            Expr::Array(list) if list.elems.is_empty() => {
                let problem = "an empty list would let nobody or everybody in: say \"authenticated\"";
                return Err(Error::new(list.span(), problem));
            }
            Expr::Array(list) => list.elems.iter().filter_map(literal_text).collect(),
            other => literal_text(other).into_iter().collect(),
        };
        let alone = !matches!(auth, Expr::Array(_));
        for word in words {
            let text = word.value();
            let is_word = alone && AUTH_WORDS.contains(&text.as_str());
            if !text.contains('.') && !is_word {
                let problem = format!(
                    "{text:?} is neither one of {} nor a permission, which has a dot; a guard of your own is \
                     `guard(\"name\")`",
                    AUTH_WORDS.map(|word| format!("{word:?}")).join(", ")
                );
                return Err(Error::new(word.span(), problem));
            }
        }
        Ok(())
    }

    /// Whether anybody may call, as far as that can be read here.
    pub(crate) fn lets_everybody_in(&self) -> bool {
        self.auth.as_ref().is_none_or(|auth| literal_text(auth).is_some_and(|word| word.value() == "none"))
    }

    pub(crate) fn auth_tokens(&self) -> TokenStream {
        match &self.auth {
            None => quote!(__mizan::Auth::None),
            Some(Expr::Call(call)) if call.func.to_token_stream().to_string() == "guard" => {
                let arguments = &call.args;
                quote_spanned!(call.span()=> __mizan::Auth::guard(#arguments))
            }
            Some(other) => quote_spanned!(other.span()=> __mizan::Auth::from(#other)),
        }
    }

    pub(crate) fn context_tokens(&self) -> TokenStream {
        match &self.context {
            None => quote!(::core::option::Option::None),
            Some(context) => {
                quote_spanned!(context.span()=> ::core::option::Option::Some(__mizan::Target::from(#context)))
            }
        }
    }
}

fn value(name: &Ident, input: ParseStream<'_>) -> Result<Expr> {
    if !input.peek(Token![=]) {
        return Err(Error::new(name.span(), format!("`{name}` needs a value: `{name} = …`")));
    }
    input.parse::<Token![=]>()?;
    input.parse()
}

fn text(name: &Ident, input: ParseStream<'_>) -> Result<LitStr> {
    let value = value(name, input)?;
    literal_text(&value).cloned().ok_or_else(|| Error::new(value.span(), format!("`{name}` is a text in quotes")))
}

/// The text of a literal.
fn literal_text(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        _ => None,
    }
}

/// `[a, b]` as a list of targets of different types, and any other expression as it is.
pub(crate) fn targets(value: Option<&Expr>) -> TokenStream {
    match value {
        None => quote!(::std::vec::Vec::new()),
        Some(Expr::Array(list)) => {
            let items = list.elems.iter().map(|item| quote_spanned!(item.span()=> __mizan::Target::from(#item)));
            quote!(::std::vec![#(#items),*])
        }
        Some(other) => quote_spanned!(other.span()=> __mizan::__private::Targets::from(#other).0),
    }
}
