"""How a derivation says no: a code, and for VALIDATION the details (ERR-2, ERR-4)."""

from typing import Any

Path = tuple[str | int, ...]


class Refused(Exception):
    """The input is refused with `code`; `details` are there with VALIDATION alone."""

    def __init__(self, code: str, details: list[dict[str, Any]] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def detail(code: str, message: str, path: Path) -> dict[str, Any]:
    """One problem of the input (ERR-2)."""
    return {"code": code, "message": message, "path": list(path)}


def invalid(details: list[dict[str, Any]]) -> Refused:
    """VALIDATION with its details in their order: by path, a prefix first, then by code (ERR-4)."""

    def place(one: dict[str, Any]) -> tuple[Any, ...]:
        steps = [(0, step, b"") if isinstance(step, int) else (1, 0, step.encode("utf-16-be")) for step in one["path"]]
        return (steps, one["code"])

    return Refused("VALIDATION", sorted(details, key=place)[:100])
