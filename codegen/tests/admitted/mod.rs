//! What the core accepts as an input it prints as an output, unchanged; and the generated TypeScript type admits both.
//! What is of another kind is refused by all of them.

mod dice;
mod shapes;
mod typescript;

use std::fmt::Write as _;
use std::process::Command;

use mizan_codegen::{Kind, Places};
use mizan_core::ir::model::{Document, Shape};
use mizan_core::ir::program::{Direction, Program, Refusal, ShapeId};
use mizan_core::value::canonical::Numbers;
use mizan_core::value::{Value, json};

use crate::documents::{options, write};
use dice::Dice;

/// How many shapes there are, and how many values of each.
const SHAPES: u64 = 300;
const VALUES: usize = 2;

/// One shape: its number, and itself in the program.
struct Case<'s> {
    index: usize,
    shape: &'s Shape,
    id: ShapeId,
}

/// Statements for the compiler, and how many of which kind.
struct Statements<'d> {
    document: &'d Document,
    program: &'d Program,
    text: String,
    admitted: usize,
    refused: usize,
}

impl Statements<'_> {
    /// Takes the value in, prints it as a result, and says both to TypeScript.
    fn state(&mut self, case: &Case<'_>, name: &str, sent: &Value) {
        let shape = case.shape;
        let input = self.transcode(case, Direction::Input, sent);
        assert!(input.is_ok(), "{shape:?} refuses {sent:?}: {input:?}");
        let input = input.unwrap();
        let taken = json::parse(&input).unwrap();
        let output = self.transcode(case, Direction::Output, &taken);
        assert_eq!(output.as_ref(), Ok(&input), "{shape:?}: what was taken is printed as it is");
        let (given, index) = (typescript::expression(self.document, shape, &taken), case.index);
        writeln!(self.text, "export const {name}_out: api.T{index} = {{ value: {given} }};").unwrap();
        let given = typescript::expression(self.document, shape, sent);
        writeln!(self.text, "export const {name}_in: api.F{index}Input = {{ value: {given} }};").unwrap();
        self.admitted += 2;
    }

    /// Sees that the value is refused on its way in, and by TypeScript: the compiler complains where nothing is wrong in
    /// the line after such a comment.
    fn contradict(&mut self, case: &Case<'_>, name: &str, other: &Value) {
        let refusal = self.transcode(case, Direction::Input, other);
        assert!(matches!(refusal, Err(Refusal::Invalid(_))), "{:?} takes {other:?}", case.shape);
        let (given, index) = (typescript::expression(self.document, case.shape, other), case.index);
        let statement = format!("export const {name}: api.F{index}Input = {{ value: {given} }};");
        writeln!(self.text, "// @ts-expect-error\n{statement}").unwrap();
        self.refused += 1;
    }

    fn transcode(&self, case: &Case<'_>, direction: Direction, value: &Value) -> Result<Vec<u8>, Refusal> {
        let text = value.to_canonical(Numbers::Float).unwrap();
        let mut out = Vec::new();
        self.program.transcode(case.id, &text, direction, &[], &mut out).map(|()| out)
    }
}

#[test]
fn what_the_core_accepts_typescript_admits() {
    let shapes: Vec<Shape> = (0..SHAPES).map(|seed| shapes::shape(&mut Dice::new(seed), 3)).collect();
    let document = shapes::document(&shapes);
    let mut program = Program::new(&document.types).unwrap();
    let ids: Vec<ShapeId> = shapes.iter().map(|shape| program.compile(shape).unwrap()).collect();
    let mut statements =
        Statements { document: &document, program: &program, text: String::new(), admitted: 0, refused: 0 };
    for (index, (shape, id)) in shapes.iter().zip(ids).enumerate() {
        let case = Case { index, shape, id };
        let mut dice = Dice::new(1000 + index as u64);
        for number in 0..VALUES {
            let sent = shapes::value(&document, shape, &mut dice);
            statements.state(&case, &format!("v{index}_{number}"), &sent);
            for (change, other) in shapes::others(&document, shape, &sent, &mut dice).iter().enumerate() {
                statements.contradict(&case, &format!("n{index}_{number}_{change}"), other);
            }
        }
    }
    assert!(statements.admitted >= 500, "{} values", statements.admitted);
    assert!(statements.refused >= 300, "{} values of other kinds", statements.refused);
    compile(&document, &statements.text);
}

fn compile(document: &Document, statements: &str) {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().unwrap();
    let files = mizan_codegen::generate(document, &Places::default(), &options(Kind::TypeScript)).unwrap();
    for name in ["types.ts", "decoders.ts"] {
        write(folder.path(), name, &files.iter().find(|file| file.name == name).unwrap().text);
    }
    write(folder.path(), "values.ts", &format!("import type * as api from \"./types\";\n{statements}"));
    let strict = repository.join("tests/generated/tsconfig.strict.json").canonicalize().unwrap();
    let settings = format!(
        r#"{{"extends":{:?},"compilerOptions":{{"module":"ESNext","moduleResolution":"Bundler"}},"files":["values.ts","decoders.ts"]}}"#,
        strict.to_str().unwrap()
    );
    let settings = write(folder.path(), "tsconfig.json", &settings);
    let done = Command::new(repository.join("node_modules/.bin/tsc")).arg("--project").arg(settings).output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    let shown: Vec<String> = told.lines().take(10).map(|line| explain(line, statements)).collect();
    assert!(done.status.success(), "{} lines of complaint:\n{}", told.lines().count(), shown.join("\n"));
}

/// A complaint of the compiler, with the statement that it is about.
fn explain(complaint: &str, statements: &str) -> String {
    let line = complaint.split(['(', ',']).nth(1).and_then(|line| line.parse::<usize>().ok());
    // The first line of the file is the import, and the one after a comment is meant.
    let about = line.map(|line| statements.lines().skip(line - 2).take(2).collect::<Vec<_>>().join("\n    "));
    format!("{complaint}\n    {}", about.unwrap_or_default())
}
