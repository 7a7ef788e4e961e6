//! Integers of any size, which travel as text (VALUE-12).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};

/// An integer of any size. It travels as text, since other languages lose digits of numbers beyond 2^53 − 1.
///
/// It only carries: `parse` its text into the integer type of your choice to count with it.
///
/// ```
/// use mizan::BigInt;
///
/// let amount: BigInt = "123456789012345678901234567890".parse()?;
/// assert_eq!(i128::try_from(&amount), Ok(123456789012345678901234567890));
/// assert_eq!(BigInt::from(5u64).to_string(), "5");
/// # Ok::<(), mizan::NoInteger>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BigInt(String);

/// A text is no integer, or none of that type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoInteger;

impl fmt::Display for NoInteger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no integer of that type")
    }
}

impl std::error::Error for NoInteger {}

impl FromStr for BigInt {
    type Err = NoInteger;

    /// Digits, with at most one leading `-`, and no zero before another digit.
    fn from_str(text: &str) -> Result<Self, NoInteger> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        if !plain || (digits.starts_with('0') && text != "0") {
            return Err(NoInteger);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for BigInt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

macro_rules! of {
    ($($integer:ty),*) => {$(
        impl From<$integer> for BigInt {
            fn from(value: $integer) -> Self {
                Self(value.to_string())
            }
        }

        impl TryFrom<&BigInt> for $integer {
            type Error = NoInteger;

            fn try_from(value: &BigInt) -> Result<Self, NoInteger> {
                value.0.parse().map_err(|_| NoInteger)
            }
        }
    )*};
}

of!(i32, u32, i64, u64, i128, u128);

impl Serialize for BigInt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for BigInt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for BigInt {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "BigInt".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "mizan::BigInt".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "bigint" })
    }
}
