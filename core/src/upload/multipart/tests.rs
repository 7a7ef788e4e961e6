use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const LIMITS: Limits = Limits {
    body: 16,
    query: 0,
    batch: 0,
    refresh: 0,
    functions: 0,
    upload: u32::MAX,
    file: 8,
    parts: 4,
    part_headers: 120,
    file_name: 8,
};

const CALL: &str = "Content-Disposition: form-data; name=\"call\"\r\n\r\n{}";
const FILE: &str = "Content-Disposition: form-data; name=\"/a\"; filename=\"a\"\r\n\r\n";

fn body(parts: &[&str]) -> Vec<u8> {
    let parts: Vec<String> = parts.iter().map(|part| format!("--b\r\n{part}\r\n")).collect();
    (parts.concat() + "--b--\r\n").into_bytes()
}

fn parts(body: &[u8]) -> Result<Vec<String>, String> {
    let text = |range: &Range<usize>| String::from_utf8_lossy(&body[range.clone()]).into_owned();
    let form = read(body, b"b", &LIMITS).map_err(|error| format!("{} {}", error.status, error.message))?;
    let mut parts = vec![text(&form.call)];
    for file in &form.files {
        let place = crate::error::detail::pointer(&file.steps);
        parts.push(format!("{place} {} {} {}", file.file_name, file.content_type, text(&file.range)));
    }
    Ok(parts)
}

#[test]
fn a_body_is_a_call_and_files() {
    assert_eq!(parts(&body(&[CALL])).unwrap(), ["{}"]);
    assert_eq!(
        parts(&body(&[
            &format!("Content-Type: application/json; charset=utf-8\r\n{CALL}"),
            &format!("{FILE}1\r\n--\r\n"),
            &format!("Content-Type: Image/PNG\r\n{}", FILE.replace("/a", "/pages/0")),
        ]))
        .unwrap(),
        ["{}", "/a a application/octet-stream 1\r\n--\r\n", "/pages/0 a image/png "]
    );
    // Without the last line end, and with delimiters that are not quite there.
    let mut bare = body(&[CALL, &format!("{FILE}\n--b\r--b")]);
    bare.truncate(bare.len() - 2);
    assert_eq!(parts(&bare).unwrap()[1], "/a a application/octet-stream \n--b\r--b");
}

#[test]
fn what_is_no_such_body_is_refused() {
    let good = body(&[CALL, FILE]);
    let text = String::from_utf8(good.clone()).unwrap();
    let changed = |from: &str, to: &str| text.replacen(from, to, 1).into_bytes();
    let file = |line: &str| body(&[CALL, line]);
    for (what, body) in [
        ("nothing", Vec::new()),
        ("no part", b"--b--".to_vec()),
        ("no part, open", b"--b".to_vec()),
        ("a preamble", [b"hi\r\n".as_slice(), &good].concat()),
        ("a line end in front", [b"\r\n".as_slice(), &good].concat()),
        ("an epilogue", [good.as_slice(), b"hi"].concat()),
        ("two line ends behind", [good.as_slice(), b"\r\n"].concat()),
        ("two bodies", [good.as_slice(), &good].concat()),
        ("bare line feeds", text.replace("\r\n", "\n").into_bytes()),
        ("bare carriage returns", text.replace("\r\n", "\r").into_bytes()),
        ("a longer boundary", changed("--b\r\n", "--bb\r\n")),
        ("blanks behind a boundary", changed("--b\r\n", "--b \r\n")),
        ("one dash at the end", changed("--b--\r\n", "--b-\r\n")),
        ("no end", changed("--b--\r\n", "")),
        ("a delimiter within a file", file(&format!("{FILE}1\r\n--bc"))),
        ("no headers", file("\r\n1")),
        ("no empty line", file("Content-Disposition: form-data; name=\"/a\"; filename=\"a\"")),
        ("a line feed between headers", changed("\"call\"\r\n", "\"call\"\nContent-Type: application/json\r\n")),
        ("files first", body(&[FILE, CALL])),
        ("files alone", body(&[FILE])),
        ("two calls", body(&[CALL, CALL])),
        ("a call that is a file", body(&[&CALL.replace("\"call\"", "\"call\"; filename=\"a\"")])),
        ("a call of another type", body(&[&format!("Content-Type: text/plain\r\n{CALL}")])),
        ("a call by another letter case", body(&[&CALL.replace("call", "Call")])),
        ("a value that is no file", file("Content-Disposition: form-data; name=\"/a\"\r\n\r\n1")),
        ("a name that is no pointer", file(&FILE.replace("/a", "a"))),
        ("a name that is the root", file(&FILE.replace("/a", ""))),
        ("parts within a part", file(&format!("Content-Type: multipart/mixed; boundary=c\r\n{FILE}"))),
        ("an encoding", file(&format!("Content-Transfer-Encoding: base64\r\n{FILE}"))),
    ] {
        let refused = parts(&body).expect_err(what);
        assert!(refused.starts_with("400 "), "{what}: {refused}");
    }
}

