"""`manage.py mizan …`: what the project declares, and the `mizan` command line with this project as its source."""

from __future__ import annotations

import sys
from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mizan._errors import RegistrationError
from mizan._native import run_command_line
from mizan.django._application import Mizan, current

_HELP = """\
What the project's functions declare.

  ir [--sources]        the IR as KDL; --sources says where each function stands
  manifest              the edge manifest, JSON
  openapi [--title T]   OpenAPI 3.1, JSON
  generate, check, purge-urls, …
                        as `mizan generate`, `mizan check`, `mizan purge-urls`; `mizan --help` lists them
"""


class Command(BaseCommand):
    """The command."""

    help = _HELP
    # A wrong declaration is told by the command itself, and the clients of one that was right are still to be had.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what stands behind the name as it is."""
        parser.add_argument("arguments", nargs=REMAINDER, metavar="COMMAND …")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as Django has it
        """Keep the lines of the help as they are."""
        from argparse import RawDescriptionHelpFormatter  # noqa: PLC0415 - where it is used

        class Formatter(RawDescriptionHelpFormatter):
            pass

        return super().create_parser(prog_name, subcommand, formatter_class=Formatter, **kwargs)

    def handle(self, *_: Any, arguments: list[str], **__: Any) -> None:  # noqa: ANN401 - as Django calls it
        """Run it."""
        match arguments:
            case ["ir"]:
                self._write(_built().application.ir())
            case ["ir", "--sources"]:
                self._write(_built().application.ir_with_sources())
            case ["manifest"]:
                self._write(_built().application.manifest())
            case ["openapi"]:
                self._write(_built().application.openapi())
            case ["openapi", "--title", title]:
                self._write(_built().application.openapi(title))
            case [] | ["ir" | "manifest" | "openapi", *_]:
                raise CommandError(_HELP)
            case _:
                status = run_command_line(arguments, _print_ir)
                if status:
                    sys.exit(status)

    def _write(self, text: str) -> None:
        text = text.removesuffix("\n") + "\n"
        # UTF-8, whatever the terminal's encoding is, unless somebody reads along.
        out: Any = getattr(self.stdout, "_out", self.stdout)
        if out is sys.stdout and hasattr(out, "buffer"):
            out.flush()
            out.buffer.write(text.encode())
            out.flush()
        else:
            out.write(text)


def _built() -> Mizan:
    try:
        return current()
    except RegistrationError as error:
        raise CommandError(str(error)) from None


def _print_ir(_arguments: list[str]) -> int:
    sys.stdout.write(_built().application.ir())
    return 0
