//! What `#[mizan::client]` makes of a function.
//!
//! The name becomes a value: a unit struct that implements `mizan::Function`, so that it can be handed to
//! `Builder::function` and named as a target, and that dereferences to a function pointer, so that it can be called as
//! ever. The function itself stands within, next to a struct of its inputs that serde reads and schemars describes.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, FnArg, Ident, ItemFn, Meta, Result, ReturnType, Type, parse_quote};

use crate::names::{is_dotted, snake_case};
use crate::options::{Options, targets};
use crate::parameters::{self, Input, Parameter};

/// An identifier without `r#`.
pub(crate) fn unraw(name: &Ident) -> String {
    name.unraw().to_string()
}

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    let mut function: ItemFn = syn::parse2(item)?;
    check(&options, &function)?;
    let parameters = parameters::read(&mut function.sig.inputs)?;
    check_identity(&options, &parameters)?;
    Ok(Expansion { options, function, parameters }.tokens())
}

fn check(options: &Options, function: &ItemFn) -> Result<()> {
    let signature = &function.sig;
    if let Some(first) = signature.generics.params.first() {
        let problem = "clients know one function of this name, with one set of types: it cannot be generic";
        return Err(Error::new(first.span(), problem));
    }
    if let Some(token) = &signature.unsafety {
        return Err(Error::new(token.span(), "clients cannot know what makes a call safe: it cannot be `unsafe`"));
    }
    if let Some(token) = &signature.constness {
        return Err(Error::new(token.span(), "it runs when a client calls: it cannot be `const`"));
    }
    if let ReturnType::Type(_, ty) = &signature.output
        && let Type::ImplTrait(_) = &**ty
    {
        return Err(Error::new(ty.span(), "name the type that it returns: clients see its schema"));
    }
    let name = unraw(&signature.ident);
    if options.name.is_none() && !is_dotted(&name) {
        let problem = format!(
            "no name for a function: lower-case letters, digits and `_`; rename it, or say `name = {:?}`",
            snake_case(&name)
        );
        return Err(Error::new(signature.ident.span(), problem));
    }
    Ok(())
}

fn check_identity(options: &Options, parameters: &[Parameter]) -> Result<()> {
    for parameter in parameters {
        if let Parameter::Extractor(ty) = parameter
            && parameters::is_identity(ty)
            && options.lets_everybody_in()
        {
            let problem = "this is always somebody, and anybody may call: say `auth = \"authenticated\"`, or take an \
                           `Option<Identity>`";
            return Err(Error::new(ty.span(), problem));
        }
    }
    Ok(())
}

struct Expansion {
    options: Options,
    function: ItemFn,
    parameters: Vec<Parameter>,
}

