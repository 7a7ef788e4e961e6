//! The application as one target sees it: every name decided, each type's input and output forms told apart, and what
//! cannot be generated refused.

mod claims;
mod outputs;
mod types;

use mizan_core::ir::model::{Context, Document, Field, Function, Shape};

use crate::names::{camel, pascal};
use crate::places::{Place, Places};
use crate::{Kind, Refusal};
use claims::Claims;
pub(crate) use outputs::Outputs;
use types::TypeTable;

/// The way that a value travels: to the server or from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the server: what has a default may be left out.
    Input,
    /// From the server: what has a default is always there.
    Output,
    /// From the server, and not decoded: a `bigint` is its digits.
    Wire,
}

/// An application, resolved for one target.
pub(crate) struct Resolved<'a> {
    /// The digest that client and server compare.
    pub(crate) contract: String,
    /// The declarations for the application's named types, in the order in which they are written.
    pub(crate) types: Vec<TypeDeclaration<'a>>,
    /// The functions that a client may call.
    pub(crate) functions: Vec<ResolvedFunction<'a>>,
    /// The private members of contexts that declare errors, with the names of their error types: a bundle fails with them.
    pub(crate) private_errors: Vec<(&'a Function, String)>,
    /// The contexts.
    pub(crate) contexts: Vec<ResolvedContext<'a>>,
    /// What the functions return.
    pub(crate) outputs: Outputs<'a>,
    table: TypeTable<'a>,
}

/// A named type in one of its forms.
pub(crate) struct TypeDeclaration<'a> {
    /// The type's name in the document.
    pub(crate) origin: &'a str,
    /// The name it is exported by.
    pub(crate) name: String,
    /// What the author wrote of it.
    pub(crate) doc: Option<&'a str>,
    /// What values it has.
    pub(crate) shape: &'a Shape,
    /// Which form.
    pub(crate) direction: Direction,
}

/// A function that a client may call.
pub(crate) struct ResolvedFunction<'a> {
    /// As the document has it.
    pub(crate) function: &'a Function,
    /// Where it stands on the server.
    pub(crate) place: Option<&'a Place>,
    /// `updateProfile`.
    pub(crate) name: String,
    /// `UpdateProfileInput`; none where it takes nothing.
    pub(crate) input: Option<String>,
    /// `UpdateProfileError`; none where it declares no error of its own.
    pub(crate) error: Option<String>,
    /// `useUpdateProfile`, where it is called by itself and not read as a slot.
    pub(crate) hook: Option<String>,
    /// The contexts that it invalidates or merges into, sorted.
    pub(crate) contexts: Vec<&'a str>,
}

/// A context.
pub(crate) struct ResolvedContext<'a> {
    /// As the document has it.
    pub(crate) context: &'a Context,
    /// `userContext`.
    pub(crate) name: String,
    /// `UserParams`; none where it takes nothing.
    pub(crate) params: Option<String>,
    /// What it takes, as a URL has it.
    pub(crate) fields: Vec<Field>,
    /// `UserBundle`.
    pub(crate) bundle: String,
    /// `useUserContext`.
    pub(crate) hook: String,
    /// `useSuspenseUserContext`.
    pub(crate) suspense_hook: String,
    /// `UserProvider`.
    pub(crate) provider: String,
    /// Its members.
    pub(crate) slots: Vec<Slot<'a>>,
    /// `decodeUserBundle`, where a `bigint` is somewhere inside.
    pub(crate) decoder: Option<String>,
    /// The error types of the members that declare errors: a bundle fails with the error of a member.
    pub(crate) errors: Vec<String>,
}

/// One member of a bundle.
pub(crate) struct Slot<'a> {
    /// As the document has it.
    pub(crate) function: &'a Function,
    /// Where it stands on the server.
    pub(crate) place: Option<&'a Place>,
    /// `useUserProfile`.
    pub(crate) hook: String,
    /// `useSuspenseUserProfile`.
    pub(crate) suspense_hook: String,
}

impl Resolved<'_> {
    /// The name of a named type's form.
    pub(crate) fn type_name(&self, name: &str, direction: Direction) -> &str {
        self.table.name_of(name, direction)
    }

    /// The name of what decodes a named type, where that is needed.
    pub(crate) fn decoder_name(&self, name: &str) -> Option<&str> {
        self.table.decoder_of(name)
    }

    /// The shape of a named type.
    pub(crate) fn shape_of(&self, name: &str) -> Option<&Shape> {
        self.table.shape_of(name)
    }

    /// Whether a value of this shape has a `bigint` somewhere inside.
    pub(crate) fn holds_bigint(&self, shape: &Shape) -> bool {
        self.table.holds_bigint(shape)
    }

    /// Whether a value of these fields has a file somewhere inside.
    pub(crate) fn holds_upload(&self, fields: &[Field]) -> bool {
        self.table.holds_upload(fields)
    }
}

