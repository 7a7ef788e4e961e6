//! The keyrings of an application, from its settings: one secret for all purposes, keys of one's own for some (KEY-2 to
//! KEY-5).

use std::fmt;

use super::keyring::{Key, Keyring, Purpose};
use super::secret::{Secret, Unfit};

/// The variable of the environment that is enough.
pub const SECRET_VARIABLE: &str = "MIZAN_SECRET";

/// The variable of the environment with the secrets that the first one replaced, blanks or commas between them.
pub const OLDER_VARIABLE: &str = "MIZAN_SECRET_OLD";

/// A key as a setting gives it: its name and its secret.
pub type GivenKey<'a> = (&'a str, &'a [u8]);

/// What a host calls the options that its author gives secrets by. A problem names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The option of the secret for all purposes.
    pub secret: String,
    /// The option of keys of a purpose's own; the purpose is a member of it.
    pub keys: String,
}

impl Default for Names {
    fn default() -> Self {
        Self { secret: "secret".to_owned(), keys: "keys".to_owned() }
    }
}

impl Names {
    fn of_keys(&self, purpose: Purpose) -> String {
        format!("{}[\"{}\"]", self.keys, purpose.name())
    }
}

/// What a host found in its environment: the values of [`SECRET_VARIABLE`] and [`OLDER_VARIABLE`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment<'a> {
    /// The secret that signs.
    pub secret: Option<&'a [u8]>,
    /// Those that it replaced, which verify.
    pub older: Option<&'a [u8]>,
}

/// What the settings say. Nothing of it is checked yet.
#[derive(Default)]
pub struct Settings<'a> {
    /// What the host calls its options.
    pub names: Names,
    /// The option: the first signs, the others are older and verify. Where it is given nothing of the environment counts.
    pub secrets: Option<Vec<&'a [u8]>>,
    /// What the environment holds; `None` where the host does not go by it.
    pub environment: Option<Environment<'a>>,
    /// Keys of one's own for a purpose, names and secrets. They stand in place of what the secrets would give it.
    pub keys: Vec<(Purpose, Vec<GivenKey<'a>>)>,
}

impl<'a> Settings<'a> {
    /// The secrets for all purposes, the one that signs first, each with the setting that it stands in (KEY-2, KEY-6).
    fn secrets(&self) -> Vec<(String, &'a [u8])> {
        if let Some(secrets) = &self.secrets {
            let count = secrets.len();
            return secrets.iter().enumerate().map(|(at, one)| (place(&self.names.secret, at, count), *one)).collect();
        }
        let Environment { secret, older } = self.environment.unwrap_or_default();
        let older: Vec<&[u8]> = older
            .unwrap_or_default()
            .split(|byte| byte.is_ascii_whitespace() || *byte == b',')
            .filter(|one| !one.is_empty())
            .collect();
        let count = older.len();
        let newest = secret.map(|one| (SECRET_VARIABLE.to_owned(), one));
        let older = older.into_iter().enumerate().map(|(at, one)| (place(OLDER_VARIABLE, at, count), one));
        newest.into_iter().chain(older).collect()
    }
}

/// A setting, and which of its entries where it has several.
fn place(setting: &str, index: usize, count: usize) -> String {
    if count < 2 { setting.to_owned() } else { format!("{setting} ({})", index + 1) }
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
    /// Secrets that were replaced, and none that replaced them.
    Replaced,
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
            Problem::Replaced => write!(formatter, "has secrets that were replaced, and there is no {SECRET_VARIABLE}"),
            Problem::Shared(other) => write!(formatter, "has the same as {other}: one secret serves one purpose"),
        }
    }
}

impl std::error::Error for SettingError {}

/// The keyrings of an application, those that it has.
#[derive(Debug, Clone, Default)]
pub struct Keyrings {
    /// In the order of [`Purpose::ALL`].
    rings: [Option<Keyring>; 5],
    names: Names,
    /// Whether the environment could have given a secret.
    reads_environment: bool,
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

        if let (None, Some(Environment { secret: None, .. })) = (&settings.secrets, &settings.environment)
            && !settings.secrets().is_empty()
        {
            problems.push(SettingError { setting: OLDER_VARIABLE.to_owned(), problem: Problem::Replaced });
        }
        let given = settings.secrets().into_iter();
        let secrets: Vec<Secret> = given.filter_map(|(setting, bytes)| take(setting, bytes, &mut problems)).collect();

        let mut rings: [Option<Keyring>; 5] = Purpose::ALL
            .map(|purpose| Keyring::new(secrets.iter().map(|secret| Key::derived(secret, purpose)).collect()));
        let mut given: Vec<Purpose> = Vec::new();
        for (purpose, entries) in &settings.keys {
            let setting = settings.names.of_keys(*purpose);
            if given.contains(purpose) {
                problems.push(SettingError { setting: setting.clone(), problem: Problem::Repeated });
            }
            given.push(*purpose);
            if entries.is_empty() {
                problems.push(SettingError { setting: setting.clone(), problem: Problem::Empty });
            }
            let mut keys: Vec<Key> = Vec::new();
            for (index, (kid, bytes)) in entries.iter().enumerate() {
                let place = place(&setting, index, entries.len());
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
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { rings, names: settings.names.clone(), reads_environment: settings.environment.is_some() })
    }

