//! Reads functions and contexts.

use std::collections::BTreeSet;

use crate::ir::kdl_read::KdlError;
use crate::ir::kdl_read::deferred::Deferred;
use crate::ir::kdl_read::form::{Form, Source};
use crate::ir::kdl_read::node::{Node, Value};
use crate::ir::kdl_read::shape::{fields, shape};
use crate::ir::model::{Affect, Auth, Cache, Context, DeclaredError, Function, Merge, MergeOp, Route, Shape};

const PARTS: &str = "doc, deprecated, context, auth, transport, private, route, input, output, affects, merge, error, \
                     cache, rev";

/// The function that a node describes.
pub(super) fn function(source: Source<'_>, node: &Node<'_>, deferred: &mut Deferred<'_>) -> Result<Function, KdlError> {
    let mut form = Form::open(source, node)?;
    let name = form.text("its name")?;
    if !name.split('.').all(is_name) {
        return Err(form.error(format!(
            "{name:?} is no name of a function: each part between dots begins with a letter a to z and goes on with \
             those, digits and underscores"
        )));
    }
    let mut function = Function {
        name,
        doc: None,
        deprecated: None,
        context: None,
        auth: Auth::None,
        websocket: false,
        private: false,
        route: None,
        input: Vec::new(),
        output: Shape::Any,
        affects: Vec::new(),
        merge: Vec::new(),
        errors: Vec::new(),
        cache: Cache::Default,
        rev: 0,
    };
    let mut seen = BTreeSet::new();
    for node in form.block() {
        let part = &*node.name;
        if !matches!(part, "affects" | "merge" | "error") && !seen.insert(part) {
            return Err(source.error_at(node, format!("{part:?} is given twice")));
        }
        read_part(source, node, &mut function, deferred)?;
    }
    if !seen.contains("output") {
        return Err(form.error(format!("the function {:?} has no \"output\"", function.name)));
    }
    form.close()?;
    function.affects.sort_by(|a, b| (&a.context, &a.function).cmp(&(&b.context, &b.function)));
    function.merge.sort_by(|a, b| (&a.context, &a.function).cmp(&(&b.context, &b.function)));
    function.errors.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(function)
}

fn read_part(
    source: Source<'_>,
    node: &Node<'_>,
    function: &mut Function,
    deferred: &mut Deferred<'_>,
) -> Result<(), KdlError> {
    let mut form = Form::open(source, node)?;
    match form.name() {
        "doc" => function.doc = Some(form.text("the text")?),
        "deprecated" => function.deprecated = Some(form.text("the reason")?),
        "context" => function.context = Some(form.text("the context's name")?),
        "auth" => function.auth = auth(&mut form)?,
        "transport" => match form.text("\"websocket\"")?.as_str() {
            "websocket" => function.websocket = true,
            other => return Err(form.error(format!("there is no transport {other:?}; there is websocket"))),
        },
        "private" => function.private = true,
        "route" => {
            let path = form.text("the path")?;
            function.route = Some(Route { path, methods: sorted(&mut form, "a method")? });
        }
        "input" => function.input = fields(source, form.block(), "field", deferred)?,
        "output" => function.output = shape(source, form.only_child("one shape")?, deferred)?,
        "affects" => {
            let affect = affect(source, &mut form)?;
            let same = |other: &Affect| (&other.context, &other.function) == (&affect.context, &affect.function);
            if function.affects.iter().any(same) {
                return Err(form.error("this target is given twice"));
            }
            function.affects.push(affect);
        }
        "merge" => {
            let merge = merge(source, &mut form)?;
            let same = |other: &Merge| (&other.context, &other.function) == (&merge.context, &merge.function);
            if function.merge.iter().any(same) {
                return Err(form.error("this slot is given twice"));
            }
            function.merge.push(merge);
        }
        "error" => {
            let error = declared_error(source, &mut form, deferred)?;
            if function.errors.iter().any(|other| other.code == error.code) {
                return Err(form.error(format!("the error {:?} is given twice", error.code)));
            }
            function.errors.push(error);
        }
        "cache" => {
            function.cache = match form.values().as_slice() {
                [(Value::Boolean(false), _)] => Cache::Off,
                [(Value::Integer(seconds), _)] if u32::try_from(*seconds).is_ok() => {
                    Cache::Seconds(u32::try_from(*seconds).unwrap_or_default())
                }
                _ => return Err(form.error("\"cache\" needs #false or a number of seconds as an argument")),
            }
        }
        "rev" => {
            function.rev = match form.values().as_slice() {
                [(Value::Integer(rev), _)] if u32::try_from(*rev).is_ok() => u32::try_from(*rev).unwrap_or_default(),
                _ => return Err(form.error("\"rev\" needs a whole number as an argument")),
            }
        }
        other => return Err(form.error(format!("there is no node {other:?} in a function; it has {PARTS}"))),
    }
    form.close()
}

