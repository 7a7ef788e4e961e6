//! The steps of a build: read, lower, gather, resolve, compile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::declaration::{self, DeclaredFunction, HostFacts};
use super::problem::{BuildError, Problem, Source};
use super::{
    Application, FrozenContext, FrozenFunction, FrozenMember, Secrets, bundles, field_names, names, pages, targets,
};
use crate::error::code::ErrorCode;
use crate::invalidation::edge_tag;
use crate::invalidation::target::Params;
use crate::ir::kdl_write;
use crate::ir::lower::{LowerError, Lowering};
use crate::ir::model::{Context, DeclaredError, Document, Field, Function, Shape};
use crate::ir::program::{Program, ShapeId};
use crate::value::Value;

/// Problems as they are found, each with the declaration that it is about.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(
        &mut self,
        name: &str,
        source: Option<&Source>,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.0.push(Problem {
            name: Some(name.to_owned()),
            source: source.cloned(),
            problem: problem.into(),
            help: help.into(),
        });
    }
}

/// A function on its way: as it will stand in the IR, and what the IR does not say.
pub(super) struct Draft {
    pub function: Function,
    pub host: HostFacts,
}

pub(super) fn build(document: &[u8]) -> Result<Application, BuildError> {
    let declaration = declaration::read(document)?;
    let mut problems = Problems::default();
    check_base(&declaration.base, &mut problems);
    check_names(&declaration, &mut problems);

    let mut lowering = Lowering::new();
    let mut drafts: Vec<Draft> =
        declaration.functions.iter().map(|declared| draft(declared, &mut lowering, &mut problems)).collect();
    drafts.sort_by(|left, right| left.function.name.cmp(&right.function.name));
    let types = lowering.finish();

    pages::check(&declaration.base, &drafts, &types, &mut problems);
    let contexts = bundles::gather(&declaration.contexts, &drafts, &types, &mut problems);
    targets::resolve(&declaration.functions, &mut drafts, &contexts, &types, &mut problems);
    let facts: Vec<_> = drafts.iter().map(|draft| draft.host.clone()).collect();
    let document = Document { types, functions: drafts.into_iter().map(|draft| draft.function).collect(), contexts };

    freeze(document, &facts, &declaration, problems)
}

fn check_base(base: &str, problems: &mut Problems) {
    let good = base.is_empty()
        || (base.starts_with('/')
            && !base.ends_with('/')
            && !base.contains("//")
            && base.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte)));
    if !good {
        problems.add(
            "base",
            None,
            format!("\"{base}\" cannot be the base path"),
            "use a path such as \"/api/mizan\": a slash first, none last, letters, digits, `-`, `_`, `.` and `~` between",
        );
    }
}

fn check_names(declaration: &declaration::Declaration, problems: &mut Problems) {
    let mut seen: BTreeMap<&str, Option<&Source>> = BTreeMap::new();
    for function in &declaration.functions {
        let source = function.host.source.as_ref();
        if !names::is_dotted(&function.name) {
            problems.add(
                &function.name,
                source,
                "this cannot be the name of a function",
                "use lower-case ASCII letters, digits and underscores, a letter first; dots may join several parts",
            );
        }
        if let Some(first) = seen.insert(&function.name, source) {
            let place = first.map_or(String::new(), |at| format!(" at {}:{}", at.file, at.line));
            problems.add(
                &function.name,
                source,
                format!("a function of this name was declared before{place}"),
                "give one of them another name (the `name` option)",
            );
        }
    }
    let mut seen = BTreeSet::new();
    for context in &declaration.contexts {
        let source = context.source.as_ref();
        if !seen.insert(&context.name) {
            problems.add(
                &context.name,
                source,
                "a context of this name was declared before",
                "declare each context once",
            );
        }
        if context.public && context.identity {
            problems.add(
                &context.name,
                source,
                "a context cannot be both public and narrowed by identity",
                "a public context is the same whoever asks: drop one of the two options",
            );
        }
    }
}