/// Resolves a document, or says everything that is in the way.
pub(crate) fn resolve<'a>(
    document: &'a Document,
    places: &'a Places,
    kind: Kind,
) -> Result<Resolved<'a>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut claims = Claims::default();
    let mut table = TypeTable::new(document, &mut refusals);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut functions = functions(document, places);
    let mut contexts = contexts(document, places, &mut refusals);
    claim_values(&mut functions, &mut contexts, kind, places, &mut claims, &mut refusals);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let types = table.declare(&mut claims);
    for resolved in &mut functions {
        for name in [&mut resolved.input, &mut resolved.error].into_iter().flatten() {
            *name = claims.claim_free(name);
        }
    }
    let mut private_errors = private_errors(document);
    for (_, name) in &mut private_errors {
        *name = claims.claim_free(name);
    }
    for resolved in &mut contexts {
        for name in resolved.params.iter_mut().chain([&mut resolved.bundle]) {
            *name = claims.claim_free(name);
        }
        let failing = resolved.slots.iter().filter_map(|slot| {
            let name = slot.function.name.as_str();
            if let Some((_, error)) = private_errors.iter().find(|(function, _)| function.name == name) {
                return Some(error.clone());
            }
            let index = functions.binary_search_by(|other| other.function.name.as_str().cmp(name)).ok()?;
            functions.get(index)?.error.clone()
        });
        resolved.errors = failing.collect();
    }
    let outputs = Outputs::new(document, &table, &mut claims);
    for resolved in &mut contexts {
        if resolved.slots.iter().any(|slot| outputs.decoder_of(slot.function).is_some()) {
            resolved.decoder = Some(claims.claim_free(&format!("decode{}", resolved.bundle)));
        }
    }
    let contract = crate::contract_digest(document);
    Ok(Resolved { contract, types, functions, private_errors, contexts, outputs, table })
}

/// The private members of contexts that declare errors, sorted, with the names that their error types would like.
fn private_errors(document: &Document) -> Vec<(&Function, String)> {
    let is_member = |name: &String| document.contexts.iter().any(|context| context.members.contains(name));
    let failing = document.functions.iter().filter(|function| function.private && !function.errors.is_empty());
    failing
        .filter(|function| is_member(&function.name))
        .map(|function| (function, format!("{}Error", pascal(&function.name))))
        .collect()
}

/// The functions that a client may call, with the names that they would like.
fn functions<'a>(document: &'a Document, places: &'a Places) -> Vec<ResolvedFunction<'a>> {
    let public = document.functions.iter().filter(|function| !function.private);
    public
        .map(|function| {
            let stem = pascal(&function.name);
            let affected = function.affects.iter().map(|affect| affect.context.as_str());
            let merged = function.merge.iter().map(|merge| merge.context.as_str());
            let mut contexts: Vec<&str> = affected.chain(merged).collect();
            contexts.sort_unstable();
            contexts.dedup();
            ResolvedFunction {
                function,
                place: places.of(&function.name),
                name: camel(&function.name),
                input: (!function.input.is_empty()).then(|| format!("{stem}Input")),
                error: (!function.errors.is_empty()).then(|| format!("{stem}Error")),
                hook: function.context.is_none().then(|| format!("use{stem}")),
                contexts,
            }
        })
        .collect()
}

/// The contexts, with the names that they would like.
fn contexts<'a>(document: &'a Document, places: &'a Places, refusals: &mut Vec<Refusal>) -> Vec<ResolvedContext<'a>> {
    let mut resolved = Vec::with_capacity(document.contexts.len());
    for context in &document.contexts {
        let stem = pascal(&context.name);
        let mut slots = Vec::with_capacity(context.members.len());
        for member in &context.members {
            let Some(function) = document.function_named(member) else {
                refusals.push(Refusal {
                    place: None,
                    subject: context.name.clone(),
                    problem: format!("its member `{member}` is no function of the document"),
                    help: "emit the IR anew from the application, with `mizan ir`".to_owned(),
                });
                continue;
            };
            slots.push(Slot {
                function,
                place: places.of(member),
                hook: format!("use{}", pascal(member)),
                suspense_hook: format!("useSuspense{}", pascal(member)),
            });
        }
        resolved.push(ResolvedContext {
            context,
            name: format!("{}Context", camel(&context.name)),
            params: (!context.params.is_empty()).then(|| format!("{stem}Params")),
            fields: document.query_fields(&context.params),
            bundle: format!("{stem}Bundle"),
            hook: format!("use{stem}Context"),
            suspense_hook: format!("useSuspense{stem}Context"),
            provider: format!("{stem}Provider"),
            slots,
            decoder: None,
            errors: Vec::new(),
        });
    }
    resolved
}

/// Gives every exported value its name; two that meet are refused.
fn claim_values(
    functions: &mut [ResolvedFunction<'_>],
    contexts: &mut [ResolvedContext<'_>],
    kind: Kind,
    places: &Places,
    claims: &mut Claims,
    refusals: &mut Vec<Refusal>,
) {
    let mut claim = |name: &mut String, subject: &str, what: String| {
        if let Err(refusal) = claims.claim_value(name, subject, what, places) {
            refusals.push(refusal);
        }
    };
    for resolved in &mut *functions {
        let subject = &resolved.function.name;
        claim(&mut resolved.name, subject, format!("the function `{subject}`"));
    }
    for resolved in &mut *contexts {
        let subject = &resolved.context.name;
        claim(&mut resolved.name, subject, format!("the context `{subject}`"));
    }
    if kind != Kind::React {
        return;
    }
    for resolved in &mut *contexts {
        let subject = &resolved.context.name;
        claim(&mut resolved.hook, subject, format!("the hook of the context `{subject}`"));
        claim(&mut resolved.suspense_hook, subject, format!("the suspending hook of the context `{subject}`"));
        if resolved.params.is_some() {
            claim(&mut resolved.provider, subject, format!("the provider of the context `{subject}`"));
        }
        for slot in &mut resolved.slots {
            let subject = &slot.function.name;
            claim(&mut slot.hook, subject, format!("the hook of the function `{subject}`"));
            claim(&mut slot.suspense_hook, subject, format!("the suspending hook of the function `{subject}`"));
        }
    }
    for resolved in functions {
        let subject = &resolved.function.name;
        if let Some(hook) = &mut resolved.hook {
            claim(hook, subject, format!("the hook of the function `{subject}`"));
        }
    }
}
