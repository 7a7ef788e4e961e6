//! The text of clients: the folder `tests/generated` as a whole, and what is easier to see by itself.

use std::collections::HashSet;
use std::path::Path;

use mizan_codegen::config::Config;
use mizan_codegen::write_files::Difference;
use mizan_codegen::{FIRST_LINE, Kind, Places};
use mizan_core::ir::{kdl_read, kdl_write};

use crate::documents::{GROWN_SHOP, SHOP, file, generate};

/// Its files are also type-checked, by `tests/generated/check.sh`.
#[test]
fn the_folder_of_every_shape_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/generated");
    let config = Config::read(&folder.join("mizan.toml")).unwrap();
    let text = config.source.fetch(&config).unwrap();
    let document = kdl_read::read(&text).unwrap();
    assert_eq!(config.targets.len(), 2);
    for target in &config.targets {
        let files = mizan_codegen::generate(&document, &Places::read(&text), &target.options).unwrap();
        let difference = Difference::find(&target.out, &files).unwrap();
        let changed: Vec<&str> = difference.changed.iter().map(|file| file.name).collect();
        assert!(
            difference.is_none(),
            "{}: {changed:?} changed, {:?} stale; to write them, and see what changed in the diff:\n\
             cargo run -p mizan-codegen -- generate --config tests/generated/mizan.toml",
            target.label,
            difference.stale
        );
        assert!(files.iter().all(|file| file.text.starts_with(FIRST_LINE) && file.text.ends_with('\n')));
    }
}

#[test]
fn the_react_target_is_the_plain_one_and_hooks() {
    let plain = generate(SHOP, Kind::TypeScript).unwrap();
    let react = generate(SHOP, Kind::React).unwrap();
    let added: Vec<&str> = react.iter().filter(|file| !plain.contains(file)).map(|file| file.name).collect();
    assert_eq!(added, ["hooks.ts", "index.ts"]);
}

#[test]
fn the_contract_is_the_digest_of_the_canonical_text() {
    let spread_out = SHOP.replace(" { ", " {\n").replace(" }", "\n}");
    let document = kdl_read::read(&spread_out).unwrap();
    assert_eq!(mizan_codegen::contract_digest(&document), "6737bb0eedc38d5c");
    assert_eq!(kdl_write::write(&document), SHOP);
    assert_eq!(file(&spread_out, "client.ts"), file(SHOP, "client.ts"));
}

#[test]
fn equal_documents_give_equal_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/generated/shop.kdl");
    let text = std::fs::read_to_string(folder).unwrap();
    let texts: HashSet<String> = (0..4).map(|_| format!("{:?}", generate(&text, Kind::React).unwrap())).collect();
    assert_eq!(texts.len(), 1);
}

#[test]
fn files_that_would_be_empty_are_not_generated() {
    let files = generate("mizan version=1\n", Kind::React).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    assert_eq!(names, ["client.ts", "index.ts"]);
}

#[test]
fn a_type_used_one_way_has_one_form() {
    let input = "mizan version=1\ntype \"T\" { struct { field \"a\" required=#false default=\"1\" { integer } } }\n\
                 function \"f\" { input { field \"t\" { ref \"T\" } }; output { literal #null } }\n";
    let types = file(input, "types.ts");
    assert!(types.contains("export interface T {\n  /** @default 1 */\n  a?: number;\n}"), "{types}");
    assert!(!types.contains("TInput"), "{types}");
    let output = "mizan version=1\ntype \"T\" { struct { field \"a\" required=#false default=\"1\" { integer } } }\n\
                  function \"f\" { output { ref \"T\" } }\n";
    let types = file(output, "types.ts");
    assert!(types.contains("export interface T {\n  a: number;\n}"), "{types}");
}

#[test]
fn types_that_only_private_functions_use_are_left_out() {
    let kdl = "mizan version=1\ntype \"Hidden\" { struct { field \"a\" { integer } } }\n\
               function \"f\" { private; output { ref \"Hidden\" } }\nfunction \"g\" { output { integer } }\n";
    let files = generate(kdl, Kind::React).unwrap();
    assert!(files.iter().all(|file| !file.text.contains("Hidden") && !file.text.contains("\"f\"")), "{files:#?}");
}

/// Private, it cannot be called; a bundle fails with its errors all the same.
#[test]
fn a_bundle_fails_with_the_errors_of_private_members_alone() {
    let kdl = "mizan version=1\n\
        function \"alone\" { private; output { integer }; error \"LOST\" status=409 { bigint } }\n\
        function \"member\" { private; context \"c\"; output { integer }; error \"SEALED\" status=409 { bigint } }\n\
        context \"c\" { member \"member\" }\n";
    let types = file(kdl, "types.ts");
    assert!(
        types.contains("export type MemberError =\n  | ProtocolError\n  | MizanError<\"SEALED\", string>;"),
        "{types}"
    );
    assert!(!types.contains("LOST"), "{types}");
    let contexts = file(kdl, "contexts.ts");
    assert!(contexts.contains(": MizanContext<undefined, CBundle, MemberError> ="), "{contexts}");
}