fn draft(declared: &DeclaredFunction, lowering: &mut Lowering, problems: &mut Problems) -> Draft {
    let source = declared.host.source.as_ref();
    let name = &declared.name;
    let mut lowered = |part: &str, result: Result<Shape, LowerError>| match result {
        Ok(shape) => shape,
        Err(error) => {
            let (problem, help) = describe(part, &error);
            problems.add(name, source, problem, help);
            Shape::Any
        }
    };
    let output = lowered("output", lowering.output(&declared.output));
    let mut errors: Vec<DeclaredError> = declared
        .errors
        .iter()
        .map(|error| DeclaredError {
            code: error.code.clone(),
            status: error.status,
            data: error
                .data
                .as_ref()
                .map(|data: &Value| lowered(&format!("data of error {}", error.code), lowering.output(data))),
        })
        .collect();
    errors.sort_by(|left, right| left.code.cmp(&right.code));
    let input = lowering.input(&declared.input).unwrap_or_else(|error| {
        let (problem, help) = describe("input", &error);
        problems.add(name, source, problem, help);
        Vec::new()
    });
    check_function(declared, &input, &errors, problems);
    let function = Function {
        name: name.clone(),
        doc: declared.doc.clone(),
        deprecated: declared.deprecated.clone(),
        context: declared.context.clone(),
        auth: declared.auth.clone(),
        websocket: declared.websocket,
        private: declared.private,
        route: declared.route.clone(),
        input,
        output,
        affects: Vec::new(),
        merge: Vec::new(),
        errors,
        cache: declared.cache,
        rev: declared.rev,
    };
    Draft { function, host: declared.host.clone() }
}

fn describe(part: &str, error: &LowerError) -> (String, String) {
    let path = if error.path.is_empty() { String::new() } else { format!(" at {}", error.path) };
    // Many a sentence names the keyword itself.
    let keyword = error.keyword.as_ref().map(|keyword| format!("\"{keyword}\""));
    let keyword = keyword.filter(|quoted| !error.problem.contains(quoted.as_str()));
    let keyword = keyword.map_or(String::new(), |quoted| format!(", keyword {quoted}"));
    (format!("{part}{path}{keyword}: {}", error.problem), error.help.clone())
}

fn check_function(declared: &DeclaredFunction, input: &[Field], errors: &[DeclaredError], problems: &mut Problems) {
    let (name, source) = (&declared.name, declared.host.source.as_ref());
    for field in input {
        if !names::is_name(&field.name) {
            problems.add(
                name,
                source,
                format!("\"{}\" cannot be the name of an input", field.name),
                "use lower-case ASCII letters, digits and underscores, a letter first",
            );
        }
    }
    if declared.context.is_some() && !(declared.affects.is_empty() && declared.merge.is_empty()) {
        problems.add(
            name,
            source,
            "a member of a context reads, so it cannot affect or merge into anything",
            "drop `context`, or drop `affects` and `merge`",
        );
    }
    for pair in errors.windows(2) {
        if let [left, right] = pair
            && left.code == right.code
        {
            problems.add(name, source, format!("error {} is declared twice", left.code), "declare it once");
        }
    }
    for error in errors {
        if !names::is_code(&error.code) || ErrorCode::from_name(&error.code).is_some() {
            problems.add(
                name,
                source,
                format!("\"{}\" cannot be the code of a declared error", error.code),
                "use upper-case ASCII letters, digits and underscores, and none of the protocol's own codes",
            );
        }
        if !(400..500).contains(&error.status) {
            problems.add(
                name,
                source,
                format!("error {} has status {}", error.code, error.status),
                "a declared error is the caller's to handle: use a status from 400 to 499",
            );
        }
    }
}