    /// Whether no purpose has a key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rings.iter().all(Option::is_none)
    }

    /// What to say where a purpose needs a key and has none.
    #[must_use]
    pub fn missing(&self, purpose: Purpose) -> String {
        let (secret, keys) = (&self.names.secret, self.names.of_keys(purpose));
        let environment =
            if self.reads_environment { format!("{SECRET_VARIABLE} in the environment, ") } else { String::new() };
        format!("no key for {}: set {environment}{secret} or {keys}", purpose.name())
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

    fn of<'a>(secrets: Option<Vec<&'a [u8]>>, keys: Vec<(Purpose, Vec<GivenKey<'a>>)>) -> Settings<'a> {
        Settings { secrets, keys, ..Settings::default() }
    }

    fn kids(settings: &Settings<'_>) -> Vec<String> {
        let rings = Keyrings::build(settings).unwrap();
        rings.get(Purpose::Mwt).into_iter().flat_map(Keyring::keys).map(|key| key.kid().to_owned()).collect()
    }

    #[test]
    fn the_environment_gives_the_secret_and_those_that_it_replaced() {
        let texts = [b'a', b'b', b'c'].map(|byte| [byte; 32]);
        let several = [&texts[1][..], b" ,\n", &texts[2][..], b"\n"].concat();
        let of_environment =
            |secret, older| Settings { environment: Some(Environment { secret, older }), ..Settings::default() };
        let newest: &[u8] = &texts[0];
        let all = of(Some(texts.iter().map(|text| &text[..]).collect()), vec![]);
        assert_eq!(kids(&of_environment(Some(newest), Some(&several))), kids(&all));
        let alone = of(Some(vec![newest]), vec![]);
        for older in [None, Some(&b""[..]), Some(b" ")] {
            assert_eq!(kids(&of_environment(Some(newest), older)), kids(&alone));
            assert!(Keyrings::build(&of_environment(None, older)).unwrap().is_empty());
        }
        // An option is all that counts.
        let option = Settings { secrets: Some(vec![newest]), ..of_environment(Some(b"hunter2"), Some(b"hunter3")) };
        assert_eq!(kids(&option), kids(&alone));
        assert_eq!(
            problems(&of_environment(Some(b"hunter2"), Some(b"hunter3,hunter4"))),
            [
                "MIZAN_SECRET is shorter than 32 bytes",
                "MIZAN_SECRET_OLD (1) is shorter than 32 bytes",
                "MIZAN_SECRET_OLD (2) is shorter than 32 bytes",
            ]
        );
        assert_eq!(
            problems(&of_environment(Some(newest), Some(newest))),
            ["MIZAN_SECRET_OLD has the same as MIZAN_SECRET: one secret serves one purpose"]
        );
        assert_eq!(
            problems(&of_environment(None, Some(newest))),
            ["MIZAN_SECRET_OLD has secrets that were replaced, and there is no MIZAN_SECRET"]
        );
    }

    #[test]
    fn what_is_missing_is_told_by_the_names_of_its_host() {
        let names = Names { secret: "MIZAN[\"SECRET\"]".to_owned(), keys: "MIZAN[\"KEYS\"]".to_owned() };
        let settings = Settings { names, environment: Some(Environment::default()), ..Settings::default() };
        assert_eq!(
            Keyrings::build(&settings).unwrap().missing(Purpose::Mwt),
            "no key for mwt: set MIZAN_SECRET in the environment, MIZAN[\"SECRET\"] or MIZAN[\"KEYS\"][\"mwt\"]"
        );
        let without = Keyrings::build(&Settings::default()).unwrap();
        assert_eq!(without.missing(Purpose::Csrf), "no key for csrf: set secret or keys[\"csrf\"]");
    }

    #[test]
    fn one_secret_is_enough() {
        let rings = Keyrings::build(&of(Some(vec![&[1; 32], &[2; 32]]), vec![])).unwrap();
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
        let rings = Keyrings::build(&of(Some(vec![&[1; 32]]), own.clone())).unwrap();
        assert_eq!(rings.get(Purpose::Cache).map(|ring| ring.first().kid()), Some("c1"));
        assert_ne!(rings.get(Purpose::Mwt).map(|ring| ring.first().kid()), Some("c1"));
        let rings = Keyrings::build(&of(None, own)).unwrap();
        assert!(rings.get(Purpose::Mwt).is_none());
        assert!(Keyrings::build(&Settings::default()).unwrap().get(Purpose::Csrf).is_none());
    }

    #[test]
    fn every_problem_is_told_with_its_setting_and_without_a_value() {
        let told = problems(&of(
            Some(vec![b"hunter2", &[1; 32], &[1; 32]]),
            vec![
                (Purpose::Mwt, vec![("a", &[2; 32]), ("a", &[3; 32]), ("", &[4; 32])]),
                (Purpose::Access, vec![("b", &[2; 32])]),
                (Purpose::Csrf, vec![]),
                (Purpose::Csrf, vec![("c", &[1; 32])]),
            ],
        ));
        assert_eq!(
            told,
            [
                "secret (1) is shorter than 32 bytes",
                "secret (3) has the same as secret (2): one secret serves one purpose",
                "keys[\"mwt\"] (2) has the name of another key",
                "keys[\"mwt\"] (3) has a name that is not 1 to 128 bytes without control characters",
                "keys[\"access\"] has the same as keys[\"mwt\"] (1): one secret serves one purpose",
                "keys[\"csrf\"] has no key",
                "keys[\"csrf\"] stands there twice",
                "keys[\"csrf\"] has the same as secret (2): one secret serves one purpose",
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
