//! Dates and times: RFC 3339, printed in UTC with the fraction cut to what it says.

use std::borrow::Cow;

use super::Cursor;
use crate::ir::program::Direction;

/// A day of the proleptic Gregorian calendar, in the years 1 to 9999.
#[derive(Clone, Copy)]
struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    fn next(self) -> Option<Self> {
        let Self { year, month, day } = self;
        if day < days_in(year, month) {
            Some(Self { year, month, day: day + 1 })
        } else if month < 12 {
            Some(Self { year, month: month + 1, day: 1 })
        } else {
            (year < 9999).then_some(Self { year: year + 1, month: 1, day: 1 })
        }
    }

    fn previous(self) -> Option<Self> {
        let Self { year, month, day } = self;
        if day > 1 {
            Some(Self { year, month, day: day - 1 })
        } else if month > 1 {
            Some(Self { year, month: month - 1, day: days_in(year, month - 1) })
        } else {
            (year > 1).then_some(Self { year: year - 1, month: 12, day: 31 })
        }
    }
}

const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A time of day to the minute, the second, and the fraction without trailing zeros.
struct Clock<'a> {
    minutes: u32,
    second: u32,
    fraction: &'a str,
}

impl Clock<'_> {
    /// How many characters it is printed in.
    fn length(&self) -> usize {
        "HH:MM:SS".len() + if self.fraction.is_empty() { 0 } else { 1 + self.fraction.len() }
    }

    fn print(&self) -> String {
        let dot = if self.fraction.is_empty() { "" } else { "." };
        let (hour, minute) = (self.minutes / 60, self.minutes % 60);
        format!("{hour:02}:{minute:02}:{:02}{dot}{}", self.second, self.fraction)
    }
}

fn read_date(cursor: &mut Cursor<'_>) -> Option<Date> {
    let year = cursor.number(4, 1, 9999)?;
    cursor.take("-")?;
    let month = cursor.number(2, 1, 12)?;
    cursor.take("-")?;
    let day = cursor.number(2, 1, days_in(year, month))?;
    Some(Date { year, month, day })
}

fn read_clock<'a>(cursor: &mut Cursor<'a>, direction: Direction) -> Option<Clock<'a>> {
    let hour = cursor.number(2, 0, 23)?;
    cursor.take(":")?;
    let minute = cursor.number(2, 0, 59)?;
    cursor.take(":")?;
    let second = cursor.number(2, 0, 59)?;
    let fraction = cursor.fraction(direction)?;
    Some(Clock { minutes: hour * 60 + minute, second, fraction })
}

pub(super) fn date(text: &str) -> Option<Cow<'_, str>> {
    let mut cursor = Cursor::new(text);
    read_date(&mut cursor)?;
    cursor.end()?;
    Some(Cow::Borrowed(text))
}

pub(super) fn time(text: &str, direction: Direction) -> Option<Cow<'_, str>> {
    let mut cursor = Cursor::new(text);
    let clock = read_clock(&mut cursor, direction)?;
    cursor.end()?;
    Some(if text.len() == clock.length() { Cow::Borrowed(text) } else { Cow::Owned(clock.print()) })
}

pub(super) fn local_date_time(text: &str, direction: Direction) -> Option<Cow<'_, str>> {
    let mut cursor = Cursor::new(text);
    let day = read_date(&mut cursor)?;
    cursor.take("T")?;
    let clock = read_clock(&mut cursor, direction)?;
    cursor.end()?;
    let same = text.len() == "YYYY-MM-DDT".len() + clock.length();
    Some(if same { Cow::Borrowed(text) } else { Cow::Owned(print(day, &clock, "")) })
}

pub(super) fn date_time(text: &str, direction: Direction) -> Option<Cow<'_, str>> {
    const DAY: u32 = 24 * 60;
    let mut cursor = Cursor::new(text);
    let mut day = read_date(&mut cursor)?;
    cursor.take("T")?;
    let mut clock = read_clock(&mut cursor, direction)?;
    let utc = cursor.eat("Z");
    if !utc {
        let east = cursor.eat("+");
        if !east {
            cursor.take("-")?;
        }
        let hours = cursor.number(2, 0, 23)?;
        cursor.take(":")?;
        let offset = hours * 60 + cursor.number(2, 0, 59)?;
        if east && offset > clock.minutes {
            day = day.previous()?;
            clock.minutes += DAY;
        }
        clock.minutes = if east { clock.minutes - offset } else { clock.minutes + offset };
        if clock.minutes >= DAY {
            day = day.next()?;
            clock.minutes -= DAY;
        }
    }
    cursor.end()?;
    // Only the zeros at the end of a fraction make a text in UTC longer than its canonical form.
    let same = utc && text.len() == "YYYY-MM-DDTZ".len() + clock.length();
    Some(if same { Cow::Borrowed(text) } else { Cow::Owned(print(day, &clock, "Z")) })
}