#[test]
fn long_texts_are_broken_into_lines() {
    let values: Vec<String> = (0..12).map(|number| format!("\"value_{number:04}\"")).collect();
    let kdl = format!(
        "mizan version=1\ntype \"Long\" {{ enum {} }}\nfunction \"f\" {{ output {{ list {{ nullable {{ ref \"Long\" }} }} }} }}\n",
        values.join(" ")
    );
    let types = file(&kdl, "types.ts");
    assert!(types.contains("export type Long =\n  | \"value_0000\"\n  | \"value_0001\"\n"), "{types}");
    assert!(file(&kdl, "functions.ts").contains(": MizanFunction<undefined, (Long | null)[]> = "));
}

/// What splices is only in the page of an application that uses such a function.
#[test]
fn a_function_that_merges_brings_what_splices() {
    let plain = GROWN_SHOP.to_owned()
        + "function \"rename\" { input { field \"name\" { string } }; output { ref \"Profile\" }; MERGE }\n";
    let merging = plain.replace("MERGE", "merge \"user\" function=\"profile\" op=\"replace\"");
    let functions = file(&merging, "functions.ts");
    assert!(
        functions.contains(" = /* @__PURE__ */ defineMergingFunction(client, \"rename\", [\"user\"]);"),
        "{functions}"
    );
    assert!(functions.contains(" = /* @__PURE__ */ defineFunction(client, \"profile\");"), "{functions}");
    let affecting = plain.replace("MERGE", "affects \"user\"");
    assert!(!file(&affecting, "functions.ts").contains("defineMergingFunction"));
}

#[test]
fn decoders_find_every_place_of_a_bigint() {
    let kdl = "mizan version=1\n\
        type \"Tagged\" { union discriminator=\"a-b\" { ref \"One\"; ref \"Two\" } }\n\
        type \"One\" { struct { field \"__proto__\" { bigint }; field \"a-b\" { literal \"one\" } } }\n\
        type \"Two\" { struct { field \"a-b\" { literal \"two\" }; field \"first name\" required=#false { bigint } } }\n\
        function \"f\" { output { list { nullable { tuple { integer; map { list { bigint } }; ref \"Tagged\" } } } } }\n\
        function \"g\" { output { union { bigint; boolean } } }\n\
        function \"h\" { output { integer } }\n";
    insta::assert_snapshot!(file(kdl, "decoders.ts"));
    assert!(
        file(kdl, "functions.ts")
            .contains(": MizanFunction<undefined, number> = /* @__PURE__ */ defineFunction(client, \"h\");")
    );
}

/// `functions.ts` and `contexts.ts` import an application's types beside what they import of the packages.
#[test]
fn a_type_named_like_an_import_gets_an_underscore() {
    for name in ["MizanContext", "MizanFunction", "defineContext", "defineFunction"] {
        let kdl = GROWN_SHOP.replace("Profile", name);
        let imported = format!("import type {{ {name}_ }} from \"./types\";");
        assert!(file(&kdl, "functions.ts").contains(&imported), "{name}");
        let packages: String = file(&kdl, "contexts.ts") + &file(&kdl, "functions.ts");
        assert!(packages.contains(name), "{name} is no longer imported");
    }
}

#[test]
fn names_that_are_kept_get_an_underscore() {
    let kdl = "mizan version=1\n\
        type \"Record\" { struct { field \"a\" { map { integer } } } }\n\
        type \"Record_\" { struct { field \"b\" { ref \"Record\" } } }\n\
        type \"client\" { struct { field \"c\" { ref \"Record_\" } } }\n\
        function \"client\" { output { ref \"client\" } }\n\
        function \"new\" { output { integer } }\n\
        function \"then\" { input { field \"a\" { integer } }; output { integer } }\n\
        type \"ThenInput\" { enum 1 2 }\n\
        type \"ThenInput_\" { enum 1 2 }\n\
        function \"use\" { output { tuple { ref \"ThenInput\"; ref \"ThenInput_\" } } }\n";
    let files = generate(kdl, Kind::TypeScript).unwrap();
    let text: String = files.iter().map(|file| file.text.as_str()).collect();
    let mut exported: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("export "))
        .filter_map(|line| line.split([' ', ':']).nth(1))
        .filter(|name| *name != "*" && *name != "from")
        .collect();
    exported.sort_unstable();
    let count = exported.len();
    exported.dedup();
    assert_eq!(exported.len(), count);
    assert_eq!(
        exported,
        [
            "Record_",
            "Record__",
            "ThenInput",
            "ThenInput_",
            "ThenInput__",
            "client",
            "client_",
            "client__",
            "new_",
            "then_",
            "use"
        ]
    );
}
