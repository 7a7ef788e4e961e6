//! The `mizan` command as a person meets it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::documents::{GROWN_SHOP, SHOP, configure, mizan, names, project, read, said, write};

/// What a command line gives, for a snapshot.
fn shown(folder: &Path, arguments: &[&str]) -> String {
    let (status, out, err) = said(&mut mizan(folder, arguments), folder);
    format!("$ mizan {}\n{out}{err}[{}]\n", arguments.join(" "), status.unwrap_or(-1))
}

/// Waits until something is so.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}: not so after 30 seconds");
        thread::sleep(Duration::from_millis(10));
    }
}

/// An address at which one answer after another is given.
fn serve(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}/api/mizan/ir/")
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

#[test]
fn help_reads_well() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 4] = [&["--help"], &["--version"], &["init", "--help"], &["generate", "--help"]];
    let shown: Vec<String> = commands.iter().map(|arguments| shown(folder.path(), arguments)).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_command_line_that_is_not_known_is_status_2() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 5] =
        [&[], &["genrate"], &["generate", "--wach"], &["generate", "--check", "--watch"], &["init", "--kind", "vue"]];
    let shown: Vec<String> = commands.iter().map(|arguments| shown(folder.path(), arguments)).collect();
    assert!(shown.iter().all(|shown| shown.ends_with("[2]\n")), "{shown:?}");
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn init_writes_a_configuration_that_generate_takes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path, "api.kdl", SHOP);
    write(path, "web/package.json", "{\"dependencies\":{\"react\":\"^19\"}}");
    let command = "cat \"api.kdl\"";
    let mut transcript = vec![
        shown(path, &["init"]),
        shown(path, &["init", "--command", command, "--out", "web/src/api", "--base", "/rpc"]),
        read(path, "mizan.toml"),
        shown(path, &["generate"]),
        shown(path, &["init", "--file", "api.kdl"]),
        shown(path, &["init", "--file", "api.kdl", "--kind", "typescript", "--force"]),
        read(path, "mizan.toml"),
    ];
    transcript.push(shown(path, &["generate"]));
    insta::assert_snapshot!(transcript.join("\n"));
    assert!(read(path, "web/src/api/client.ts").contains("base: \"/rpc\""));
}

#[test]
fn ir_belongs_to_the_package_of_a_framework() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(shown(folder.path(), &["ir", "shop.app:mizan", "--sources"]));
    let received = std::cell::RefCell::new(Vec::new());
    let emit = |arguments: &[String]| {
        received.borrow_mut().extend_from_slice(arguments);
        7
    };
    let arguments = ["ir", "shop.app:mizan", "--sources", "--help"].map(str::to_owned);
    assert_eq!(mizan_codegen::command_line::run(arguments.into_iter(), Some(&emit)), 7);
    assert_eq!(received.into_inner(), ["shop.app:mizan", "--sources", "--help"]);
}

#[test]
fn check_lists_what_differs_and_writes_nothing() {
    let folder = project(SHOP);
    let path = folder.path();
    let mut transcript = vec![shown(path, &["generate", "--check"])];
    assert_eq!(names(path), ["api.kdl", "mizan.toml"]);
    transcript.push(shown(path, &["generate"]));
    transcript.push(shown(path, &["generate", "--check"]));
    write(path, "api.kdl", GROWN_SHOP);
    transcript.push(shown(path, &["generate", "--check"]));
    transcript.push(shown(path, &["generate"]));
    write(path, "api.kdl", SHOP);
    transcript.push(shown(path, &["generate", "--check"]));
    insta::assert_snapshot!(transcript.join("\n"));
}

#[test]
fn a_broken_backend_is_told_and_leaves_the_output_whole() {
    let folder = project(SHOP);
    let path = folder.path();
    assert_eq!(shown(path, &["generate"]), "$ mizan generate\nsrc/api: 4 files, 4 written, 0 removed\n[0]\n");
    let before: Vec<String> = names(&path.join("src/api"));
    let sources = [
        "command = \"echo 'Traceback:' >&2; echo 'ImportError: no module named shop' >&2; exit 1\"",
        "command = [\"no-such-program-of-mizan\", \"ir\"]",
        "command = \"echo loading the shop; cat api.kdl\"",
        "command = \"true\"",
        "file = \"lost.kdl\"",
        "url = \"https://shop.example/ir/\"",
        "url = \"http://127.0.0.1:1/ir/\"",
        "comand = \"x\"",
    ];
    let mut transcript = Vec::new();
    for source in sources {
        configure(path, source);
        transcript.push(format!("[source] {source}\n{}", shown(path, &["generate"])));
    }
    write(path, "api.kdl", "mizan version=1\nfunction \"f\" { output { intger } }\n");
    configure(path, "file = \"api.kdl\"");
    transcript.push(shown(path, &["generate"]));
    write(path, "api.kdl", "mizan version=2\n");
    transcript.push(shown(path, &["generate"]));
    write(
        path,
        "api.kdl",
        "mizan version=1\nfunction \"a_1\" { output { integer } }\nfunction \"a1\" { output { integer } }\n",
    );
    transcript.push(shown(path, &["generate"]));
    transcript.push(shown(path, &["generate", "--config", "lost.toml"]));
    assert!(transcript.iter().all(|shown| shown.ends_with("[1]\n")), "{transcript:?}");
    insta::assert_snapshot!(transcript.join("\n"));
    assert_eq!(names(&path.join("src/api")), before);
}