fn auth(form: &mut Form<'_>) -> Result<Auth, KdlError> {
    match form.text("who may call")?.as_str() {
        "authenticated" => Ok(Auth::Authenticated),
        "staff" => Ok(Auth::Staff),
        "superuser" => Ok(Auth::Superuser),
        "guard" => form.text("the guard's name").map(Auth::Guard),
        "permission" => match sorted(form, "a permission")? {
            names if names.is_empty() => Err(form.error("\"permission\" needs at least one name after it")),
            names => Ok(Auth::Permissions(names)),
        },
        other => Err(form.error(format!(
            "there is no auth {other:?}; there are authenticated, staff, superuser, permission, guard"
        ))),
    }
}

fn affect(source: Source<'_>, form: &mut Form<'_>) -> Result<Affect, KdlError> {
    let context = form.text("a context's name")?;
    let function = form.property_text("function")?;
    let mut by = Vec::new();
    for node in form.block() {
        let mut part = Form::open(source, node)?;
        match part.name() {
            "by" if by.is_empty() => by = names(&mut part, "a param")?,
            "by" => return Err(part.error("\"by\" is given twice")),
            other => return Err(part.error(format!("there is no node {other:?} here; it has by"))),
        }
        part.close()?;
    }
    Ok(Affect { context, function, by })
}

fn merge(source: Source<'_>, form: &mut Form<'_>) -> Result<Merge, KdlError> {
    let context = form.text("a context's name")?;
    let Some(function) = form.property_text("function")? else {
        return Err(form.error("\"merge\" needs the property \"function\": the member whose slot it is"));
    };
    let op = match form.property_text("op")?.as_deref() {
        Some("replace") => MergeOp::Replace,
        Some("upsert") => MergeOp::Upsert,
        _ => return Err(form.error("\"merge\" needs the property \"op\": replace or upsert")),
    };
    let (mut by, mut key) = (Vec::new(), Vec::new());
    for node in form.block() {
        let mut part = Form::open(source, node)?;
        match part.name() {
            "by" if by.is_empty() => by = names(&mut part, "a param")?,
            "key" if key.is_empty() => key = part.texts("a field")?,
            twice @ ("by" | "key") => return Err(part.error(format!("{twice:?} is given twice"))),
            other => return Err(part.error(format!("there is no node {other:?} here; it has by, key"))),
        }
        part.close()?;
    }
    match (op, key.is_empty()) {
        (MergeOp::Upsert, true) => Err(form.error("an upsert needs the fields that identify an item: key \"id\"")),
        (MergeOp::Replace, false) => Err(form.error("a replace has no key")),
        _ => Ok(Merge { context, function, op, key, by }),
    }
}

fn declared_error(
    source: Source<'_>,
    form: &mut Form<'_>,
    deferred: &mut Deferred<'_>,
) -> Result<DeclaredError, KdlError> {
    let code = form.text("its code")?;
    let parts = |character: char| character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_';
    if !code.starts_with(|first: char| first.is_ascii_uppercase()) || !code.chars().all(parts) {
        return Err(form.error(format!("{code:?} is no code of an error: it needs capitals, digits and underscores")));
    }
    let Some(status @ 400..=499) = form.property_integer::<u16>("status", "a number from 400 to 499")? else {
        return Err(form.error("\"error\" needs the property \"status\": a number from 400 to 499"));
    };
    let data = match form.block() {
        [] => None,
        _ => Some(shape(source, form.only_child("one shape")?, deferred)?),
    };
    Ok(DeclaredError { code, status, data })
}

/// The context that a node describes.
pub(super) fn context(source: Source<'_>, node: &Node<'_>, deferred: &mut Deferred<'_>) -> Result<Context, KdlError> {
    let mut form = Form::open(source, node)?;
    let name = form.text("its name")?;
    if !is_name(&name) {
        return Err(form.error(format!(
            "{name:?} is no name of a context: it begins with a letter a to z and goes on with those, digits and \
             underscores"
        )));
    }
    let public = form.property_flag("public")?.unwrap_or(false);
    let identity = form.property_flag("identity")?.unwrap_or(false);
    let (params, others): (Vec<&Node<'_>>, Vec<&Node<'_>>) = form.block().iter().partition(|node| node.name == "param");
    let params = fields(source, params, "param", deferred)?;
    let mut members = BTreeSet::new();
    for node in others {
        let mut member = Form::open(source, node)?;
        if member.name() != "member" {
            let problem = format!("there is no node {:?} in a context; it has param, member", member.name());
            return Err(member.error(problem));
        }
        let name = member.text("a function's name")?;
        if members.contains(&name) {
            return Err(member.error(format!("the member {name:?} is given twice")));
        }
        members.insert(name);
        member.close()?;
    }
    form.close()?;
    Ok(Context { name, public, identity, params, members: members.into_iter().collect() })
}

/// One or more names, which may be given in any order but not twice.
fn names(form: &mut Form<'_>, what: &str) -> Result<Vec<String>, KdlError> {
    match sorted(form, what)? {
        names if names.is_empty() => Err(form.error(format!("{:?} needs {what} as an argument", form.name()))),
        names => Ok(names),
    }
}

fn sorted(form: &mut Form<'_>, what: &str) -> Result<Vec<String>, KdlError> {
    let mut names = form.texts(what)?;
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(form.error(format!("{:?} is given twice", pair[0]))),
        None => Ok(names),
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_')
}
