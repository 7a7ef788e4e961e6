"""The `mizan` command. All of it but `mizan ir` is native, so nothing else is imported to start it."""

import sys

from mizan._native import run_command_line


def main() -> None:
    """Run the command with the arguments of the process, and exit with its status."""
    sys.exit(run_command_line(sys.argv[1:], _emit_ir))


def _emit_ir(arguments: list[str]) -> int:
    from mizan._emit_ir import emit_ir  # noqa: PLC0415 - only `mizan ir` needs it

    return emit_ir(arguments)
