//! What is derived from an IR besides clients: the commands as a person meets them.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::documents::{configure, mizan, names, project, read, said, write};

const SHELVES: &str = "mizan version=1\n\n\
    function \"rename\" {\n    input {\n        field \"book_id\" { integer }\n        field \"title\" { string max-length=80 }\n    }\n\
    \x20   output { literal #null }\n    affects \"book\" { by \"book_id\" }\n}\n\
    function \"title\" {\n    context \"book\"\n    route \"/books/:book_id\"\n    input { field \"book_id\" { integer } }\n    output { string }\n}\n\
    context \"book\" public=#true {\n    param \"book_id\" { integer }\n    member \"title\"\n}\n";

/// What a command line gives, for a snapshot.
fn shown(folder: &Path, arguments: &[&str]) -> String {
    let (status, out, err) = said(&mut mizan(folder, arguments), folder);
    format!("$ mizan {}\n{out}{err}[{}]\n", arguments.join(" "), status.unwrap_or(-1))
}

/// The same, with text on standard input.
fn piped(folder: &Path, arguments: &[&str], text: &str) -> String {
    let mut command = mizan(folder, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    format!("{out}{err}[{}]", output.status.code().unwrap_or(-1))
}

#[test]
fn help_of_each_command_reads_well() {
    let folder = tempfile::tempdir().unwrap();
    let commands = ["manifest", "openapi", "check", "purge-urls"];
    let shown: Vec<String> = commands.iter().map(|command| shown(folder.path(), &[command, "--help"])).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_manifest_comes_from_the_source_or_from_a_file() {
    let folder = project(SHELVES);
    let path = folder.path();
    let (status, from_source, err) = said(&mut mizan(path, &["manifest"]), path);
    assert_eq!((status, err.as_str()), (Some(0), ""));
    assert!(from_source.starts_with("{\"base_url\":\"/api/mizan\",\"contexts\":{\"book\":{"), "{from_source}");
    assert_eq!(said(&mut mizan(path, &["manifest", "api.kdl"]), path).1, from_source);
    assert_eq!(piped(path, &["manifest", "-"], SHELVES), format!("{from_source}[0]"));
    let (_, elsewhere, _) = said(&mut mizan(path, &["manifest", "api.kdl", "--base", "/rpc/"]), path);
    assert_eq!(elsewhere, from_source.replace("/api/mizan", "/rpc"));
    write(
        path,
        "mizan.toml",
        "[source]\nfile = \"api.kdl\"\n[[target]]\nkind = \"react\"\nout = \"a\"\nbase = \"/rpc\"\n",
    );
    assert_eq!(said(&mut mizan(path, &["manifest"]), path).1, elsewhere);
}

#[test]
fn a_file_is_written_as_a_whole_and_only_where_it_differs() {
    let folder = project(SHELVES);
    let path = folder.path();
    for (command, name) in [("manifest", "edge.json"), ("openapi", "openapi.json")] {
        let arguments = [command, "--out", name];
        assert_eq!(shown(path, &arguments), format!("$ mizan {command} --out {name}\n{name}: written\n[0]\n"));
        let (_, printed, _) = said(&mut mizan(path, &[command]), path);
        assert_eq!(read(path, name), printed);
        assert_eq!(shown(path, &arguments), format!("$ mizan {command} --out {name}\n{name}: unchanged\n[0]\n"));
        write(path, name, "old");
        assert!(shown(path, &arguments).contains("written"));
        assert_eq!(read(path, name), printed);
    }
    assert_eq!(names(path), ["api.kdl", "edge.json", "mizan.toml", "openapi.json"]);
}

#[test]
fn an_export_has_the_title_and_version_that_are_said() {
    let folder = project(SHELVES);
    let arguments = ["openapi", "--title", "Shelves", "--api-version", "1.2"];
    let (_, text, _) = said(&mut mizan(folder.path(), &arguments), folder.path());
    assert!(text.contains("\"info\":{\"title\":\"Shelves\",\"version\":\"1.2\"}"), "{text}");
    let (_, text, _) = said(&mut mizan(folder.path(), &["openapi"]), folder.path());
    assert!(text.contains("\"info\":{\"title\":\"Mizan\",\"version\":\""), "{text}");
}

#[test]
fn what_nothing_can_be_derived_from_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path, "api.kdl", SHELVES);
    write(path, "broken.kdl", "mizan version=1\nfunction \"f\" { output { intger } }\n");
    write(path, "broken.json", "{\"version\":1}");
    write(path, "new.json", "{\"version\":2}");
    let mut transcript = vec![
        shown(path, &["manifest"]),
        shown(path, &["manifest", "lost.kdl"]),
        shown(path, &["openapi", "broken.kdl"]),
        shown(path, &["manifest", "api.kdl", "--out", "lost/edge.json"]),
        shown(path, &["check", "api.kdl", "lost.kdl"]),
        shown(path, &["check", "broken.kdl", "api.kdl"]),
        shown(path, &["purge-urls", "lost.json", "book"]),
        shown(path, &["purge-urls", "broken.json", "book"]),
        shown(path, &["purge-urls", "new.json", "book"]),
        shown(path, &["purge-urls", "api.kdl", "book"]),
    ];
    configure(path, "file = \"broken.kdl\"");
    transcript.push(shown(path, &["manifest"]));
    write(
        path,
        "mizan.toml",
        "[source]\nfile = \"api.kdl\"\n[[target]]\nkind = \"react\"\nout = \"a\"\nbase = \"/rpc\"\n\
         [[target]]\nkind = \"react\"\nout = \"b\"\n",
    );
    transcript.push(shown(path, &["openapi"]));
    assert!(transcript.iter().all(|shown| shown.ends_with("[1]\n")), "{transcript:?}");
    insta::assert_snapshot!(transcript.join("\n"));
    assert_eq!(names(path), ["api.kdl", "broken.json", "broken.kdl", "mizan.toml", "new.json"]);
}

