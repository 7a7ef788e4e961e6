//! Durations: ISO 8601 from weeks to seconds, printed with each part within its unit.

use std::borrow::Cow;
use std::fmt::Write;

use super::Cursor;
use crate::ir::program::Direction;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// The first duration that is too long: 10^9 days, which no `timedelta` holds.
const TOO_LONG: u64 = 1_000_000_000 * DAY;

pub(super) fn duration(text: &str, direction: Direction) -> Option<Cow<'_, str>> {
    let mut cursor = Cursor::new(text);
    let negative = cursor.eat("-");
    cursor.take("P")?;
    let days: &[_] = match direction {
        Direction::Input => &[("W", 7 * DAY), ("D", DAY)],
        Direction::Output => &[("Y", 365 * DAY), ("W", 7 * DAY), ("D", DAY)],
    };
    let mut total = Total { seconds: 0, fraction: "", parts: 0 };
    total.read(&mut cursor, days, direction)?;
    if cursor.eat("T") {
        let before = total.parts;
        total.read(&mut cursor, &[("H", HOUR), ("M", MINUTE), ("S", 1)], direction)?;
        if total.parts == before {
            return None;
        }
    }
    cursor.end()?;
    if total.parts == 0 || total.seconds >= TOO_LONG {
        return None;
    }
    let canonical = total.print(negative);
    Some(if text == canonical { Cow::Borrowed(text) } else { Cow::Owned(canonical) })
}

struct Total<'a> {
    seconds: u64,
    /// The fraction of the seconds, without trailing zeros.
    fraction: &'a str,
    parts: u32,
}

impl<'a> Total<'a> {
    /// Adds the parts that stand here, each at most once and in the order of `units`. Only seconds have a fraction.
    fn read(&mut self, cursor: &mut Cursor<'a>, units: &[(&str, u64)], direction: Direction) -> Option<()> {
        let mut units = units.iter();
        while cursor.rest.starts_with(|next: char| next.is_ascii_digit()) {
            let count: u64 = cursor.run()?.parse().ok()?;
            let fractional = cursor.rest.starts_with('.');
            let fraction = cursor.fraction(direction)?;
            let (_, seconds) = units.find(|(letter, _)| cursor.eat(letter))?;
            if fractional && *seconds != 1 {
                return None;
            }
            if *seconds == 1 {
                self.fraction = fraction;
            }
            self.seconds = self.seconds.checked_add(count.checked_mul(*seconds)?)?;
            self.parts += 1;
        }
        Some(())
    }

    fn print(&self, negative: bool) -> String {
        if self.seconds == 0 && self.fraction.is_empty() {
            return "PT0S".to_owned();
        }
        let mut text = String::from(if negative { "-P" } else { "P" });
        let mut part = |count: u64, before: &str, letter: &str| {
            if count > 0 {
                let _ = write!(text, "{before}{count}{letter}");
            }
            count > 0
        };
        part(self.seconds / DAY, "", "D");
        let hours = part(self.seconds % DAY / HOUR, "T", "H");
        let minutes = part(self.seconds % HOUR / MINUTE, if hours { "" } else { "T" }, "M");
        let before = if hours || minutes { "" } else { "T" };
        let seconds = self.seconds % MINUTE;
        if self.fraction.is_empty() {
            part(seconds, before, "S");
        } else {
            let _ = write!(text, "{before}{seconds}.{}S", self.fraction);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_as_it_is, assert_canonical, assert_refused};
    use super::*;
    use crate::ir::model::Format;

    #[test]
    fn parts_are_carried_into_their_units() {
        assert_as_it_is(
            Format::Duration,
            &["PT0S", "P1D", "P1DT2H3M4.5S", "-PT0.000001S", "PT59M", "P400DT1H", "PT1H1S", "PT0.5S"],
        );
        for direction in [Direction::Input, Direction::Output] {
            assert_canonical(
                Format::Duration,
                direction,
                &[
                    ("P1W", Some("P7D")),
                    ("P1W2D", Some("P9D")),
                    ("PT90M", Some("PT1H30M")),
                    ("PT24H", Some("P1D")),
                    ("PT86461.50S", Some("P1DT1M1.5S")),
                    ("P0D", Some("PT0S")),
                    ("-PT0S", Some("PT0S")),
                    ("-PT0.000S", Some("PT0S")),
                    ("P01DT00H", Some("P1D")),
                    ("-PT23H59M54.999993S", Some("-PT23H59M54.999993S")),
                    ("P999999999DT23H59M59.999999S", Some("P999999999DT23H59M59.999999S")),
                    ("P999999999DT24H", None),
                    ("PT99999999999999999999S", None),
                    ("P99999999999999999W", None),
                ],
            );
        }
    }

    #[test]
    fn other_forms_are_refused() {
        let refused = [
            "", "P", "PT", "P1DT", "1D", "-", "+P1D", "P-1D", "P1H", "PT1D", "P1M", "P1D1W", "P1DT1M1H", "P1D1D",
            "PT1.5H", "P0.5D", "PT1.S", "PT.5S", "PT1,5S", "p1d", "P1D ", "P1", "PT1", "PT1.5", "P1M1D", "P1DT1H1H",
        ];
        assert_refused(Format::Duration, Direction::Input, &refused);
        assert_refused(Format::Duration, Direction::Output, &refused);
    }

    #[test]
    fn outputs_may_have_years_and_nanoseconds() {
        assert_refused(Format::Duration, Direction::Input, &["P1Y", "P1Y35DT1H", "PT0.1234567S"]);
        assert_canonical(
            Format::Duration,
            Direction::Output,
            &[("P1Y35DT1H", Some("P400DT1H")), ("PT0.123456789S", Some("PT0.123456789S")), ("PT0.1234567890S", None)],
        );
    }
}