impl Expansion {
    fn tokens(&self) -> TokenStream {
        let name = &self.function.sig.ident;
        let visibility = &self.function.vis;
        let docs = self.attributes(&["doc", "cfg"]);
        let cfgs = self.attributes(&["cfg"]);
        let (shadows, inner, arguments) = (self.shadows(), self.inner(), self.arguments());
        let (callable, declared, run) = (self.callable(), self.declared(), self.run());
        let defaults = self.inputs().filter_map(Input::default_tokens);
        let context = self.options.context_tokens();
        let wire = self.wire_name();
        let import = crate::root::import();
        quote! {
            #(#docs)*
            #[allow(non_camel_case_types)]
            #[derive(Clone, Copy, Debug)]
            #visibility struct #name;

            #(#cfgs)*
            const _: () = {
                #import
                #(#defaults)*
                #arguments

                // The names of parameters mean something else here, and not where options are read.
                const _: () = {
                    #shadows
                    #inner
                    #callable

                    impl #name {
                        #run
                    }
                };

                #[allow(clippy::useless_conversion)]
                impl ::core::convert::From<#name> for __mizan::Target {
                    fn from(_: #name) -> Self {
                        __mizan::Target::function(#wire, #context)
                    }
                }

                #[allow(clippy::useless_conversion)]
                impl __mizan::Function for #name {
                    fn declare(&self) -> __mizan::__private::Declaration {
                        #declared
                    }
                }
            };
        }
    }

    fn attributes(&self, names: &[&str]) -> Vec<&Attribute> {
        let wanted = |attribute: &&Attribute| names.iter().any(|name| attribute.path().is_ident(name));
        self.function.attrs.iter().filter(wanted).collect()
    }

    fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Input(input) => Some(&**input),
            Parameter::Extractor(_) => None,
        })
    }

    fn wire_name(&self) -> String {
        self.options.name.as_ref().map_or_else(|| unraw(&self.function.sig.ident), syn::LitStr::value)
    }

    fn output(&self) -> Type {
        match &self.function.sig.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        }
    }

    /// Another function may be called as a parameter is here. It is a unit struct, and no pattern can bind the name of
    /// one; that of a function it can. So a function of that name stands between.
    fn shadows(&self) -> TokenStream {
        let mut names = Vec::new();
        for parameter in &self.function.sig.inputs {
            if let FnArg::Typed(typed) = parameter {
                parameters::bound(&typed.pat, &mut names);
            }
        }
        if let Some(Expr::Closure(closure)) = &self.options.affects_params {
            closure.inputs.iter().for_each(|pattern| parameters::bound(pattern, &mut names));
        }
        names.retain(|name| *name != self.function.sig.ident);
        names.sort();
        names.dedup();
        quote!(#(#[allow(dead_code, non_snake_case)] fn #names() {})*)
    }

    /// The function as it was written.
    fn inner(&self) -> TokenStream {
        let mut function = self.function.clone();
        function.vis = syn::Visibility::Inherited;
        function
            .attrs
            .retain(|attribute| !["doc", "cfg", "deprecated"].iter().any(|name| attribute.path().is_ident(name)));
        // Inputs are owned, and a function that never waits may run where the others do.
        function.attrs.push(parse_quote!(#[allow(clippy::needless_pass_by_value, clippy::unused_async)]));
        function.into_token_stream()
    }

    fn arguments(&self) -> TokenStream {
        let fields = self.inputs().map(Input::field);
        quote! {
            #[derive(__mizan::__private::serde::Deserialize, __mizan::__private::schemars::JsonSchema)]
            #[serde(crate = "__mizan::__private::serde")]
            #[schemars(crate = "__mizan::__private::schemars")]
            struct __MizanArguments { #(#fields),* }
        }
    }

    /// `Deref` to a function pointer, which is what makes the value callable.
    fn callable(&self) -> TokenStream {
        let (name, output) = (&self.function.sig.ident, self.output());
        let parameters = self.function.sig.inputs.iter().filter_map(|parameter| match parameter {
            FnArg::Typed(typed) => Some(&*typed.ty),
            FnArg::Receiver(_) => None,
        });
        let types: Vec<&Type> = parameters.collect();
        let places: Vec<Ident> = (0..self.parameters.len()).map(|index| format_ident!("__mizan_{index}")).collect();
        let (returned, call) = if self.is_async() {
            (
                quote!(__mizan::__private::Running<#output>),
                quote_spanned!(name.span()=> |#(#places),*| ::std::boxed::Box::pin(#name(#(#places),*))),
            )
        } else {
            (output.to_token_stream(), quote!(#name))
        };
        quote! {
            impl ::core::ops::Deref for #name {
                type Target = fn(#(#types),*) -> #returned;
                #[allow(clippy::type_complexity, clippy::redundant_closure)]
                fn deref(&self) -> &Self::Target {
                    const CALL: fn(#(#types),*) -> #returned = #call;
                    &CALL
                }
            }
        }
    }

    fn is_async(&self) -> bool {
        self.function.sig.asyncness.is_some()
    }

    /// The function that reads the inputs, runs the function, and prints its result.
    fn run(&self) -> TokenStream {
        let name = &self.function.sig.ident;
        let mut extract = Vec::new();
        let mut pass = Vec::new();
        for (index, parameter) in self.parameters.iter().enumerate() {
            match parameter {
                Parameter::Extractor(ty) => {
                    let place = format_ident!("__mizan_{index}");
                    extract.push(quote_spanned! {ty.span()=>
                        let #place = <#ty as __mizan::FromCall>::from_call(&__mizan_call).await
                            .map_err(__mizan::__private::Failed::from)?;
                    });
                    pass.push(place.into_token_stream());
                }
                Parameter::Input(input) => {
                    let field = &input.name;
                    pass.push(quote!(__mizan_arguments.#field));
                }
            }
        }
        let output = self.output();
        let kept = self.kept().into_iter().map(|input| {
            let (place, field) = (kept_place(&input.name), &input.name);
            quote_spanned!(field.span()=> let #place = ::core::clone::Clone::clone(&__mizan_arguments.#field);)
        });
        let narrowed = self.narrowed();
        let finish = quote_spanned! {output.span()=>
            let __mizan_params = #narrowed;
            __mizan::__private::Returned::<#output>::new().outcome(&__mizan_call, __mizan_result, __mizan_params)
        };
        let call = if self.is_async() {
            quote_spanned! {name.span()=>
                let __mizan_result: #output = #name(#(#pass),*).await;
                #finish
            }
        } else {
            quote_spanned! {name.span()=>
                __mizan::__private::blocking(move || {
                    let __mizan_result: #output = #name(#(#pass),*);
                    #finish
                }).await
            }
        };
        quote_spanned! {name.span()=>
            #[allow(clippy::let_unit_value, clippy::clone_on_copy, clippy::unit_arg)]
            fn __mizan_run(__mizan_call: __mizan::Call) -> __mizan::__private::Running<__mizan::__private::Ran> {
                #[allow(unused_imports)]
                use __mizan::__private::Plain as _;
                ::std::boxed::Box::pin(async move {
                    #(#extract)*
                    let __mizan_arguments: __MizanArguments = __mizan_call.arguments()?;
                    let _ = &__mizan_arguments;
                    #(#kept)*
                    #call
                })
            }
        }
    }

    /// The inputs that `affects_params` asks for by name.
    fn kept(&self) -> Vec<&Input> {
        let Some(Expr::Closure(closure)) = &self.options.affects_params else { return Vec::new() };
        let mut names = Vec::new();
        closure.inputs.iter().skip(1).for_each(|pattern| parameters::bound(pattern, &mut names));
        self.inputs().filter(|input| names.contains(&input.name)).collect()
    }

    fn narrowed(&self) -> TokenStream {
        let Some(narrow) = &self.options.affects_params else { return quote!(::core::option::Option::None) };
        let output = self.output();
        let params = match narrow {
            Expr::Closure(closure) => {
                let mut patterns = closure.inputs.iter();
                let first = patterns.next().map_or_else(|| quote!(_), ToTokens::to_token_stream);
                let others = patterns.map(|pattern| {
                    let mut names = Vec::new();
                    parameters::bound(pattern, &mut names);
                    let known = names.first().filter(|name| self.inputs().any(|input| input.name == **name));
                    match known {
                        Some(name) => {
                            let place = kept_place(name);
                            quote_spanned!(pattern.span()=> let #pattern = &#place;)
                        }
                        None => Error::new(pattern.span(), "this is no input of the function").into_compile_error(),
                    }
                });
                let body = &closure.body;
                quote_spanned!(closure.span()=> { let #first = __mizan_value; #(#others)* #body })
            }
            other => quote_spanned!(other.span()=> (#other)(__mizan_value)),
        };
        quote_spanned! {narrow.span()=>
            match __mizan::__private::Returned::<#output>::new().value(&__mizan_result) {
                ::core::option::Option::Some(__mizan_value) => {
                    let __mizan_narrowed: __mizan::Params = #params;
                    ::core::option::Option::Some(__mizan_narrowed)
                }
                ::core::option::Option::None => ::core::option::Option::None,
            }
        }
    }

    /// The value that `declare` gives.
    fn declared(&self) -> TokenStream {
        let options = &self.options;
        let name = &self.function.sig.ident;
        let (wire, output) = (self.wire_name(), self.output());
        let doc = maybe(parameters::doc(&self.function.attrs).map(ToTokens::into_token_stream));
        let deprecated = maybe(deprecated(&self.function.attrs).map(ToTokens::into_token_stream));
        let (context, auth) = (options.context_tokens(), options.auth_tokens());
        let (affects, merge) = (targets(options.affects.as_ref()), targets(options.merge.as_ref()));
        let flag = |value: &Option<Expr>| value.as_ref().map_or_else(|| quote!(false), ToTokens::to_token_stream);
        let (private, websocket) = (flag(&options.private), flag(&options.websocket));
        let route = maybe(options.route.as_ref().map(|path| {
            let methods = options.methods.as_ref().map_or_else(|| quote!(["GET"]), ToTokens::to_token_stream);
            quote! { (::std::string::String::from(#path),
            ::core::iter::IntoIterator::into_iter(#methods).map(::std::string::String::from).collect()) }
        }));
        let rev = maybe(options.rev.as_ref().map(ToTokens::to_token_stream));
        let cache = options.cache.as_ref().map_or_else(
            || quote!(__mizan::Caching::Default),
            |cache| quote_spanned!(cache.span()=> __mizan::Caching::from(#cache)),
        );
        let timeout = maybe(
            options
                .timeout
                .as_ref()
                .map(|timeout| quote_spanned!(timeout.span()=> __mizan::__private::Seconds::from(#timeout).0)),
        );
        let computes_params = options.affects_params.is_some();
        let errors = options.errors.iter().map(|errors| {
            quote_spanned!(errors.span()=>
                __mizan_errors.extend(<#errors as __mizan::Errors>::declared(__mizan_schemas));)
        });
        let extracts = self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Extractor(ty) => Some(quote_spanned!(ty.span()=> __mizan::__private::Extracts::of::<#ty>())),
            Parameter::Input(_) => None,
        });
        let inputs = self.inputs().map(|input| unraw(&input.name));
        let uploads = self.inputs().filter_map(Input::upload_tokens);
        let output_span = output.span();
        let described = quote_spanned! {output_span=>
            output: |__mizan_schemas| {
                #[allow(unused_imports)]
                use __mizan::__private::Plain as _;
                __mizan::__private::Returned::<#output>::new().schema(__mizan_schemas)
            },
            errors: |__mizan_schemas| {
                #[allow(unused_imports)]
                use __mizan::__private::Plain as _;
                let mut __mizan_errors = __mizan::__private::Returned::<#output>::new().errors(__mizan_schemas);
                #(#errors)*
                __mizan_errors
            },
        };
        // The line is that of the name, not that of the attribute.
        let (file, line) =
            (quote_spanned!(name.span()=> ::core::file!()), quote_spanned!(name.span()=> ::core::line!()));
        quote! {
            __mizan::__private::Declaration {
                name: #wire,
                file: #file,
                line: #line,
                doc: #doc,
                deprecated: #deprecated,
                context: #context,
                affects: #affects,
                merge: #merge,
                auth: #auth,
                private: #private,
                websocket: #websocket,
                route: #route,
                rev: #rev,
                cache: #cache,
                timeout: #timeout,
                computes_params: #computes_params,
                extracts: ::std::vec![#(#extracts),*],
                inputs: &[#(#inputs),*],
                uploads: ::std::vec![#(#uploads),*],
                input: <__MizanArguments as __mizan::__private::schemars::JsonSchema>::json_schema,
                #described
                run: #name::__mizan_run,
            }
        }
    }
}

fn kept_place(name: &Ident) -> Ident {
    format_ident!("__mizan_kept_{}", unraw(name))
}

fn maybe(value: Option<TokenStream>) -> TokenStream {
    match value {
        None => quote!(::core::option::Option::None),
        Some(value) => quote!(::core::option::Option::Some(#value)),
    }
}

/// What `#[deprecated]` says; an empty text where it says nothing.
fn deprecated(attributes: &[Attribute]) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("deprecated"))?;
    let mut note = String::new();
    match &attribute.meta {
        Meta::NameValue(pair) => {
            if let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value {
                note = text.value();
            }
        }
        Meta::List(_) => {
            // What cannot be read here is the compiler's to refuse.
            let _ = attribute.parse_nested_meta(|meta| {
                let text: syn::LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("note") {
                    note = text.value();
                }
                Ok(())
            });
        }
        Meta::Path(_) => {}
    }
    Some(note)
}