fn print(Date { year, month, day }: Date, clock: &Clock<'_>, zone: &str) -> String {
    format!("{year:04}-{month:02}-{day:02}T{}{zone}", clock.print())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_as_it_is, assert_canonical, assert_refused};
    use super::*;
    use crate::ir::model::Format;

    #[test]
    fn date_is_a_day_that_exists() {
        assert_as_it_is(Format::Date, &["2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"]);
        let refused = [
            "",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-04-31",
            "2024-01-00",
            "0000-01-01",
            "24-01-01",
            "2024-1-1",
            "2024/01/01",
            "2024-01-01T00:00:00Z",
            " 2024-01-01",
            "20240101",
            "2024-W01-1",
            "+2024-01-01",
            "２024-01-01",
        ];
        assert_refused(Format::Date, Direction::Input, &refused);
        assert_refused(Format::Date, Direction::Output, &refused);
    }

    #[test]
    fn time_has_no_offset() {
        assert_as_it_is(Format::Time, &["00:00:00", "23:59:59", "01:02:03.000001", "01:02:03.5"]);
        for direction in [Direction::Input, Direction::Output] {
            assert_refused(
                Format::Time,
                direction,
                &[
                    "",
                    "24:00:00",
                    "23:60:00",
                    "23:59:60",
                    "1:02:03",
                    "01:02",
                    "01:02:03.",
                    "01:02:03Z",
                    "01:02:03+00:00",
                    "01:02:03,5",
                    "010203",
                ],
            );
            assert_canonical(
                Format::Time,
                direction,
                &[("01:02:03.500", Some("01:02:03.5")), ("01:02:03.000000", Some("01:02:03"))],
            );
        }
        assert_refused(Format::Time, Direction::Input, &["01:02:03.1234567"]);
        assert_canonical(
            Format::Time,
            Direction::Output,
            &[("01:02:03.123456789", Some("01:02:03.123456789")), ("01:02:03.1234567890", None)],
        );
    }

    #[test]
    fn date_time_is_printed_in_utc() {
        assert_as_it_is(
            Format::DateTime,
            &["2024-03-01T12:00:00Z", "2024-03-01T12:00:00.000001Z", "0001-01-01T00:00:00Z"],
        );
        for direction in [Direction::Input, Direction::Output] {
            assert_canonical(
                Format::DateTime,
                direction,
                &[
                    ("2024-03-01T12:00:00+00:00", Some("2024-03-01T12:00:00Z")),
                    ("2024-03-01T12:00:00-00:00", Some("2024-03-01T12:00:00Z")),
                    ("2024-03-01T12:00:00.120000+05:30", Some("2024-03-01T06:30:00.12Z")),
                    ("2024-03-01T00:29:59+00:30", Some("2024-02-29T23:59:59Z")),
                    ("2023-12-31T23:00:00-01:00", Some("2024-01-01T00:00:00Z")),
                    ("2024-01-01T00:59:00+01:00", Some("2023-12-31T23:59:00Z")),
                    ("2024-01-01T01:00:00+01:00", Some("2024-01-01T00:00:00Z")),
                    ("2024-01-01T23:59:00-23:59", Some("2024-01-02T23:58:00Z")),
                    ("2024-03-01T12:00:00.000Z", Some("2024-03-01T12:00:00Z")),
                    ("0001-01-01T00:59:59+01:00", None),
                    ("9999-12-31T23:00:00-01:00", None),
                ],
            );
        }
    }

    #[test]
    fn date_time_needs_its_letters_and_an_offset() {
        let refused = [
            "",
            "2024-03-01",
            "2024-03-01T12:00:00",
            "2024-03-01 12:00:00Z",
            "2024-03-01t12:00:00Z",
            "2024-03-01T12:00:00z",
            "2024-03-01T12:00Z",
            "2024-03-01T24:00:00Z",
            "2024-03-01T23:59:60Z",
            "2024-03-01T12:00:00.Z",
            "2024-03-01T12:00:00+0000",
            "2024-03-01T12:00:00+24:00",
            "2024-03-01T12:00:00+00:60",
            "2024-03-01T12:00:00+00",
            "2024-02-30T12:00:00Z",
            "1709251200",
            "2024-03-01T12:00:00Z ",
            "2024-03-01T12:00:00ZZ",
        ];
        assert_refused(Format::DateTime, Direction::Input, &refused);
        assert_refused(Format::DateTime, Direction::Output, &refused);
        assert_refused(Format::DateTime, Direction::Input, &["2024-03-01T12:00:00.1234567Z"]);
        assert_canonical(
            Format::DateTime,
            Direction::Output,
            &[("2024-03-01T12:00:00.123456700Z", Some("2024-03-01T12:00:00.1234567Z"))],
        );
    }

    #[test]
    fn local_date_time_has_no_offset() {
        assert_as_it_is(Format::LocalDateTime, &["2024-03-01T12:00:00", "2024-03-01T12:00:00.25"]);
        for direction in [Direction::Input, Direction::Output] {
            assert_canonical(
                Format::LocalDateTime,
                direction,
                &[("2024-03-01T12:00:00.250", Some("2024-03-01T12:00:00.25"))],
            );
            let refused = ["2024-03-01T12:00:00Z", "2024-03-01T12:00:00+00:00", "2024-03-01 12:00:00", "2024-03-01"];
            assert_refused(Format::LocalDateTime, direction, &refused);
        }
    }
}
