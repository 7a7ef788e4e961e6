//! The keyrings of an application, from its settings: one secret for all purposes, keys of one's own for some (KEY-2 to
//! KEY-5).

use std::fmt;

use super::keyring::{Key, Keyring, Purpose};
use super::secret::{Secret, Unfit};

/// The setting that is enough.
pub const SECRET_SETTING: &str = "MIZAN_SECRET";

/// A key as a setting gives it: its name and its secret.
pub type GivenKey<'a> = (&'a str, &'a [u8]);

/// What the settings say. Nothing of it is checked yet.
#[derive(Default)]
pub struct Settings<'a> {
    /// The values of `MIZAN_SECRET`: the first signs, the others are older and verify.
    pub secrets: Vec<&'a [u8]>,
    /// Keys of one's own for a purpose, names and secrets. They stand in place of what `secrets` would give it.
    pub keys: Vec<(Purpose, Vec<GivenKey<'a>>)>,
}

/// Why an application does not start. It names the setting, never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// The setting, and which of its entries, counted from 1, where it has several.
    pub setting: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// What stands there is no secret.
    Unfit(Unfit),
    /// The name of a key is none.
    Kid,
    /// Another key has that name.
    RepeatedKid,
    /// A setting without a key.
    Empty,
    /// The setting stands twice.
    Repeated,
    /// Another setting, or another entry, has the same secret.
    Shared(String),
}

impl fmt::Display for SettingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ", self.setting)?;
        match &self.problem {
            Problem::Unfit(unfit) => unfit.fmt(formatter),
            Problem::Kid => formatter.write_str("has a name that is not 1 to 128 bytes without control characters"),
            Problem::RepeatedKid => formatter.write_str("has the name of another key"),
            Problem::Empty => formatter.write_str("has no key"),
            Problem::Repeated => formatter.write_str("stands there twice"),
            Problem::Shared(other) => write!(formatter, "has the secret of {other}: one secret serves one purpose"),
        }
    }
}

impl std::error::Error for SettingError {}

/// The keyrings of an application, those that it has.
#[derive(Debug, Clone, Default)]
pub struct Keyrings {
    /// In the order of [`Purpose::ALL`].
    rings: [Option<Keyring>; 5],
}

impl Keyrings {
    /// Checks the settings, all of them, and sets the keys up. Without any setting there are no keyrings, and whoever needs
    /// one says so.
    pub fn build(settings: &Settings<'_>) -> Result<Self, Vec<SettingError>> {
        let mut problems = Vec::new();
        let mut seen: Vec<(Secret, String)> = Vec::new();
        let mut take = |setting: String, bytes: &[u8], problems: &mut Vec<SettingError>| {
            let secret = match Secret::new(bytes) {
                Ok(secret) => secret,
                Err(unfit) => {
                    problems.push(SettingError { setting, problem: Problem::Unfit(unfit) });
                    return None;
                }
            };
            if let Some((_, other)) = seen.iter().find(|(held, _)| *held == secret) {
                problems.push(SettingError { setting, problem: Problem::Shared(other.clone()) });
                return None;
            }
            seen.push((secret.clone(), setting));
            Some(secret)
        };

        let place = |setting: &str, index: usize, count: usize| match count {
            0 | 1 => setting.to_owned(),
            _ => format!("{setting} ({})", index + 1),
        };
        let count = settings.secrets.len();
        let secrets: Vec<Secret> = settings
            .secrets
            .iter()
            .enumerate()
            .filter_map(|(index, bytes)| take(place(SECRET_SETTING, index, count), bytes, &mut problems))
            .collect();

        let mut rings: [Option<Keyring>; 5] = Purpose::ALL
            .map(|purpose| Keyring::new(secrets.iter().map(|secret| Key::derived(secret, purpose)).collect()));
        let mut given: Vec<Purpose> = Vec::new();
        for (purpose, entries) in &settings.keys {
            let setting = purpose.setting();
            if given.contains(purpose) {
                problems.push(SettingError { setting: setting.to_owned(), problem: Problem::Repeated });
            }
            given.push(*purpose);
            if entries.is_empty() {
                problems.push(SettingError { setting: setting.to_owned(), problem: Problem::Empty });
            }
            let mut keys: Vec<Key> = Vec::new();
            for (index, (kid, bytes)) in entries.iter().enumerate() {
                let place = place(setting, index, entries.len());
                let Some(secret) = take(place.clone(), bytes, &mut problems) else { continue };
                match Key::new(kid, &secret) {
                    None => problems.push(SettingError { setting: place, problem: Problem::Kid }),
                    Some(key) if keys.iter().any(|held| held.kid() == key.kid()) => {
                        problems.push(SettingError { setting: place, problem: Problem::RepeatedKid });
                    }
                    Some(key) => keys.push(key),
                }
            }
            if let Some(ring) = rings.get_mut(*purpose as usize) {
                *ring = Keyring::new(keys);
            }
        }
        if problems.is_empty() { Ok(Self { rings }) } else { Err(problems) }
    }

