//! One KDL node, taken apart strictly: whatever its reader did not ask for is refused, with its place.

use kdl::{KdlEntry, KdlNode, KdlValue};

use crate::ir::kdl_read::KdlError;

/// The text being read, for turning offsets into places.
#[derive(Clone, Copy)]
pub(super) struct Source<'d> {
    text: &'d str,
}

impl<'d> Source<'d> {
    pub(super) fn new(text: &'d str) -> Self {
        Self { text }
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
    pub(super) fn error_at(self, node: &KdlNode, problem: impl Into<String>) -> KdlError {
        self.error(node.name().span().offset(), problem)
    }
}

/// A node whose parts are taken one by one; [`Form::close`] refuses what is left.
pub(super) struct Form<'d> {
    source: Source<'d>,
    node: &'d KdlNode,
    arguments: std::vec::IntoIter<&'d KdlEntry>,
    properties: Vec<(&'d str, &'d KdlEntry)>,
    asked: Vec<&'static str>,
    block_taken: bool,
}

impl<'d> Form<'d> {
    /// Opens a node. Type annotations and a property given twice are refused.
    pub(super) fn open(source: Source<'d>, node: &'d KdlNode) -> Result<Self, KdlError> {
        if node.ty().is_some() {
            return Err(source.error_at(node, "type annotations have no meaning here"));
        }
        let mut arguments = Vec::new();
        let mut properties: Vec<(&str, &KdlEntry)> = Vec::new();
        for entry in node.entries() {
            if entry.ty().is_some() {
                return Err(source.error(entry.span().offset(), "type annotations have no meaning here"));
            }
            match entry.name() {
                None => arguments.push(entry),
                Some(name) if properties.iter().any(|(seen, _)| *seen == name.value()) => {
                    let problem = format!("the property {:?} is given twice", name.value());
                    return Err(source.error(entry.span().offset(), problem));
                }
                Some(name) => properties.push((name.value(), entry)),
            }
        }
        Ok(Self { source, node, arguments: arguments.into_iter(), properties, asked: Vec::new(), block_taken: false })
    }

    /// The node's name.
    pub(super) fn name(&self) -> &'d str {
        self.node.name().value()
    }

    /// Where the node begins.
    pub(super) fn offset(&self) -> usize {
        self.node.name().span().offset()
    }

    /// An error at the node.
    pub(super) fn error(&self, problem: impl Into<String>) -> KdlError {
        self.source.error_at(self.node, problem)
    }

    /// The next argument, which must be text; `what` names it in the error.
    pub(super) fn text(&mut self, what: &str) -> Result<String, KdlError> {
        match self.arguments.next() {
            None => Err(self.error(format!("{:?} needs {what} as an argument", self.name()))),
            Some(entry) => self.entry_text(entry, what),
        }
    }

    /// The remaining arguments, which must be text.
    pub(super) fn texts(&mut self, what: &str) -> Result<Vec<String>, KdlError> {
        let entries: Vec<&KdlEntry> = self.arguments.by_ref().collect();
        entries.into_iter().map(|entry| self.entry_text(entry, what)).collect()
    }

    /// The remaining arguments, with their places.
    pub(super) fn values(&mut self) -> Vec<(&'d KdlValue, usize)> {
        self.arguments.by_ref().map(|entry| (entry.value(), entry.span().offset())).collect()
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
            KdlValue::Bool(value) => Some(*value),
            _ => None,
        })
    }

    /// A property that is an integer that fits `T`.
    pub(super) fn property_integer<T: TryFrom<i128>>(
        &mut self,
        name: &'static str,
        expected: &str,
    ) -> Result<Option<T>, KdlError> {
        self.property(name, expected, |value| value.as_integer().and_then(|value| T::try_from(value).ok()))
    }

    /// A property that is a finite number.
    pub(super) fn property_float(&mut self, name: &'static str) -> Result<Option<f64>, KdlError> {
        self.property(name, "a finite number", |value| {
            // The nearest double is what an integer means as the bound of doubles.
            #[allow(clippy::cast_precision_loss)]
            let value = value.as_float().or_else(|| value.as_integer().map(|value| value as f64))?;
            value.is_finite().then_some(value)
        })
    }

    /// The nodes of the block; none where there is no block.
    pub(super) fn block(&mut self) -> &'d [KdlNode] {
        self.block_taken = true;
        self.node.children().map_or(&[], |block| block.nodes())
    }

    /// The one node of the block.
    pub(super) fn only_child(&mut self, what: &str) -> Result<&'d KdlNode, KdlError> {
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
        if let Some(entry) = self.arguments.next() {
            let problem = format!("{:?} takes no further argument", self.name());
            return Err(self.source.error(entry.span().offset(), problem));
        }
        if let Some((name, entry)) = self.properties.first() {
            let known = match self.asked.as_slice() {
                [] => "it has none".to_owned(),
                asked => format!("it has {}", asked.join(", ")),
            };
            let problem = format!("{:?} has no property {name:?}; {known}", self.name());
            return Err(self.source.error(entry.span().offset(), problem));
        }
        match self.node.children() {
            Some(_) if !self.block_taken => Err(self.error(format!("{:?} takes no block", self.name()))),
            _ => Ok(()),
        }
    }

    fn take(&mut self, name: &'static str) -> Option<&'d KdlEntry> {
        self.asked.push(name);
        let index = self.properties.iter().position(|(given, _)| *given == name)?;
        Some(self.properties.remove(index).1)
    }

    fn property<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl Fn(&KdlValue) -> Option<T>,
    ) -> Result<Option<T>, KdlError> {
        let Some(entry) = self.take(name) else { return Ok(None) };
        match read(entry.value()) {
            Some(value) => Ok(Some(value)),
            None => Err(self.source.error(entry.span().offset(), format!("{name:?} must be {expected}"))),
        }
    }

    fn entry_text(&self, entry: &KdlEntry, what: &str) -> Result<String, KdlError> {
        match entry.value() {
            KdlValue::String(text) => Ok(text.clone()),
            _ => Err(self.source.error(entry.span().offset(), format!("{what} must be text"))),
        }
    }
}
