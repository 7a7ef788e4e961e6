//! Secrets from the environment, and those that they replaced (KEY-6).
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use mizan::{Identity, Mizan};
use mizan_core::identity::keyring::Purpose;
use mizan_core::identity::settings::{Keyrings, Settings};
use mizan_core::identity::token::{self, Grant, Kind};

#[mizan::client]
fn who(identity: Option<Identity>) -> String {
    identity.map(|identity| identity.sub).unwrap_or_default()
}

/// A bearer's call of a function of an application that goes by the environment.
fn asked(function: &str, token: &str) -> (u16, String) {
    let tokens = mizan::Tokens::new().functions(["mwt_obtain"]);
    let mizan = Mizan::builder().function(who).tokens(tokens).build().unwrap();
    let request = mizan::http::Request::post("/api/mizan/call/")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(format!(r#"{{"fn":"{function}"}}"#).into())
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let reply = runtime.block_on(mizan.handle(request));
    (reply.status().as_u16(), String::from_utf8(reply.into_body().to_vec()).unwrap())
}

/// KEY-6: what the older secret signed is taken, the newer one signs.
#[test]
fn the_environment_rotates_secrets() {
    const NAME: &str = "the_environment_rotates_secrets";
    let [older, newer] = ["older-".repeat(6), "newer-".repeat(6)];
    if std::env::var_os("MIZAN_SECRET").is_none() {
        // A process of this test's own has the variables.
        for (secret, old) in [(&older, None), (&newer, Some(&older)), (&newer, None)] {
            let mut child = std::process::Command::new(std::env::current_exe().unwrap());
            child.args([NAME, "--exact"]).env("MIZAN_SECRET", secret);
            if let Some(old) = old {
                child.env("MIZAN_SECRET_OLD", old);
            }
            let ended = child.output().unwrap();
            let said = String::from_utf8_lossy(&ended.stdout);
            assert!(ended.status.success() && said.contains("1 passed"), "{said}");
        }
        return;
    }
    let rings = |secret: &str| {
        Keyrings::build(&Settings { secrets: Some(vec![secret.as_bytes()]), ..Settings::default() }).unwrap()
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let now = i64::try_from(now).unwrap();
    let grant = Grant::Access { jti: "1", staff: false, superuser: false };
    let before = token::mint(rings(&older).get(Purpose::Access).unwrap(), "mizan", "ada", &grant, now, 60).unwrap();
    let is_known = std::env::var("MIZAN_SECRET").unwrap() == older || std::env::var_os("MIZAN_SECRET_OLD").is_some();
    assert_eq!(asked("who", &before).0, if is_known { 200 } else { 401 });
    if std::env::var_os("MIZAN_SECRET_OLD").is_some() {
        let (_, body) = asked("mwt_obtain", &before);
        let minted = body.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap();
        let verified = |secret: &str| {
            let rings = rings(secret);
            let ring = rings.get(Purpose::Mwt).unwrap();
            token::verify(ring, Kind::Mwt, "mizan", minted.as_bytes(), now, 30).is_ok()
        };
        assert_eq!([verified(&newer), verified(&older)], [true, false]);
    }
}