    /// The keyring of a purpose, where the settings gave it one.
    #[must_use]
    pub fn get(&self, purpose: Purpose) -> Option<&Keyring> {
        self.rings.get(purpose as usize)?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(settings: &Settings<'_>) -> Vec<String> {
        Keyrings::build(settings).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_secret_is_enough() {
        let rings = Keyrings::build(&Settings { secrets: vec![&[1; 32], &[2; 32]], keys: vec![] }).unwrap();
        for purpose in Purpose::ALL {
            let kids: Vec<_> = rings.get(purpose).unwrap().keys().map(Key::kid).collect();
            let expected =
                [1, 2].map(|byte| Key::derived(&Secret::new(&[byte; 32]).unwrap(), purpose).kid().to_owned());
            assert_eq!(kids, expected);
        }
    }

    #[test]
    fn keys_of_ones_own_stand_in_place_of_derived_ones() {
        let own = vec![(Purpose::Cache, vec![("c1", &[3; 32][..])])];
        let rings = Keyrings::build(&Settings { secrets: vec![&[1; 32]], keys: own.clone() }).unwrap();
        assert_eq!(rings.get(Purpose::Cache).map(|ring| ring.first().kid()), Some("c1"));
        assert_ne!(rings.get(Purpose::Mwt).map(|ring| ring.first().kid()), Some("c1"));
        let rings = Keyrings::build(&Settings { secrets: vec![], keys: own }).unwrap();
        assert!(rings.get(Purpose::Mwt).is_none());
        assert!(Keyrings::build(&Settings::default()).unwrap().get(Purpose::Csrf).is_none());
    }

    #[test]
    fn every_problem_is_told_with_its_setting_and_without_a_value() {
        let told = problems(&Settings {
            secrets: vec![b"hunter2", &[1; 32], &[1; 32]],
            keys: vec![
                (Purpose::Mwt, vec![("a", &[2; 32]), ("a", &[3; 32]), ("", &[4; 32])]),
                (Purpose::Access, vec![("b", &[2; 32])]),
                (Purpose::Csrf, vec![]),
                (Purpose::Csrf, vec![("c", &[1; 32])]),
            ],
        });
        assert_eq!(
            told,
            [
                "MIZAN_SECRET (1) is shorter than 32 bytes",
                "MIZAN_SECRET (3) has the secret of MIZAN_SECRET (2): one secret serves one purpose",
                "MIZAN_MWT_KEYS (2) has the name of another key",
                "MIZAN_MWT_KEYS (3) has a name that is not 1 to 128 bytes without control characters",
                "MIZAN_ACCESS_KEYS has the secret of MIZAN_MWT_KEYS (1): one secret serves one purpose",
                "MIZAN_CSRF_KEYS has no key",
                "MIZAN_CSRF_KEYS stands there twice",
                "MIZAN_CSRF_KEYS has the secret of MIZAN_SECRET (2): one secret serves one purpose",
            ]
        );
    }

    #[test]
    fn a_purpose_finds_its_own_keyring() {
        for (index, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!(purpose as usize, index);
        }
    }
}
