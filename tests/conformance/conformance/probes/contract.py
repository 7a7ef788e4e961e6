"""The contract: the IR as the host exports it, and its digest on every reply."""

from conformance.capabilities import HTTP
from conformance.desk import Desk, contract, golden_ir
from conformance.expect import Mismatch, expect, require
from conformance.probing import probe


@probe("ir-export", control="ir-export", over=HTTP)
def the_ir_is_the_golden_one_byte_for_byte(desk: Desk) -> None:
    """docs/ir.md, HTTP-5."""
    reply = desk.ask("GET", f"{desk.base}/ir/")
    reply.is_(200, golden_ir())
    reply.has(content_type="application/kdl; charset=utf-8", x_content_type_options="nosniff")


@probe("ir-export", control="ir-export")
def the_command_prints_the_same_ir(desk: Desk) -> None:
    """What a generator reads at build time is what the server speaks."""
    expect("what `ir` prints", desk.printed("ir"), golden_ir())


@probe("ir-export", control="headers", over=HTTP)
def every_reply_carries_the_contract(desk: Desk) -> None:
    """HTTP-5, HTTP-6: success and error, call and bundle."""
    for reply in (
        desk.call("add", {"a": 1}),
        desk.call("shelve"),
        desk.bundle("board"),
        desk.bundle("project"),
        desk.ask("GET", f"{desk.base}/nowhere/"),
    ):
        reply.has(x_mizan_contract=contract(), x_content_type_options="nosniff")


@probe("ir-export", control="contract-ignored", over=HTTP)
def a_client_of_another_contract_is_told(desk: Desk) -> None:
    """ERR-6: where that may be the reason, and nowhere else."""
    old = {"X-Mizan-Contract": "0123456789abcdef"}
    desk.call("shelve", headers=old).is_(
        404, '{"error":{"code":"NOT_FOUND","contract":"changed","message":"not found"}}'
    )
    desk.call("shelve", headers={"X-Mizan-Contract": contract()}).is_(
        404, '{"error":{"code":"NOT_FOUND","message":"not found"}}'
    )
    desk.call("add", {"a": 1}, headers=old).is_(200, '{"invalidate":[],"result":2}')


EXTRA = b"""function "zz_old" {
    output { integer }
}
context "board" public"""


@probe("check", control="discovery")
def no_change_breaks_clients_of_the_golden_ir(desk: Desk) -> None:
    """A client that was generated from the golden IR still fits what the host serves now."""
    now = desk.ir()
    found = desk.host.check(golden_ir(), now)
    expect("status of the check", None if found is None else found[0], 0)


@probe("check", control="discovery")
def what_is_gone_is_named(desk: Desk) -> None:
    """A function that clients know and the host has no more breaks them, and nothing else does."""
    now = desk.ir()
    before = golden_ir().replace(b'context "board" public', EXTRA)
    require("the older IR has one function more", before != golden_ir())
    found = desk.host.check(before, now)
    if found is None:
        raise Mismatch("the host declares no check")
    lines = [line for line in found[1].splitlines() if line.strip()]
    expect("status of the check", found[0], 1)
    expect("lines, and those that name what is gone", (len(lines), sum("zz_old" in line for line in lines)), (1, 1))
