//! One JSON Schema object and its keywords: which are read, which are notes, and which are refused.

use crate::ir::lower::error::LowerError;
use crate::value::Value;
use crate::value::number::MAX_SAFE_INTEGER;

/// Keywords that say nothing about values.
const NOTES: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$id",
    "$schema",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "id",
    "markdownDescription",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Keywords of this project's own, which mark and do not narrow.
const MARKS: &[&str] = &["x-mizan-key", "x-mizan-name"];

/// Keywords that narrow the values and that the lowering reads.
const READ: &[&str] = &[
    "$ref",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "discriminator",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "nullable",
    "oneOf",
    "pattern",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "type",
    "uniqueItems",
    "x-mizan-upload",
];

/// Keywords of JSON Schema that the IR cannot say, and what to do instead.
const REFUSED: &[(&str, &str)] = &[
    ("$dynamicRef", NAMED),
    ("$recursiveRef", NAMED),
    ("contains", LIST),
    ("contentEncoding", "for bytes say \"format\": \"bytes\", which is base64url without padding"),
    ("dependencies", OBJECT),
    ("dependentRequired", OBJECT),
    ("dependentSchemas", OBJECT),
    ("else", ARMS),
    ("if", ARMS),
    ("maxContains", LIST),
    ("maxProperties", OBJECT),
    ("minContains", LIST),
    ("minProperties", OBJECT),
    ("not", "say what values there are, instead of what there are not"),
    ("patternProperties", "use a map with any keys, and check the keys in the function"),
    ("then", ARMS),
    ("unevaluatedItems", "use \"items\""),
    ("unevaluatedProperties", "use \"additionalProperties\": false on a schema that lists all its properties"),
];

const NAMED: &str = "use \"$ref\" to a schema under \"$defs\"";
const LIST: &str = "leave it out, and check the list in the function";
const OBJECT: &str = "leave it out, and check the object in the function";
const ARMS: &str = "write the cases as arms of \"anyOf\", each an object with a tag of its own";

/// A schema object and where it stands.
#[derive(Clone)]
pub(super) struct Schema<'s> {
    members: &'s [(String, Value)],
    /// The JSON Pointer of the object.
    pub(super) path: String,
}

impl<'s> Schema<'s> {
    /// Takes the members of a schema; a keyword that is not known is refused here.
    pub(super) fn new(members: &'s [(String, Value)], path: String) -> Result<Self, LowerError> {
        let schema = Self { members, path };
        for (keyword, _) in members {
            let keyword = keyword.as_str();
            if let Some((_, help)) = REFUSED.iter().find(|(refused, _)| *refused == keyword) {
                return Err(schema.error(keyword, format!("{keyword:?} cannot be said in the IR"), *help));
            }
            let extension = keyword.starts_with('~')
                || (keyword.starts_with("x-") && !keyword.starts_with("x-mizan-"))
                || MARKS.contains(&keyword);
            if !extension && !NOTES.contains(&keyword) && !READ.contains(&keyword) {
                let help = "if it is misspelt, correct it; if it is a note, let its name begin with \"x-\"";
                return Err(schema.error(keyword, format!("{keyword:?} is no keyword of JSON Schema"), help));
            }
        }
        Ok(schema)
    }

    /// The value of a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&'s Value> {
        self.members.iter().find(|(name, _)| name == keyword).map(|(_, value)| value)
    }

    /// An error about one of its keywords.
    pub(super) fn error(&self, keyword: &str, problem: impl Into<String>, help: impl Into<String>) -> LowerError {
        LowerError::at(&self.path, keyword, problem, help)
    }

    /// The pointer of a member, `parts` deep.
    pub(super) fn below(&self, parts: &[&str]) -> String {
        parts.iter().fold(self.path.clone(), |path, part| pointer(&path, part))
    }

    /// Refuses every keyword that narrows the values and is not among `allowed`.
    pub(super) fn only(&self, allowed: &[&str], problem: &str, help: &str) -> Result<(), LowerError> {
        let extra = |keyword: &str| READ.contains(&keyword) && keyword != "nullable" && !allowed.contains(&keyword);
        match self.members.iter().find(|(keyword, _)| extra(keyword)) {
            Some((keyword, _)) => Err(self.error(keyword, format!("{keyword:?} {problem}"), help)),
            None => Ok(()),
        }
    }

    /// The text of a keyword.
    pub(super) fn text(&self, keyword: &str) -> Result<Option<&'s str>, LowerError> {
        self.read(keyword, "text", Value::as_str)
    }

    /// The flag of a keyword; `false` where it is absent.
    pub(super) fn flag(&self, keyword: &str) -> Result<bool, LowerError> {
        Ok(self.read(keyword, "true or false", Value::as_bool)?.unwrap_or(false))
    }

    /// The list of a keyword.
    pub(super) fn list(&self, keyword: &str) -> Result<Option<&'s [Value]>, LowerError> {
        self.read(keyword, "a list", Value::as_list)
    }

    /// The object of a keyword.
    pub(super) fn object(&self, keyword: &str) -> Result<Option<&'s [(String, Value)]>, LowerError> {
        self.read(keyword, "an object", Value::as_object)
    }

    /// The number of a keyword, as a double.
    pub(super) fn number(&self, keyword: &str) -> Result<Option<f64>, LowerError> {
        self.read(keyword, "a finite number", Value::as_f64)
    }

    /// The count of a keyword; nothing for a least count of 0, which says nothing.
    pub(super) fn count(&self, keyword: &str) -> Result<Option<u64>, LowerError> {
        self.read(keyword, "a whole number, 0 or more", |value| u64::try_from(whole(value)?).ok())
    }

    /// The description, where there is one.
    pub(super) fn doc(&self) -> Result<Option<String>, LowerError> {
        let text = self.text("description")?.map(|text| text.trim().to_owned());
        Ok(text.filter(|text| !text.is_empty()))
    }

    fn read<T>(
        &self,
        keyword: &str,
        expected: &str,
        read: impl Fn(&'s Value) -> Option<T>,
    ) -> Result<Option<T>, LowerError> {
        let Some(value) = self.get(keyword) else { return Ok(None) };
        let read = read(value).ok_or_else(|| {
            let problem = format!("{keyword:?} must be {expected}, and this is {}", kind(value));
            self.error(keyword, problem, "see the JSON Schema specification for this keyword")
        })?;
        Ok(Some(read))
    }
}

/// What a value is, for messages.
pub(super) fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Number(token) => format!("the number {token}"),
        Value::Boolean(value) => value.to_string(),
        Value::String(text) => format!("the text {text:?}"),
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A JSON Pointer with one more part.
pub(super) fn pointer(path: &str, part: &str) -> String {
    format!("{path}/{}", part.replace('~', "~0").replace('/', "~1"))
}

/// The integer that a number is, however it is spelt (`1`, `1.0`, `1e2`), within ±(2^53 − 1).
pub(super) fn whole(value: &Value) -> Option<i64> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
    // Casts saturate, and an integer beyond the safe range is no exact one.
    let integer = number as i64;
    (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&integer).then_some(integer)
}
