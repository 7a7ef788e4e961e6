//! One KDL node, taken apart strictly: whatever its reader did not ask for is refused, with its place.

use crate::ir::kdl_read::KdlError;
use crate::ir::kdl_read::node::{Entry, Node, Value};

/// The text being read, for turning offsets into places.
#[derive(Clone, Copy)]
pub(super) struct Source<'d> {
    text: &'d str,
}

impl<'d> Source<'d> {
    pub(super) fn new(text: &'d str) -> Self {
        Self { text }
    }

    pub(super) fn text(self) -> &'d str {
        self.text
    }

    /// An error at a byte offset.
    pub(super) fn error(self, offset: usize, problem: impl Into<String>) -> KdlError {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        KdlError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem: problem.into(),
        }
    }

    /// An error at the name of a node.
    pub(super) fn error_at(self, node: &Node<'_>, problem: impl Into<String>) -> KdlError {
        self.error(node.offset, problem)
    }
}

/// A node whose parts are taken one by one; [`Form::close`] refuses what is left.
pub(super) struct Form<'d> {
    source: Source<'d>,
    node: &'d Node<'d>,
    /// Those not taken yet, with properties in between.
    arguments: std::slice::Iter<'d, Entry<'d>>,
    asked: Vec<&'static str>,
    block_taken: bool,
}

impl<'d> Form<'d> {
    /// Opens a node. Type annotations and a property given twice are refused.
    pub(super) fn open(source: Source<'d>, node: &'d Node<'d>) -> Result<Self, KdlError> {
        if node.annotated {
            return Err(source.error_at(node, "type annotations have no meaning here"));
        }
        for (index, entry) in node.entries.iter().enumerate() {
            if entry.annotated {
                return Err(source.error(entry.offset, "type annotations have no meaning here"));
            }
            let Some(name) = &entry.name else { continue };
            if node.entries[..index].iter().any(|earlier| earlier.name.as_ref() == Some(name)) {
                return Err(source.error(entry.offset, format!("the property {name:?} is given twice")));
            }
        }
        Ok(Self { source, node, arguments: node.entries.iter(), asked: Vec::new(), block_taken: false })
    }

    /// The node's name.
    pub(super) fn name(&self) -> &'d str {
        &self.node.name
    }

    /// Where the node begins.
    pub(super) fn offset(&self) -> usize {
        self.node.offset
    }

    /// An error at the node.
    pub(super) fn error(&self, problem: impl Into<String>) -> KdlError {
        self.source.error_at(self.node, problem)
    }

    /// The next argument, which must be text; `what` names it in the error.
    pub(super) fn text(&mut self, what: &str) -> Result<String, KdlError> {
        match self.argument() {
            None => Err(self.error(format!("{:?} needs {what} as an argument", self.name()))),
            Some(entry) => self.entry_text(entry, what),
        }
    }

    /// The remaining arguments, which must be text.
    pub(super) fn texts(&mut self, what: &str) -> Result<Vec<String>, KdlError> {
        std::iter::from_fn(|| self.argument().map(|entry| self.entry_text(entry, what))).collect()
    }

    /// The remaining arguments, with their places.
    pub(super) fn values(&mut self) -> Vec<(&'d Value<'d>, usize)> {
        std::iter::from_fn(|| self.argument().map(|entry| (&entry.value, entry.offset))).collect()
    }

    /// A property that is text.
    pub(super) fn property_text(&mut self, name: &'static str) -> Result<Option<String>, KdlError> {
        match self.take(name) {
            None => Ok(None),
            Some(entry) => self.entry_text(entry, &format!("{name:?}")).map(Some),
        }
    }

    /// A property that is `#true` or `#false`.
    pub(super) fn property_flag(&mut self, name: &'static str) -> Result<Option<bool>, KdlError> {
        self.property(name, "#true or #false", |value| match value {
            Value::Boolean(value) => Some(*value),
            _ => None,
        })
    }

    /// A property that is an integer that fits `T`.
    pub(super) fn property_integer<T: TryFrom<i128>>(
        &mut self,
        name: &'static str,
        expected: &str,
    ) -> Result<Option<T>, KdlError> {
        self.property(name, expected, |value| match value {
            Value::Integer(value) => T::try_from(*value).ok(),
            _ => None,
        })
    }

    /// A property that is a finite number.
    pub(super) fn property_float(&mut self, name: &'static str) -> Result<Option<f64>, KdlError> {
        self.property(name, "a finite number", |value| {
            let value = match value {
                Value::Float(value) => *value,
                // The nearest double is what an integer means as the bound of doubles.
                #[allow(clippy::cast_precision_loss)]
                Value::Integer(value) => *value as f64,
                _ => return None,
            };
            value.is_finite().then_some(value)
        })
    }

    /// The nodes of the block; none where there is no block.
    pub(super) fn block(&mut self) -> &'d [Node<'d>] {
        self.block_taken = true;
        self.node.children.as_deref().unwrap_or_default()
    }

    /// The one node of the block.
    pub(super) fn only_child(&mut self, what: &str) -> Result<&'d Node<'d>, KdlError> {
        match self.block() {
            [only] => Ok(only),
            [] => Err(self.error(format!("{:?} needs {what} in its block", self.name()))),
            [_, second, ..] => {
                let problem = format!("{:?} has only {what} in its block, and nothing else", self.name());
                Err(self.source.error_at(second, problem))
            }
        }
    }

    /// Refuses every part that was not taken.
    pub(super) fn close(mut self) -> Result<(), KdlError> {
        if let Some(entry) = self.argument() {
            let problem = format!("{:?} takes no further argument", self.name());
            return Err(self.source.error(entry.offset, problem));
        }
        for entry in &self.node.entries {
            let Some(name) = &entry.name else { continue };
            if self.asked.iter().any(|asked| asked == name) {
                continue;
            }
            let known = match self.asked.as_slice() {
                [] => "it has none".to_owned(),
                asked => format!("it has {}", asked.join(", ")),
            };
            let problem = format!("{:?} has no property {name:?}; {known}", self.name());
            return Err(self.source.error(entry.offset, problem));
        }
        match self.node.children {
            Some(_) if !self.block_taken => Err(self.error(format!("{:?} takes no block", self.name()))),
            _ => Ok(()),
        }
    }

    /// The next argument.
    fn argument(&mut self) -> Option<&'d Entry<'d>> {
        self.arguments.find(|entry| entry.name.is_none())
    }

    /// The property of that name.
    fn take(&mut self, name: &'static str) -> Option<&'d Entry<'d>> {
        self.asked.push(name);
        self.node.entries.iter().find(|entry| entry.name.as_deref() == Some(name))
    }

    fn property<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl Fn(&Value<'_>) -> Option<T>,
    ) -> Result<Option<T>, KdlError> {
        let Some(entry) = self.take(name) else { return Ok(None) };
        match read(&entry.value) {
            Some(value) => Ok(Some(value)),
            None => Err(self.source.error(entry.offset, format!("{name:?} must be {expected}"))),
        }
    }

    fn entry_text(&self, entry: &Entry<'_>, what: &str) -> Result<String, KdlError> {
        match entry.value.as_text() {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.source.error(entry.offset, format!("{what} must be text"))),
        }
    }
}
