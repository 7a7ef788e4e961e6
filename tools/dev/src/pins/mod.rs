//! `cargo dev pins`: the cases of each kind, with what a human expects of them, and the files of `pins/` that they
//! become. The answers are the core's; a case whose answer is not the expected one stops the generator.

mod case;
mod compat;
mod exchange;
mod file;
mod header_format;
mod header_parse;
mod identity;
mod ir;
mod ir_read;
mod lowering;
mod manifest;
mod merge;
mod numbers;
mod openapi;
mod query_params;
mod schedule;
mod scope;
mod scope_refused;
mod tags;
mod texts;
mod transcode;
mod unbuilt;
mod validate;
mod validate_formats;

use std::path::Path;

use crate::output::Planned;
use file::Kind;

/// Every pins file as it should be; all cases that disagree with the core, at once, where there are any.
pub(crate) fn plan(root: &Path) -> Result<Vec<Planned>, String> {
    let mut planned = Vec::new();
    let mut problems = Vec::new();
    for mut kind in kinds() {
        for case in &mut kind.cases {
            case.id = format!("{}:{}", kind.name, case.id);
        }
        match kind.text() {
            Ok(text) => planned.push(Planned { path: root.join(format!("pins/{}.json", kind.name)), text }),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(planned) } else { Err(problems.join("\n")) }
}

fn kinds() -> Vec<Kind> {
    vec![
        Kind {
            name: "canonical_json",
            about: "A JSON text becomes its canonical form, or is refused. `numbers` says where it stands: `float` is a \
                    position of the type number, `any` every other, where all languages must hold the number exactly.",
            cases: [texts::canonical_json(), numbers::canonical_json()].concat(),
        },
        Kind {
            name: "json_body",
            about: "Whether a request's body is JSON as the protocol reads it, whatever its types say.",
            cases: texts::json_body(),
        },
        Kind {
            name: "validate",
            about: "An input against a JSON Schema: canonical text with defaults filled in, or every problem of it. Paths \
                    start with `args`.",
            cases: [validate::cases(), validate_formats::cases()].concat(),
        },
        Kind {
            name: "transcode",
            about: "A result as a host's own encoder wrote it, checked against its JSON Schema and printed canonically. \
                    One that does not fit is the function's fault, INTERNAL, and its details are for the log alone.",
            cases: transcode::cases(),
        },
        Kind {
            name: "query_params",
            about: "Query text as typed params, by a JSON Schema. Paths start with `params`.",
            cases: query_params::cases(),
        },
        Kind {
            name: "ir",
            about: "The IR that a registration document emits: the document, and how the JSON Schemas of several \
                    libraries lower to the same shapes. What does not build says why, and what to do.",
            cases: [ir::cases(), lowering::cases()].concat(),
        },
        Kind {
            name: "ir_read",
            about: "A KDL document read and written again. What is not of the page is refused by name, with its place.",
            cases: ir_read::cases(),
        },
        Kind {
            name: "scope",
            about: "The targets of one call of a mutation by what it affects, narrowed by name, by identity, or not at \
                    all. Scoping itself cannot fail: the cases that must fail are calls that never get so far, and \
                    applications that do not build.",
            cases: [scope::cases(), scope_refused::cases()].concat(),
        },
        Kind {
            name: "tags",
            about: "The tags that a bundle stands under in the origin cache, in their order. They cannot fail: what must \
                    fail is a bundle that there is not, or an application that does not build.",
            cases: tags::cases(),
        },
        Kind {
            name: "merge",
            about: "What a call's result is spliced into, as its reply says. A call that fails splices nothing, and is \
                    refused with its error.",
            cases: merge::cases(),
        },
        Kind {
            name: "header_format",
            about: "Targets as the value of X-Mizan-Invalidate. Formatting cannot fail: the cases that must fail are \
                    inputs that are no targets.",
            cases: header_format::cases(),
        },
        Kind {
            name: "header_parse",
            about: "The field lines of X-Mizan-Invalidate as targets. Nothing is refused: what must fail is read as `*`, \
                    everything, so that a reader that understands too little purges too much.",
            cases: header_parse::cases(),
        },
        Kind {
            name: "exchange",
            about: "A whole request: the steps that the host is asked for, and the reply. `identity`, \
                    `permissions`, `guards` and `outcomes` are what the host does. Several requests are asked one after \
                    the other. What must fail is answered with an error, or would be answered with what must not be \
                    found again.",
            cases: exchange::cases(),
        },
        Kind {
            name: "manifest",
            about: "The edge manifest of an application. What must fail does not build, so that there is none.",
            cases: manifest::cases(),
        },
        Kind {
            name: "openapi",
            about: "The OpenAPI 3.1 export of an application, with the title Mizan. What must fail does not build.",
            cases: openapi::cases(),
        },
        Kind {
            name: "compat",
            about: "Two IRs, and what of the change breaks clients of the old one. What must fail is a change that does, \
                    or no IR.",
            cases: compat::cases(),
        },
        Kind {
            name: "schedule",
            about: "Readers and mutations of an origin cache, step by step, and what each read saw. What must fail is a \
                    store that would find again what it must not, and what is no schedule.",
            cases: schedule::cases(),
        },
        Kind {
            name: "keyring",
            about: "The settings of secrets and keys: the names of the keys that each purpose has by them, the one that \
                    signs first, or everything that keeps them from starting.",
            cases: identity::keyring::cases(),
        },
        Kind {
            name: "token_mint",
            about: "Tokens, byte for byte, from what they say, the time and a keyring (or the secrets that give one).",
            cases: identity::token_mint::cases(),
        },
        Kind {
            name: "token_verify",
            about: "Tokens that are taken at a time, and those that are refused: a case and more for every clause. The \
                    first word of the id of a refused one is the clause.",
            cases: [identity::token_verify::cases(), identity::token_refused::cases()].concat(),
        },
        Kind {
            name: "jws_verify",
            about: "The signature of a JWS by itself: HS256 alone, any payload, no type asked for. Without `kid` it is held \
                    against the first key.",
            cases: identity::jws_verify::cases(),
        },
        Kind {
            name: "permission_key",
            about: "What an identity token says of permissions. It cannot fail: what must fail is no list of permissions.",
            cases: identity::permission_key::cases(),
        },
        Kind {
            name: "csrf",
            about: "The token of a session against forged requests, made and checked under one key.",
            cases: identity::csrf::cases(),
        },
        Kind {
            name: "origin",
            about: "Whether a request may come from where its headers say. `origin`, `fetch_site` and `host` have all \
                    values of their header.",
            cases: identity::origin::cases(),
        },
        Kind {
            name: "refresh",
            about: "What becomes of a refresh token that verified, by what the store holds of its family: whether it is \
                    taken, and what is stored. What must fail is not taken.",
            cases: identity::refresh::cases(),
        },
        Kind {
            name: "cache_key",
            about: "The name of an entry of the origin cache, under a key for the cache.",
            cases: identity::cache_key::cases(),
        },
    ]
}