fn freeze(
    document: Document,
    facts: &[HostFacts],
    declaration: &declaration::Declaration,
    mut problems: Problems,
) -> Result<Application, BuildError> {
    // A shape that did not lower stands in as `any`, so compiling it could only repeat what was already said.
    if !problems.0.is_empty() {
        return Err(BuildError { problems: problems.0 });
    }
    let mut program = Program::new(&document.types).map_err(|error| whole(&error.to_string()))?;
    let mut functions = Vec::with_capacity(document.functions.len());
    for (function, host) in document.functions.iter().zip(facts) {
        match compile_function(&mut program, function) {
            Ok((input, output, error_data)) => functions.push(FrozenFunction {
                input,
                output,
                error_data,
                timeout_ms: host.timeout_ms,
                needs_identity: host.reads_identity || targets::scopes_by_identity(function, &document),
                reads_identity: host.reads_identity,
                computes_params: host.computes_params,
                narrowing: targets::narrowing(function),
                source: host.source.clone(),
            }),
            Err(problem) => problems.add(&function.name, host.source.as_ref(), problem, ""),
        }
    }
    let mut contexts = Vec::with_capacity(document.contexts.len());
    for context in &document.contexts {
        match compile_context(&mut program, context, &document, facts) {
            Ok(frozen) => contexts.push(frozen),
            Err(problem) => problems.add(&context.name, None, problem, ""),
        }
    }
    if !problems.0.is_empty() {
        return Err(BuildError { problems: problems.0 });
    }
    let ir = kdl_write::write(&document);
    let digest = digest(&ir).into();
    let pages = pages::of(&document);
    Ok(Application {
        takes_uploads: program.takes_uploads(),
        document,
        ir,
        digest,
        base: declaration.base.clone(),
        expose_ir: declaration.expose_ir,
        limits: declaration.limits,
        program,
        functions,
        contexts,
        pages,
        secrets: Secrets::default(),
        recent: crate::cache::recent::Recent::default(),
    })
}

fn whole(problem: &str) -> BuildError {
    let problem = problem.to_owned();
    BuildError { problems: vec![Problem { name: None, source: None, problem, help: String::new() }] }
}

/// The contract's digest of an IR's text.
fn digest(ir: &str) -> String {
    let hash = Sha256::digest(ir.as_bytes());
    hash.iter().take(8).fold(String::with_capacity(16), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn compile_function(
    program: &mut Program,
    function: &Function,
) -> Result<(ShapeId, ShapeId, Vec<Option<ShapeId>>), String> {
    let mut compile = || {
        let input = program.compile_fields(&function.input)?;
        let output = program.compile(&function.output)?;
        let errors =
            function.errors.iter().map(|error| error.data.as_ref().map(|data| program.compile(data)).transpose());
        Ok((input, output, errors.collect::<Result<_, _>>()?))
    };
    compile().map_err(|error: crate::ir::program::ProgramError| error.to_string())
}

fn compile_context(
    program: &mut Program,
    context: &Context,
    document: &Document,
    facts: &[HostFacts],
) -> Result<FrozenContext, String> {
    let mut members = Vec::with_capacity(context.members.len());
    let (mut reads_request, mut reads_identity) = (false, false);
    for (index, (function, host)) in document.functions.iter().zip(facts).enumerate() {
        if function.context.as_deref() == Some(&context.name) {
            reads_request |= host.reads_request;
            reads_identity |= host.reads_identity;
            members.push(FrozenMember { function: index, inputs: field_names(&function.input) });
        }
    }
    let ttl = document.ttl(context);
    // What a URL says by leaving a param out, a refresh says so too: null, where it may be (CTX-9, REFRESH-1).
    let null = |param: &Field| document.is_nullable(param).then(|| "null".to_owned());
    let filled = |param: &Field| Field { default: param.default.clone().or_else(|| null(param)), ..param.clone() };
    let fields: Vec<Field> = context.params.iter().map(filled).collect();
    let params = program.compile_fields(&fields).map_err(|error| error.to_string())?;
    let each_param = context
        .params
        .iter()
        .map(|param| program.compile(&param.shape))
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())?;
    Ok(FrozenContext {
        params,
        each_param,
        members,
        known_sets: document.known_sets(context),
        tag: edge_tag::tag(&context.name, &Params::default(), None),
        ttl,
        is_stored: ttl.is_some_and(|ttl| ttl > 0) && (context.public || !reads_request),
        revision: document.revision(context),
        reads_identity,
    })
}
