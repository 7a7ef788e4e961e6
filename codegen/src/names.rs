//! Names: how the names of the IR are spelled in TypeScript, and which ones TypeScript keeps for itself.
//!
//! Functions and contexts are written like `updateProfile`, what is derived from them like `UpdateProfileInput`; named
//! types keep their name, fields stay as they are on the wire. A name that is reserved gets an underscore at its end (`delete` becomes
//! `delete_`). A type or a derived name that is already taken gets underscores until it is free; functions, contexts and
//! what is exported for them are claimed first, so they never step aside, and two of them that meet are refused.

/// `shop.items_of` → `shopItemsOf`.
pub(crate) fn camel(name: &str) -> String {
    let pascal = pascal(name);
    let mut rest = pascal.chars();
    rest.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + rest.as_str())
}

/// `shop.items_of` → `ShopItemsOf`.
pub(crate) fn pascal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut start = true;
    for letter in name.chars() {
        if matches!(letter, '_' | '.') {
            start = true;
        } else {
            out.push(if start { letter.to_ascii_uppercase() } else { letter });
            start = false;
        }
    }
    out
}

/// Whether the text can stand as a name in TypeScript, reserved words aside.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '$'))
        && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'))
}

/// Whether the text can stand as a property name without quotes.
pub(crate) fn is_plain_key(text: &str) -> bool {
    // `__proto__` unquoted in an object literal would set the prototype; quoted everywhere, it reads the same in all files.
    let mut letters = text.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'_' | b'$'))
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'$'))
        && text != "__proto__"
}

/// Whether TypeScript or the generated files need this name, so that no function or context can have it.
pub(crate) fn is_reserved_value(name: &str) -> bool {
    RESERVED_WORDS.binary_search(&name).is_ok() || OWN_NAMES.binary_search(&name).is_ok()
}

/// Whether TypeScript or the generated files need this name, so that no type can have it.
pub(crate) fn is_reserved_type(name: &str) -> bool {
    is_reserved_value(name) || TYPE_WORDS.binary_search(&name).is_ok()
}

/// Words that no declaration of an ES module can use, and those that make trouble when exported.
const RESERVED_WORDS: &[&str] = &[
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "exports",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "globalThis",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "module",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "require",
    "return",
    "static",
    "super",
    "switch",
    // A module that exports `then` is taken for a promise by `await import(…)`.
    "then",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Names of TypeScript's own types, which no type can take.
const TYPE_WORDS: &[&str] = &["any", "bigint", "boolean", "never", "number", "object", "string", "symbol", "unknown"];

/// Names that the generated files import, declare or use.
const OWN_NAMES: &[&str] = &[
    "Array",
    "BigInt",
    "Blob",
    "File",
    "MizanContext",
    "MizanError",
    "MizanFunction",
    "Object",
    "ProtocolError",
    "Record",
    "client",
    "createBundleHook",
    "createClient",
    "createMutationHook",
    "createProvider",
    "createSlotHook",
    "createSuspenseBundleHook",
    "createSuspenseSlotHook",
    "defineContext",
    "defineFunction",
    "defineMergingFunction",
    "packFiles",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_and_underscores_join_words() {
        assert_eq!(camel("update_profile"), "updateProfile");
        assert_eq!(camel("shop.items_of"), "shopItemsOf");
        assert_eq!(camel("a__b_"), "aB");
        assert_eq!(camel("page_2"), "page2");
        assert_eq!(pascal("shop.items_of"), "ShopItemsOf");
        assert_eq!(camel(""), "");
    }

    #[test]
    fn identifiers_may_be_of_any_script_and_never_begin_with_a_digit() {
        assert!(is_identifier("Größe"));
        assert!(is_identifier("shop__Order"));
        assert!(!is_identifier("2D"));
        assert!(!is_identifier("Page[int]"));
        assert!(!is_identifier(""));
    }

    #[test]
    fn keys_that_are_no_names_are_quoted() {
        assert!(is_plain_key("user_id"));
        assert!(!is_plain_key("first name"));
        assert!(!is_plain_key("__proto__"));
        assert!(!is_plain_key(""));
    }

    #[test]
    fn lists_of_reserved_names_are_sorted() {
        for list in [RESERVED_WORDS, TYPE_WORDS, OWN_NAMES] {
            assert!(list.is_sorted(), "{list:?}");
        }
        assert!(is_reserved_value("delete"));
        assert!(is_reserved_type("Record"));
        assert!(is_reserved_type("string"));
        assert!(!is_reserved_value("string"));
        assert!(!is_reserved_type("profile"));
    }
}
