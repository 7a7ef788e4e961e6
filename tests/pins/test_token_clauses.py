"""Every clause by which a token is refused has cases, and each case is refused by the clause that it is about."""

from collections import defaultdict
from typing import Any

from mizan import _core
from pins import PINS, cases

CLAIMS = ("aud", "fam", "jti", "pkey", "staff", "sub", "super")
TIMES = ("exp", "iat", "nbf")

# By the first word of a case's id: what the core says to the log.
REASONS = {
    "parts": {"not three parts"},
    "length": {"longer than 8 KiB"},
    "base64": {"not canonical base64url"},
    "algorithm": {"another algorithm than HS256"},
    "extension": {"crit, b64 or zip"},
    "embedded": {"a key of its own"},
    "kid": {"no kid"},
    "unknown": {"unknown kid"},
    "type": {"another type"},
    "json": {"not an object of strict JSON"},
    "signature": {"wrong signature"},
    "claim": {f"no such {name}" for name in CLAIMS},
    "audience": {"another audience"},
    "time": {f"{name} is no time" for name in TIMES},
    "expired": {"expired"},
    "early": {"nbf lies ahead", "iat lies ahead"},
}


def reason(given: dict[str, Any]) -> object:
    keys = [(key["kid"], bytes.fromhex(key["secret"])) for key in given["keyring"]]
    rings = _core.Keyrings([], [(given["type"], keys)])
    verify = {"mwt": rings.verify_mwt, "access": rings.verify_access, "refresh": rings.verify_refresh}[given["type"]]
    return verify(given["text"].encode(), given["audience"], given["now"], given["leeway"])


def test_each_refused_token_is_refused_by_its_clause() -> None:
    seen: dict[str, set[object]] = defaultdict(set)
    refused = [case for case in cases(PINS) if case.kind == "token_verify" and case.members["must_fail"]]
    for case in refused:
        seen[case.id.partition(":")[2].partition("-")[0]].add(reason(case.members["input"]))
    assert seen == REASONS
    assert len(refused) >= 60


def test_every_rule_of_tokens_that_can_refuse_one_has_a_refused_token() -> None:
    refused = [case for case in cases(PINS) if case.kind == "token_verify" and case.members["must_fail"]]
    cited = {rule for case in refused for rule in case.members["rules"]}
    assert cited >= {*(f"TOK-{number}" for number in range(2, 12)), "LIM-11", "VALUE-5", "VALUE-8"}
