//! Constraints of scalars: whether every value within some lies within others too.

use super::rule::Aspect;
use crate::ir::model::{IntegerBounds, NumberBounds, StringBounds};

/// The greatest integer of the wire (VALUE-2).
const SAFE: i64 = (1 << 53) - 1;

/// Whether every integer within `lesser` lies within `greater`.
pub(super) fn integers(lesser: &IntegerBounds, greater: &IntegerBounds) -> bool {
    let (least, most) = ends(lesser);
    let divides =
        |divisor: i64| divisor == 1 || lesser.multiple_of.is_some_and(|own| own.checked_rem(divisor) == Some(0));
    greater.min.is_none_or(|min| least >= min)
        && greater.max.is_none_or(|max| most <= max)
        && greater.multiple_of.is_none_or(divides)
}

fn ends(bounds: &IntegerBounds) -> (i64, i64) {
    (bounds.min.unwrap_or(-SAFE).max(-SAFE), bounds.max.unwrap_or(SAFE).min(SAFE))
}

/// Integers as numbers.
#[expect(clippy::cast_precision_loss, reason = "integers of the wire are doubles without loss")]
pub(super) fn as_numbers(bounds: &IntegerBounds) -> NumberBounds {
    let (least, most) = ends(bounds);
    NumberBounds { min: Some(least as f64), max: Some(most as f64), exclusive_min: None, exclusive_max: None }
}

/// Whether every number within `lesser` lies within `greater`.
pub(super) fn numbers(lesser: &NumberBounds, greater: &NumberBounds) -> bool {
    let above = |own: Option<f64>, bound: f64| own.is_some_and(|own| own >= bound);
    let below = |own: Option<f64>, bound: f64| own.is_some_and(|own| own <= bound);
    let strictly_above = |bound: f64| lesser.min.is_some_and(|own| own > bound) || above(lesser.exclusive_min, bound);
    let strictly_below = |bound: f64| lesser.max.is_some_and(|own| own < bound) || below(lesser.exclusive_max, bound);
    greater.min.is_none_or(|bound| above(lesser.min, bound) || above(lesser.exclusive_min, bound))
        && greater.max.is_none_or(|bound| below(lesser.max, bound) || below(lesser.exclusive_max, bound))
        && greater.exclusive_min.is_none_or(strictly_above)
        && greater.exclusive_max.is_none_or(strictly_below)
}

/// Whether `any` takes every number within these (VALUE-11).
pub(super) fn numbers_of_any(bounds: &NumberBounds) -> bool {
    numbers(bounds, &as_numbers(&IntegerBounds::default()))
}

/// What keeps texts of `lesser` from being texts of `greater`.
pub(super) fn texts(lesser: &StringBounds, greater: &StringBounds) -> Vec<Aspect> {
    let mut found = Vec::new();
    let is_free = greater.min_length.is_none() && greater.max_length.is_none() && greater.pattern.is_none();
    // Lengths and patterns hold for the canonical text, which is another one where there is no format.
    if greater.format != lesser.format && (greater.format.is_some() || !is_free) {
        found.push(Aspect::Format);
    }
    if !lengths((lesser.min_length, lesser.max_length), (greater.min_length, greater.max_length)) {
        found.push(Aspect::Length);
    }
    // Whether one pattern finds all that another one finds is not decided, so any other one counts.
    if greater.pattern.is_some() && greater.pattern != lesser.pattern {
        found.push(Aspect::Pattern);
    }
    found
}

/// Whether every length within the first lies within the second.
pub(super) fn lengths(lesser: (Option<u64>, Option<u64>), greater: (Option<u64>, Option<u64>)) -> bool {
    greater.0.is_none_or(|min| lesser.0.unwrap_or(0) >= min)
        && greater.1.is_none_or(|max| lesser.1.is_some_and(|own| own <= max))
}

/// Whether every file within the first lies within the second: size, media types (none for any).
pub(super) fn files(lesser: (Option<u64>, &[String]), greater: (Option<u64>, &[String])) -> bool {
    let takes = |name: &String| greater.1.iter().any(|taken| covers(taken, name));
    let all = greater.1.is_empty() || (!lesser.1.is_empty() && lesser.1.iter().all(takes));
    all && greater.0.is_none_or(|max| lesser.0.is_some_and(|own| own <= max))
}

fn covers(taken: &str, name: &str) -> bool {
    let of_group = |group: &str| name.split_once('/').is_some_and(|(own, _)| own == group);
    taken == name || taken == "*/*" || taken.strip_suffix("/*").is_some_and(of_group)
}