#[test]
fn each_limit_holds_at_the_limit_and_not_beyond() {
    let call = |bytes: usize| body(&[&CALL.replace("{}", &"x".repeat(bytes))]);
    assert!(parts(&call(16)).is_ok());
    assert_eq!(parts(&call(17)).unwrap_err(), "413 the body is too large");

    let file = |bytes: usize| body(&[CALL, &format!("{FILE}{}", "x".repeat(bytes))]);
    assert!(parts(&file(8)).is_ok());
    assert_eq!(parts(&file(9)).unwrap_err(), "413 a file has at most 8 bytes");

    assert!(parts(&body(&[CALL, FILE, FILE, FILE])).is_ok());
    assert_eq!(parts(&body(&[CALL, FILE, FILE, FILE, FILE])).unwrap_err(), "413 a request has at most 4 parts");

    // Both line ends count.
    let headers = |bytes: usize| {
        let rest = bytes - "Content-Type: a/\r\n".len() - FILE.len() + 2;
        body(&[CALL, &format!("Content-Type: a/{}\r\n{FILE}", "x".repeat(rest))])
    };
    assert!(parts(&headers(120)).is_ok());
    assert_eq!(parts(&headers(121)).unwrap_err(), "400 the headers of a part have at most 120 bytes");

    let name = |bytes: usize| body(&[CALL, &FILE.replace("\"a\"", &format!("\"{}\"", "x".repeat(bytes)))]);
    assert!(parts(&name(8)).is_ok());
    assert_eq!(parts(&name(9)).unwrap_err(), "400 the name of a file has at most 8 bytes");
}

/// Pieces that a parser stumbles over, in any order.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"--b".to_vec()),
        Just(b"\r\n--b\r\n".to_vec()),
        Just(b"--b--".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\n".to_vec()),
        Just(CALL.as_bytes().to_vec()),
        Just(FILE.as_bytes().to_vec()),
        Just(b"Content-Disposition: form-data; name=\"".to_vec()),
        Just(b"; filename=\"".to_vec()),
        Just(b"\"\r\n\r\n".to_vec()),
        Just(b"Content-Type: ".to_vec()),
        vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    /// Whatever comes, no panic, and never more parts than allowed or ranges outside the body or each other.
    #[test]
    fn any_bytes_are_read_or_refused(pieces in vec(piece(), 0..24), opened in any::<bool>()) {
        let mut body = pieces.concat();
        if opened {
            body.splice(0..0, b"--b\r\n".iter().copied().chain(CALL.bytes()).chain(b"\r\n--b".iter().copied()));
        }
        if let Ok(form) = read(&body, b"b", &LIMITS) {
            prop_assert!(form.files.len() < LIMITS.parts as usize);
            let mut end = 0;
            for range in std::iter::once(&form.call).chain(form.files.iter().map(|file| &file.range)) {
                prop_assert!(end < range.start && range.start <= range.end && range.end <= body.len());
                let content = &body[range.clone()];
                prop_assert!(!content.windows(5).any(|window| window == b"\r\n--b"));
                end = range.end;
            }
        }
    }

    /// What an honest client writes is read as it was meant, whatever stands in the files.
    #[test]
    fn files_come_out_as_they_went_in(
        files in vec((prop_oneof![vec(any::<u8>(), 0..8), vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'-')], 0..8)], "[a-z]{1,8}"), 0..3)
    ) {
        let mut body = format!("--b\r\n{CALL}").into_bytes();
        for (index, (bytes, name)) in files.iter().enumerate() {
            prop_assume!(!bytes.windows(5).any(|window| window == b"\r\n--b"));
            body.extend(format!("\r\n--b\r\n{}", FILE.replace("/a", &format!("/{index}")).replace("\"a\"", &format!("\"{name}\""))).bytes());
            body.extend(bytes);
        }
        body.extend(b"\r\n--b--");
        let form = read(&body, b"b", &LIMITS).unwrap();
        prop_assert_eq!(form.files.len(), files.len());
        for (index, (found, (bytes, name))) in form.files.iter().zip(&files).enumerate() {
            prop_assert_eq!(&body[found.range.clone()], bytes.as_slice());
            prop_assert_eq!(&found.file_name, name);
            prop_assert_eq!(&found.steps, &[PathPart::Index(index)]);
        }
    }

    /// A prefix of a good body is never a good body, but for the last line end.
    #[test]
    fn a_body_that_is_cut_is_refused(cut in 0_usize..1000) {
        let whole = body(&[CALL, &format!("{FILE}1"), &format!("{FILE}\r\n")]);
        let cut = cut % (whole.len() - 2);
        prop_assert!(read(&whole[..cut], b"b", &LIMITS).is_err());
    }
}
