"""Invalidation: what a mutation says it made stale, in the body, in the header, and how narrowly; and merges."""

from conformance.desk import Desk, edge_tag, invalidated
from conformance.expect import expect
from conformance.probing import probe


@probe("invalidation-body", control="invalidation-body")
def a_mutation_says_what_it_affects(desk: Desk) -> None:
    """INV-1, INV-2, INV-4, INV-5."""
    targets = invalidated(desk.call("rename_project", {"project_id": 1, "name": "Quay"}))
    expect("targets", targets, [{"context": "project", "params": {"project_id": 1}}])
    expect("targets", invalidated(desk.call("reindex")), [{"context": "board"}, {"context": "project"}])
    expect("targets", invalidated(desk.call("add", {"a": 1})), [])


@probe("invalidation-body", control="scope-computed")
def a_function_says_more_while_it_runs(desk: Desk) -> None:
    """SCOPE-7, INV-3: what it says is added, sorted, and told once."""
    one, two = (
        {"context": "project", "function": "project_tasks", "params": {"project_id": number}} for number in (1, 2)
    )
    expect("targets", invalidated(desk.call("move_tasks", {"project_id": 2, "to": 1})), [one, two])
    expect("targets", invalidated(desk.call("move_tasks", {"project_id": 1, "to": 1})), [one])


@probe("invalidation-body", control="failure-invalidates")
def a_failed_call_invalidates_nothing(desk: Desk) -> None:
    """INV-6: whatever it said before it failed."""
    reply = desk.call("fail_after_writing", {"project_id": 1})
    expect("status", reply.status, 500)
    expect("says what is stale", b"invalidate" in reply.body, False)
    reply.has(x_mizan_invalidate=None, cache_group_invalidation=None)


@probe("invalidation-header", control="invalidation-header")
def the_header_says_what_the_body_says(desk: Desk) -> None:
    """HDR-1, HDR-8."""
    for fn, args, wanted in (
        ("rename_project", {"project_id": 1, "name": "Quay"}, "project;project_id=1"),
        ("reindex", {}, "board, project"),
        (
            "move_tasks",
            {"project_id": 2, "to": 1},
            "project.project_tasks;project_id=1, project.project_tasks;project_id=2",
        ),
        ("tidy_page", {"page": 3}, "board.board_notices;page=3"),
        ("add", {"a": 1}, None),
    ):
        desk.call(fn, args).has(x_mizan_invalidate=wanted)


@probe("invalidation-header", control="invalidation-header")
def every_value_has_a_form_in_the_header(desk: Desk) -> None:
    """HDR-2: integers of 15 digits, longer ones, text, and text beyond ASCII."""
    for page, wanted in ((-5, "-5"), (999999999999999, "999999999999999"), (9007199254740991, '"9007199254740991"')):
        desk.call("tidy_page", {"page": page}).has(x_mizan_invalidate=f"board.board_notices;page={wanted}")
    for topic, wanted in (
        ("", '""'),
        ('a "b", c;d=1', '"a \\"b\\", c;d=1"'),
        ("back\\slash", '"back\\\\slash"'),
        ("Küste", '%"K%c3%bcste"'),
        ("50%", '"50%"'),
    ):
        desk.call("pin_notice", {"topic": topic, "text": "."}).has(x_mizan_invalidate=f"board;topic={wanted}")


@probe("invalidation-header", control="invalidation-header")
def a_header_that_would_be_too_long_is_widened(desk: Desk) -> None:
    """HDR-5, LIM-6: the context with most members loses its params; nothing is cut off."""
    long = {"fn": "pin_notice", "args": {"topic": "t" * 4090, "text": "."}}
    reply = desk.post(long)
    expect("targets", invalidated(reply), [{"context": "board", "params": {"topic": "t" * 4090}}])
    reply.has(x_mizan_invalidate="board")


@probe("auto-scoping", control="scope-name")
def an_arg_of_a_params_name_narrows(desk: Desk) -> None:
    """SCOPE-2, first tier: by what the client sent."""
    reply = desk.call("rename_project", {"project_id": 2, "name": "Quay"})
    expect("targets", invalidated(reply), [{"context": "project", "params": {"project_id": 2}}])


