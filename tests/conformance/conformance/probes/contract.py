"""The contract: the IR as the host exports it, and its digest on every reply."""

from conformance.desk import Desk, contract, golden_ir
from conformance.expect import expect
from conformance.probing import probe


@probe("ir-export", control="ir-export")
def the_ir_is_the_golden_one_byte_for_byte(desk: Desk) -> None:
    """docs/ir.md, HTTP-5."""
    reply = desk.ask("GET", f"{desk.base}/ir/")
    reply.is_(200, golden_ir())
    reply.has(content_type="application/kdl; charset=utf-8", x_content_type_options="nosniff")


@probe("ir-export", control="ir-export")
def the_command_prints_the_same_ir(desk: Desk) -> None:
    """What a generator reads at build time is what the server speaks."""
    expect("what `ir` prints", desk.host.print("ir", desk.running.switch), golden_ir())


@probe("ir-export", control="headers")
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


@probe("ir-export", control="contract-ignored")
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
