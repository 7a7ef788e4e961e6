//! Writes a document as KDL 2. Equal documents give equal bytes: one order, one spelling of each value, one line for a
//! block whose only child is itself one line.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use crate::ir::model::{
    Affect, Auth, Cache, Context, DeclaredError, Document, Field, Format, Function, IntegerBounds, Merge, MergeOp,
    NumberBounds, Scalar, Shape, StringBounds, TypeDefinition, VERSION,
};

/// The KDL text of the document: UTF-8, LF, four spaces a level, one final newline.
///
/// The groups, fields and lists of `document` are expected in the order that the model promises; the writer keeps the
/// order it is given.
#[must_use]
pub fn write(document: &Document) -> String {
    let mut text = Node::new("mizan").property("version", &VERSION.to_string()).line;
    text.push('\n');
    let types = document.types.iter().map(type_node);
    let functions = document.functions.iter().map(function_node);
    let mut nodes = types.chain(functions).chain(document.contexts.iter().map(context_node)).peekable();
    if nodes.peek().is_some() {
        text.push('\n');
    }
    // One at a time: of a large document the nodes together are many times its text.
    for node in nodes {
        node.print(0, &mut text);
    }
    text
}

/// The shape on one line, for messages.
pub(crate) fn one_line(shape: &Shape) -> String {
    let mut text = String::new();
    shape_node(shape).print_inline(&mut text);
    text
}

/// One node: its name, arguments and properties as text, and its block.
struct Node {
    line: String,
    children: Vec<Self>,
}

impl Node {
    fn new(name: &str) -> Self {
        Self { line: name.to_owned(), children: Vec::new() }
    }

    fn text(mut self, argument: &str) -> Self {
        self.line.push(' ');
        write_string(&mut self.line, argument);
        self
    }

    fn texts(self, arguments: &[String]) -> Self {
        arguments.iter().fold(self, |node, argument| node.text(argument))
    }

    fn value(mut self, argument: &str) -> Self {
        self.line.push(' ');
        self.line.push_str(argument);
        self
    }

    fn property(mut self, name: &str, value: &str) -> Self {
        self.line.push(' ');
        self.line.push_str(name);
        self.line.push('=');
        self.line.push_str(value);
        self
    }

    fn property_text(self, name: &str, value: Option<&str>) -> Self {
        let Some(value) = value else { return self };
        let mut text = String::new();
        write_string(&mut text, value);
        self.property(name, &text)
    }

    fn property_number(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.property(name, &value.to_string()),
            None => self,
        }
    }

    fn property_float(self, name: &str, value: Option<f64>) -> Self {
        match value {
            Some(value) => self.property(name, &float(value)),
            None => self,
        }
    }

    fn property_flag(self, name: &str, given: bool) -> Self {
        if given { self.property(name, "#true") } else { self }
    }

    fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    fn is_one_line(&self) -> bool {
        match self.children.as_slice() {
            [] => true,
            [only] => only.is_one_line(),
            _ => false,
        }
    }

    fn print(&self, level: usize, text: &mut String) {
        for _ in 0..level {
            text.push_str("    ");
        }
        if self.is_one_line() {
            self.print_inline(text);
        } else {
            text.push_str(&self.line);
            text.push_str(" {\n");
            for child in &self.children {
                child.print(level + 1, text);
            }
            for _ in 0..level {
                text.push_str("    ");
            }
            text.push('}');
        }
        text.push('\n');
    }

    fn print_inline(&self, text: &mut String) {
        text.push_str(&self.line);
        let mut separator = " { ";
        for child in &self.children {
            text.push_str(separator);
            child.print_inline(text);
            separator = "; ";
        }
        if !self.children.is_empty() {
            text.push_str(" }");
        }
    }
}

fn type_node(definition: &TypeDefinition) -> Node {
    Node::new("type")
        .text(&definition.name)
        .property_text("doc", definition.doc.as_deref())
        .child(shape_node(&definition.shape))
}

fn shape_node(shape: &Shape) -> Node {
    match shape {
        Shape::Integer(bounds) => integer_node(bounds),
        Shape::BigInt => Node::new("bigint"),
        Shape::Number(bounds) => number_node(bounds),
        Shape::Boolean => Node::new("boolean"),
        Shape::String(bounds) => string_node(bounds),
        Shape::Literal(value) => Node::new("literal").value(&scalar(value)),
        Shape::Enum(values) => values.iter().fold(Node::new("enum"), |node, value| node.value(&scalar(value))),
        Shape::List { item, min_items, max_items, unique } => Node::new("list")
            .property_number("min-items", *min_items)
            .property_number("max-items", *max_items)
            .property_flag("unique", *unique)
            .child(shape_node(item)),
        Shape::Tuple(items) => Node::new("tuple").with(items.iter().map(shape_node)),
        Shape::Map(value) => Node::new("map").child(shape_node(value)),
        Shape::Struct(fields) => Node::new("struct").with(fields.iter().map(|field| field_node("field", field))),
        Shape::Nullable(inner) => Node::new("nullable").child(shape_node(inner)),
        Shape::Union { discriminator, arms } => Node::new("union")
            .property_text("discriminator", discriminator.as_deref())
            .with(arms.iter().map(shape_node)),
        Shape::Ref(name) => Node::new("ref").text(name),
        Shape::Upload { max_size, content_types } => {
            // A media type has no blank in it, so one property carries them all.
            let joined = content_types.join(" ");
            Node::new("upload")
                .property_number("max-size", *max_size)
                .property_text("content-types", (!joined.is_empty()).then_some(joined.as_str()))
        }
        Shape::Any => Node::new("any"),
    }
}

