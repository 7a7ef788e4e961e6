//! Messages on Tauri's mock runtime, as its protocol handler makes them of what a web view sends: bytes in, and the reply's
//! text out. Contenders take turns; a line for each round says what a message took of this process's CPU time.

use mizan::http::{HeaderMap, HeaderName, HeaderValue};
use mizan_bench_answers::user;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use tauri::WebviewWindowBuilder;
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::utils::acl::ExecutionContext;
use tauri::webview::{InvokeRequest, WebviewWindow};

/// A message, before it is sent.
struct Message {
    workload: &'static str,
    contender: &'static str,
    command: &'static str,
    body: Vec<u8>,
    headers: HeaderMap,
    /// Where in the reply the answer stands.
    answer: &'static str,
}

/// Prints workload, contender and CPU µs of each round; one contender alone where it is named, for a profiler.
pub(crate) fn measure(rounds: usize, calls: usize, only: Option<&str>) {
    let mut context = mock_context(noop_assets());
    for command in ["mizan|call", "mizan|fetch", "hand|rename_later", "hand|bundle_later"] {
        context.runtime_authority_mut().__allow_command(format!("plugin:{command}"), ExecutionContext::Local);
    }
    let app = crate::with_commands(mock_builder()).build(context).expect("the mock runtime builds");
    let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().expect("a window");
    let mut messages = messages();
    messages.retain(|message| only.is_none_or(|only| message.contender == only));
    for round in 0..=rounds {
        for message in &messages {
            check(&window, message);
            let began = cpu_nanoseconds();
            for _ in 0..calls {
                send(&window, message);
            }
            let took = cpu_nanoseconds() - began;
            // The first round warms up.
            if round > 0 {
                #[expect(clippy::cast_precision_loss, clippy::print_stdout, reason = "a figure to be read")]
                let () =
                    println!("{}\t{}\t{}", message.workload, message.contender, took as f64 / calls as f64 / 1000.0);
            }
        }
    }
}

fn messages() -> Vec<Message> {
    let rename = json!({ "user_id": 5, "name": "Ada" });
    let call = json!({ "fn": "rename_user", "args": rename });
    let bundle = json!({ "user_id": 5 });
    let json_head =
        r#"{"headers":{"x-mizan-contract":"0123456789abcdef","content-type":"application/json"},"target":"/call/"}"#;
    let bundle_head = r#"{"headers":{"x-mizan-contract":"0123456789abcdef"},"target":"/ctx/user/?user_id=5"}"#;
    let (call_head, bundle_head) = (with_digest(json_head), with_digest(bundle_head));
    let plain = |workload, contender, command, body: &Value| Message {
        workload,
        contender,
        command,
        body: body.to_string().into_bytes(),
        headers: headers("application/json"),
        answer: "",
    };
    let mizan = |workload, command, head: &str, body: &str, answer| Message {
        workload,
        contender: "mizan",
        command,
        body: format!("{head}\n{body}").into_bytes(),
        headers: headers("application/octet-stream"),
        answer,
    };
    vec![
        plain("rename", "now", "rename_now", &rename),
        plain("rename", "later", "rename_later", &rename),
        plain("rename", "plugin", "plugin:hand|rename_later", &rename),
        mizan("rename", "plugin:mizan|call", &call_head, &call.to_string(), "/body/result"),
        plain("bundle", "now", "bundle_now", &bundle),
        plain("bundle", "later", "bundle_later", &bundle),
        plain("bundle", "plugin", "plugin:hand|bundle_later", &bundle),
        mizan("bundle", "plugin:mizan|fetch", &bundle_head, "", "/body"),
    ]
}

/// The digest in place of the one that stands for it.
fn with_digest(head: &str) -> String {
    head.replace("0123456789abcdef", crate::application().digest())
}

/// What a web view sends beside a message.
fn headers(content_type: &'static str) -> HeaderMap {
    [
        ("accept", "*/*"),
        ("content-type", content_type),
        ("origin", "tauri://localhost"),
        ("tauri-callback", "1234567890"),
        ("tauri-error", "2345678901"),
        ("tauri-invoke-key", INVOKE_KEY),
        ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko)"),
    ]
    .into_iter()
    .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
    .collect()
}

fn send(window: &WebviewWindow<MockRuntime>, message: &Message) -> String {
    // What Tauri's protocol handler does: JSON is parsed there, bytes are handed on.
    let body = if message.headers["content-type"] == "application/json" {
        InvokeBody::Json(serde_json::from_slice(&message.body).expect("it is JSON"))
    } else {
        InvokeBody::Raw(message.body.clone())
    };
    let request = InvokeRequest {
        cmd: message.command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().expect("a URL"),
        body,
        headers: message.headers.clone(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    match get_ipc_response(window, request).expect("it is allowed") {
        InvokeResponseBody::Json(text) => text,
        InvokeResponseBody::Raw(bytes) => String::from_utf8(bytes).expect("it is text"),
    }
}

/// Ends the benchmark where the answer is not the one that everybody gives.
fn check(window: &WebviewWindow<MockRuntime>, message: &Message) {
    let reply: Value = serde_json::from_str(&send(window, message)).expect("it is JSON");
    let wanted = match message.workload {
        "rename" => json!({ "user_id": 5, "name": "Ada" }),
        _ => json!(user()),
    };
    let found = reply.pointer(message.answer).unwrap_or(&Value::Null);
    assert!(is_same(found, &wanted), "{} of {}: {found}, not {wanted}", message.workload, message.contender);
}

/// Whether the page would read the same: 79 and 79.0 are one number there.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|its| is_same(value, its)))
        }
        _ => one == other,
    }
}

fn cpu_nanoseconds() -> i64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}