#[test]
fn the_ir_is_fetched_from_a_running_server() {
    let folder = project(SHOP);
    let path = folder.path();
    let url = serve(vec![
        answer("200 OK", SHOP),
        answer("404 Not Found", "{}"),
        answer("500 Oops", ""),
        answer("200 OK", "<html>"),
    ]);
    configure(path, &format!("url = \"{url}\""));
    let runs: Vec<String> = (0..4).map(|_| shown(path, &["generate"]).replace(&url, "URL")).collect();
    insta::assert_snapshot!(runs.join("\n"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_told() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    let folder = project(SHOP);
    let path = folder.path();
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    assert!(shown(path, &["generate"]).ends_with("[0]\n"));
    write(path, "api.kdl", GROWN_SHOP);
    let before = read(path, "src/api/types.ts");
    allow(path, 0o755);
    allow(&path.join("src/api"), 0o555);
    // To the superuser every folder is open, so as root the command runs as somebody else, from where they can read it.
    let program = path.join("mizan");
    fs::copy(env!("CARGO_BIN_EXE_mizan"), &program).unwrap();
    let mut command = std::process::Command::new(&program);
    command.arg("generate").current_dir(path);
    if fs::metadata(path).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let (status, out, err) = said(&mut command, path);
    allow(&path.join("src/api"), 0o755);
    assert_eq!((status, out.as_str()), (Some(1), ""));
    insta::assert_snapshot!(err);
    assert_eq!(read(path, "src/api/types.ts"), before);
}

#[test]
fn a_file_where_the_folder_belongs_is_told() {
    let folder = project(SHOP);
    write(folder.path(), "src/api", "mine\n");
    let text = shown(folder.path(), &["generate"]);
    assert!(text.contains("src/api: ") && text.contains("choose another `out`") && text.ends_with("[1]\n"), "{text}");
    assert_eq!(read(folder.path(), "src/api"), "mine\n");
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_the_old_output_and_does_not_block_the_next() {
    let folder = project(SHOP);
    let path = folder.path();
    assert!(shown(path, &["generate"]).ends_with("[0]\n"));
    let before = names(&path.join("src/api"));
    write(path, "api.kdl", GROWN_SHOP);
    configure(path, "command = [\"sleep\", \"20\"]");
    let mut killed = mizan(path, &["generate"]).spawn().unwrap();
    let lock = path.join("src/api/.mizan.lock");
    wait_until("the run has the folder", || fs::read_to_string(&lock).is_ok_and(|text| text.ends_with('\n')));
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(lock.exists());
    assert!(read(path, "src/api/types.ts").contains("name: string"));
    configure(path, "file = \"api.kdl\"");
    assert!(shown(path, &["generate"]).ends_with("[0]\n"));
    assert!(read(path, "src/api/types.ts").contains("full_name: string"));
    assert_eq!(names(&path.join("src/api")).len(), before.len() + 1);
}

#[cfg(unix)]
#[test]
fn of_two_runs_at_once_the_later_one_waits() {
    let folder = project(SHOP);
    let path = folder.path();
    configure(path, "command = \"cat api.kdl; touch started; while [ ! -e go ]; do sleep 0.05; done\"");
    let mut first = mizan(path, &["generate"]).spawn().unwrap();
    wait_until("the first run reads", || path.join("started").exists());
    write(path, "api.kdl", GROWN_SHOP);
    configure(path, "file = \"api.kdl\"");
    let mut second = mizan(path, &["generate"]).spawn().unwrap();
    thread::sleep(Duration::from_millis(300));
    assert!(second.try_wait().unwrap().is_none(), "the second run did not wait");
    write(path, "go", "");
    assert!(first.wait().unwrap().success() && second.wait().unwrap().success());
    // The second began later, so what it read is newer.
    assert!(read(path, "src/api/types.ts").contains("full_name: string"));
}

#[test]
fn several_targets_are_written_together_or_not_at_all() {
    let folder = project(SHOP);
    let path = folder.path();
    let targets = "[source]\nfile = \"api.kdl\"\n[[target]]\nkind = \"react\"\nout = \"a\"\n\
                   [[target]]\nkind = \"typescript\"\nout = \"b\"\nextension = \".ts\"\n";
    write(path, "mizan.toml", targets);
    assert_eq!(
        shown(path, &["generate"]),
        "$ mizan generate\na: 5 files, 5 written, 0 removed\nb: 4 files, 4 written, 0 removed\n[0]\n"
    );
    assert!(read(path, "b/index.ts").contains("export * from \"./functions.ts\";"));
    write(path, "api.kdl", GROWN_SHOP);
    write(path, "b/contexts.ts", "export const mine = 1;\n");
    assert!(shown(path, &["generate"]).ends_with("[1]\n"));
    assert!(read(path, "a/types.ts").contains("  name: string"));
    assert_eq!(names(&path.join("a")).len(), 5);
}