fn integer_node(bounds: &IntegerBounds) -> Node {
    Node::new("integer")
        .property_number("min", bounds.min)
        .property_number("max", bounds.max)
        .property_number("multiple-of", bounds.multiple_of)
}

fn number_node(bounds: &NumberBounds) -> Node {
    Node::new("number")
        .property_float("min", bounds.min)
        .property_float("max", bounds.max)
        .property_float("exclusive-min", bounds.exclusive_min)
        .property_float("exclusive-max", bounds.exclusive_max)
}

fn string_node(bounds: &StringBounds) -> Node {
    Node::new("string")
        .property_text("format", bounds.format.map(Format::name))
        .property_number("min-length", bounds.min_length)
        .property_number("max-length", bounds.max_length)
        .property_text("pattern", bounds.pattern.as_deref())
}

fn field_node(name: &str, field: &Field) -> Node {
    let node = Node::new(name).text(&field.name).property_flag("key", field.key);
    // A default says by itself that the field may be left out.
    let optional = !field.required && field.default.is_none();
    let node = if optional { node.property("required", "#false") } else { node };
    node.property_text("default", field.default.as_deref())
        .property_text("doc", field.doc.as_deref())
        .child(shape_node(&field.shape))
}

fn function_node(function: &Function) -> Node {
    let line = |name: &str, value: &Option<String>| value.as_ref().map(|value| Node::new(name).text(value));
    let mut node = Node::new("function")
        .text(&function.name)
        .with(line("doc", &function.doc))
        .with(line("deprecated", &function.deprecated))
        .with(line("context", &function.context))
        .with(auth_node(&function.auth))
        .with(function.websocket.then(|| Node::new("transport").text("websocket")))
        .with(function.private.then(|| Node::new("private")))
        .with(function.route.as_ref().map(|route| Node::new("route").text(&route.path).texts(&route.methods)));
    if !function.input.is_empty() {
        node = node.child(Node::new("input").with(function.input.iter().map(|field| field_node("field", field))));
    }
    node.child(Node::new("output").child(shape_node(&function.output)))
        .with(function.affects.iter().map(affect_node))
        .with(function.merge.iter().map(merge_node))
        .with(function.errors.iter().map(error_node))
        .with(match function.cache {
            Cache::Default => None,
            Cache::Off => Some(Node::new("cache").value("#false")),
            Cache::Seconds(seconds) => Some(Node::new("cache").value(&seconds.to_string())),
        })
        .with((function.rev != 0).then(|| Node::new("rev").value(&function.rev.to_string())))
}

fn auth_node(auth: &Auth) -> Option<Node> {
    let node = Node::new("auth");
    match auth {
        Auth::None => None,
        Auth::Authenticated => Some(node.text("authenticated")),
        Auth::Staff => Some(node.text("staff")),
        Auth::Superuser => Some(node.text("superuser")),
        Auth::Permissions(names) => Some(node.text("permission").texts(names)),
        Auth::Guard(name) => Some(node.text("guard").text(name)),
    }
}

fn affect_node(affect: &Affect) -> Node {
    Node::new("affects")
        .text(&affect.context)
        .property_text("function", affect.function.as_deref())
        .with(names_node("by", &affect.by))
}

fn merge_node(merge: &Merge) -> Node {
    Node::new("merge")
        .text(&merge.context)
        .property_text("function", Some(&merge.function))
        .property_text("op", Some(MergeOp::name(merge.op)))
        .with(names_node("by", &merge.by))
        .with(names_node("key", &merge.key))
}

fn names_node(name: &str, values: &[String]) -> Option<Node> {
    (!values.is_empty()).then(|| Node::new(name).texts(values))
}

fn error_node(error: &DeclaredError) -> Node {
    Node::new("error")
        .text(&error.code)
        .property_number("status", Some(error.status))
        .with(error.data.as_ref().map(shape_node))
}

fn context_node(context: &Context) -> Node {
    Node::new("context")
        .text(&context.name)
        .property_flag("public", context.public)
        .property_flag("identity", context.identity)
        .with(context.params.iter().map(|param| field_node("param", param)))
        .with(context.members.iter().map(|member| Node::new("member").text(member)))
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Null => "#null".to_owned(),
        Scalar::Boolean(true) => "#true".to_owned(),
        Scalar::Boolean(false) => "#false".to_owned(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::String(value) => {
            let mut text = String::new();
            write_string(&mut text, value);
            text
        }
    }
}

/// The shortest digits that give the value back, with a point in them, so that no reader takes it for an integer.
fn float(value: f64) -> String {
    let mut buffer = ryu_js::Buffer::new();
    let digits = buffer.format_finite(value);
    if digits.contains('.') {
        return digits.to_owned();
    }
    match digits.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}.0e{exponent}"),
        None => format!("{digits}.0"),
    }
}

/// A quoted string. What KDL does not allow in one literally (controls, newlines of any script, direction marks, the
/// byte-order mark) is escaped.
pub fn write_string(text: &mut String, value: &str) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\0'..='\u{1f}'
            | '\u{7f}'
            | '\u{85}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {
                // Writing to a String does not fail.
                let _ = write!(text, "\\u{{{:x}}}", u32::from(character));
            }
            _ => text.push(character),
        }
    }
    text.push('"');
}
