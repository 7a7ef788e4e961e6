//! `hooks.ts` of the `react` target: hooks for each bundle, slot and mutation, and a provider for the params of a
//! bundle.

use std::collections::BTreeSet;

use crate::resolve::Resolved;
use crate::typescript::comment::Comment;
use crate::typescript::text::{push_import, string};
use crate::typescript::{context_comment, file, function_comment, push_constant, sibling};
use crate::{GeneratedFile, Options};

/// The package that the hooks call.
const REACT: &str = "@mizan/react";

/// The file; none where an application has nothing to hook to.
pub(crate) fn hooks(resolved: &Resolved<'_>, options: &Options) -> Option<GeneratedFile> {
    let (mut makers, mut contexts, mut functions) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut constants = String::new();
    let mut push = |comment: &Comment, name: &str, make: &'static str, arguments: &[String]| {
        makers.insert(make);
        constants.push('\n');
        comment.print(0, &mut constants);
        push_constant(&mut constants, name, None, make, arguments);
    };
    for context in &resolved.contexts {
        contexts.insert(context.name.as_str());
        let whole = context_comment(context);
        let bundle = std::slice::from_ref(&context.name);
        push(&whole, &context.hook, "createBundleHook", bundle);
        push(&suspending(&context.hook), &context.suspense_hook, "createSuspenseBundleHook", bundle);
        for slot in &context.slots {
            let comment = function_comment(slot.function, slot.place);
            let member = [context.name.clone(), string(&slot.function.name)];
            push(&comment, &slot.hook, "createSlotHook", &member);
            push(&suspending(&slot.hook), &slot.suspense_hook, "createSuspenseSlotHook", &member);
        }
        if context.params.is_some() {
            let comment = Comment::new().text(&format!(
                "Gives the params of `{}` to everything inside, so that its hooks need none.",
                context.name
            ));
            push(&comment, &context.provider, "createProvider", bundle);
        }
    }
    for function in &resolved.functions {
        let Some(hook) = &function.hook else { continue };
        functions.insert(function.name.as_str());
        let comment = function_comment(function.function, function.place);
        push(&comment, hook, "createMutationHook", std::slice::from_ref(&function.name));
    }
    if makers.is_empty() {
        return None;
    }
    let mut body = String::new();
    push_import(&mut body, "import", &makers, REACT);
    push_import(&mut body, "import", &contexts, &sibling("contexts", options));
    push_import(&mut body, "import", &functions, &sibling("functions", options));
    body.push_str(&constants);
    Some(file("hooks.ts", &body))
}

/// The doc comment of the hook that suspends.
fn suspending(hook: &str) -> Comment {
    Comment::new().text(&format!("`{hook}` for use under `<Suspense>`."))
}