@probe("auto-scoping", control="scope-computed")
def a_computed_param_narrows(desk: Desk) -> None:
    """SCOPE-6, first tier: by what only the result has."""
    reply = desk.call("add_project", {"name": "Quay"})
    expect("targets", invalidated(reply), [{"context": "project", "params": {"project_id": 3}}])


@probe("auto-scoping", control="scope-identity")
def a_context_of_the_caller_is_narrowed_to_the_caller(desk: Desk) -> None:
    """SCOPE-4, HDR-3, INV-5, second tier: the header names the caller, the body does not."""
    for user, wanted in (("ada", '"ada"'), ("Zoë", '%"Zo%c3%ab"')):
        headers = {"X-User": user.encode().decode("latin-1")} if user == "ada" else {"X-User": "Zo\u00eb"}
        reply = desk.call("clear_inbox", headers=headers)
        reply.is_(200, '{"invalidate":[{"context":"inbox"}],"result":null}')
        reply.has(x_mizan_invalidate=f"inbox;*sub={wanted}")


@probe("auto-scoping", control="scope-broad")
def what_nothing_narrows_is_broad(desk: Desk) -> None:
    """SCOPE-5, third tier."""
    reply = desk.call("reindex", user="ada")
    expect("targets", invalidated(reply), [{"context": "board"}, {"context": "project"}])
    reply.has(x_mizan_invalidate="board, project")


@probe("merge", control="merge")
def a_result_replaces_a_member(desk: Desk) -> None:
    """MERGE-1, MERGE-4, MERGE-7, HDR-4."""
    reply = desk.call("close_project", {"project_id": 1})
    value = '{"name":"Closed","project_id":1}'
    reply.is_(
        200,
        '{"invalidate":[],"merge":[{"context":"project","function":"project_info","op":"replace",'
        f'"params":{{"project_id":1}},"value":{value}}}],"result":{value}}}',
    )
    reply.has(x_mizan_invalidate="project.project_info;project_id=1")


@probe("merge", control="merge")
def a_result_is_put_into_a_list_by_its_key(desk: Desk) -> None:
    """MERGE-1, MERGE-3 to MERGE-5."""
    value = '{"id":3,"status":"open","title":"Sweep"}'
    reply = desk.call("add_task", {"project_id": 1, "title": "Sweep"})
    reply.is_(
        200,
        '{"invalidate":[],"merge":[{"context":"project","function":"project_tasks","key":["id"],"op":"upsert",'
        f'"params":{{"project_id":1}},"value":{value}}}],"result":{value}}}',
    )
    reply.has(x_mizan_invalidate="project.project_tasks;project_id=1")


@probe("merge", control="merge")
def a_list_replaces_a_list(desk: Desk) -> None:
    """MERGE-1, MERGE-5: narrowed by the default of an arg too."""
    value = '[{"id":1,"status":"open","title":"Dredge"},{"id":2,"status":"done","title":"Paint"}]'
    desk.call("sort_tasks", {"project_id": 1}).is_(
        200,
        '{"invalidate":[],"merge":[{"context":"project","function":"project_tasks","op":"replace",'
        f'"params":{{"limit":10,"project_id":1}},"value":{value}}}],"result":{value}}}',
    )


@probe("cache-groups", control="group-invalidation")
def a_mutation_names_the_tags_of_public_contexts(desk: Desk) -> None:
    """CACHE-8: the largest known set that a target narrows by; contexts that are not public have none."""
    for fn, args, wanted in (
        ("pin_notice", {"topic": "fish", "text": "."}, f'"{edge_tag("board", topic="fish")}"'),
        ("tidy_page", {"page": 3}, f'"{edge_tag("board", page=3)}"'),
        ("reindex", {}, f'"{edge_tag("board")}"'),
        ("rename_project", {"project_id": 1, "name": "Quay"}, None),
    ):
        desk.call(fn, args).has(cache_group_invalidation=wanted)