#[test]
fn check_lists_breaks_with_their_rules() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path, "old.kdl", SHELVES);
    write(path, "wider.kdl", &SHELVES.replace("max-length=80", "max-length=90"));
    write(path, "narrower.kdl", &SHELVES.replace("max-length=80", "max-length=40").replace("book_id", "id"));
    let transcript = [
        shown(path, &["check", "old.kdl", "old.kdl"]),
        shown(path, &["check", "old.kdl", "wider.kdl"]),
        shown(path, &["check", "wider.kdl", "old.kdl"]),
        shown(path, &["check", "old.kdl", "narrower.kdl"]),
        shown(path, &["check", "old.kdl"]),
    ];
    insta::assert_snapshot!(transcript.join("\n"));
    assert_eq!(piped(path, &["check", "-", "old.kdl"], SHELVES), "compatible\n[0]");
}

#[test]
fn a_header_gives_the_urls_to_purge() {
    let folder = project(SHELVES);
    let path = folder.path();
    assert!(shown(path, &["manifest", "--out", "edge.json"]).ends_with("[0]\n"));
    let one = "/api/mizan/ctx/book/?book_id=5\n/books/5\n";
    assert_eq!(said(&mut mizan(path, &["purge-urls", "edge.json", "book;book_id=5"]), path).1, one);
    let all = "/api/mizan/ctx/book/*\n/books/*\n";
    let everything = "/api/mizan/ctx/*\n/books/*\n";
    let unread = "note: everything is purged: the header is no list of RFC 9651\n";
    for (text, expected) in [
        ("book;book_id=5\n", one.to_owned()),
        ("X-Mizan-Invalidate: book;book_id=5\r\nx-mizan-invalidate: book;book_id=5\r\n", one.to_owned()),
        ("book", all.to_owned()),
        ("", String::new()),
        ("\n", String::new()),
        ("X-Mizan-Invalidate:\r\n", String::new()),
        ("*", format!("{everything}note: everything is purged: the header asks for it\n")),
        ("book;book_id=\n", format!("{everything}{unread}")),
        ("book;;\nbook;book_id=5\n", format!("{everything}{unread}")),
    ] {
        assert_eq!(piped(path, &["purge-urls", "edge.json"], text), format!("{expected}[0]"), "{text:?}");
    }
    assert_eq!(said(&mut mizan(path, &["purge-urls", "edge.json", ""]), path).1, "");
    write(path, "edge.json", &read(path, "edge.json").replace("\"public\":true", "\"public\":false"));
    assert_eq!(said(&mut mizan(path, &["purge-urls", "edge.json", "book", "--public"]), path).1, "");
    assert_eq!(said(&mut mizan(path, &["purge-urls", "edge.json", "book"]), path).1, all);
}
