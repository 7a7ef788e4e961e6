//! What an application is given besides its functions, from the JSON text in which JavaScript says it.

use mizan_core::identity::keyring::Purpose;
use mizan_core::identity::settings::{Environment, Keyrings, Settings};
use mizan_core::value::{Value, json};
use mizan_runtime::{Options, Store, Tokens};

/// The settings of an application.
pub(crate) struct Given {
    pub(crate) options: Options,
    /// Whether JavaScript is to be asked who asks. Where it cannot tell, that is nobody.
    pub(crate) asks: bool,
}

/// Reads the settings. `secrets` are the bytes that the text names by their place: they are text nowhere.
pub(crate) fn read(text: &str, secrets: &[&[u8]]) -> Result<Given, String> {
    let given = json::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    let flag = |name| given.get(name).and_then(Value::as_bool);
    let options = Options {
        keyrings: keyrings(&given, secrets)?,
        tokens: given.get("tokens").filter(|value| **value != Value::Null).map(tokens),
        has_sessions: flag("has_sessions").unwrap_or_default(),
        csrf: flag("csrf"),
        trusted_origins: given.get("trusted_origins").map(texts).unwrap_or_default(),
        store: given.get("store").filter(|value| **value != Value::Null).map(store),
    };
    Ok(Given { options, asks: flag("asks").unwrap_or(true) })
}

fn texts(value: &Value) -> Vec<String> {
    value.as_list().unwrap_or_default().iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The keyrings, where a key is given at all.
fn keyrings(given: &Value, secrets: &[&[u8]]) -> Result<Option<Keyrings>, String> {
    let rings = read_keyrings(given, secrets)?;
    Ok(Some(rings).filter(|rings| !rings.is_empty()))
}

/// The keyrings: `secrets` counts those of the option, where that is given; `environment` has the places of the values of its
/// two variables, `null` for one that is not set; `keys` has names and places by purpose.
pub(crate) fn read_keyrings(given: &Value, secrets: &[&[u8]]) -> Result<Keyrings, String> {
    let count = given.get("secrets").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    let mut named = Vec::new();
    for entry in given.get("keys").and_then(Value::as_list).unwrap_or_default() {
        let [purpose, keys] = entry.as_list().unwrap_or_default() else {
            return Err("a purpose has no keys".to_owned());
        };
        let name = purpose.as_str().unwrap_or_default();
        let purpose = Purpose::find(name).ok_or_else(|| format!("{name:?} is no purpose of a key"))?;
        let mut found = Vec::new();
        for key in keys.as_list().unwrap_or_default() {
            let [kid, place] = key.as_list().unwrap_or_default() else { return Err("a key has no name".to_owned()) };
            let place = place.as_u64().and_then(|place| usize::try_from(place).ok());
            let secret = place.and_then(|place| secrets.get(place)).ok_or("a key has no secret")?;
            found.push((kid.as_str().unwrap_or_default(), *secret));
        }
        named.push((purpose, found));
    }
    let value = |at: usize, places: &[Value]| {
        let place = usize::try_from(places.get(at)?.as_u64()?).ok()?;
        secrets.get(place).copied()
    };
    let environment = given.get("environment").and_then(Value::as_list);
    let settings = Settings {
        secrets: count.map(|count| secrets.iter().copied().take(count).collect()),
        environment: environment.map(|places| Environment { secret: value(0, places), older: value(1, places) }),
        keys: named,
        ..Settings::default()
    };
    Keyrings::build(&settings).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })
}

fn tokens(given: &Value) -> Tokens {
    let default = Tokens::default();
    Tokens {
        mwt: given.get("mwt").and_then(Value::as_bool).unwrap_or(default.mwt),
        access: given.get("access").and_then(Value::as_bool).unwrap_or(default.access),
        audience: given.get("audience").and_then(Value::as_str).map_or(default.audience, str::to_owned),
        leeway: given
            .get("leeway")
            .and_then(Value::as_u64)
            .and_then(|seconds| u32::try_from(seconds).ok())
            .unwrap_or(default.leeway),
        functions: given.get("functions").map(texts).unwrap_or_default(),
        finds: given.get("finds").and_then(Value::as_bool).unwrap_or_default(),
    }
}

fn store(given: &Value) -> Store {
    let default = Store::new(given.get("url").and_then(Value::as_str).unwrap_or_default());
    let number = |name| given.get(name).and_then(Value::as_f64);
    Store {
        bytes: given.get("max_bytes").and_then(Value::as_u64).unwrap_or(default.bytes),
        prefix: given.get("prefix").and_then(Value::as_str).map_or(default.prefix, str::to_owned),
        timeout: number("timeout").unwrap_or(default.timeout),
        patience: number("patience").unwrap_or(default.patience),
        lease: number("lease"),
        url: default.url,
    }
}
