"""`mizan ir`: find an application in a module and print its IR."""

import importlib
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Protocol, TypeGuard

from mizan._errors import RegistrationError

_USAGE = """\
Print the IR of an application.

Usage: mizan ir MODULE:ATTRIBUTE [--sources] [--traceback]

Arguments:
  MODULE:ATTRIBUTE  where the Mizan object, or the app that it is mounted on, is found: shop.app:mizan

Options:
  --sources    add a comment for each function that says where it was declared
  --traceback  show the whole traceback of an exception in the module
  --help       show this
"""


class _PrintsIR(Protocol):
    def ir(self) -> str: ...
    def ir_with_sources(self) -> str: ...


class _Refusal(Exception):
    """Why nothing is printed: what is wrong and what to do."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(f"mizan ir: {problem}\n  help: {fix}")


def emit_ir(arguments: Sequence[str]) -> int:
    """Run `mizan ir`; the exit status.

    Args:
        arguments: What stands after `ir`.
    """
    options = [argument for argument in arguments if argument.startswith("-")]
    names = [argument for argument in arguments if not argument.startswith("-")]
    if "--help" in options or "-h" in options:
        sys.stdout.write(_USAGE)
        return 0
    unknown = [option for option in options if option not in ("--sources", "--traceback")]
    try:
        if unknown:
            raise _Refusal(f"there is no option {unknown[0]}", "see `mizan ir --help`")
        if len(names) != 1:
            raise _Refusal("name one application", "as in `mizan ir shop.app:mizan`")
        text = _ir(names[0], sources="--sources" in options, whole_traceback="--traceback" in options)
    except _Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    # The IR is UTF-8 whatever the terminal's encoding is.
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()
    return 0


def _ir(name: str, *, sources: bool, whole_traceback: bool) -> str:
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise _Refusal(f"{name!r} does not say which object of which module", "write MODULE:ATTRIBUTE")
    # A script's own folder is on the path, that of the installed command is not what users mean.
    sys.path.insert(0, str(Path.cwd()))
    module = _import(module_name, whole_traceback=whole_traceback)
    found: object = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise _Refusal(f"the module {module_name} ({module.__file__}) has no {attribute!r}", _offers(module))
        found = getattr(found, part)
    mounted = _mounted(found)
    if not mounted:
        raise _Refusal(f"{name} is {type(found).__name__}, and no Mizan is mounted on it", _offers(module))
    if len(mounted) > 1:
        raise _Refusal(f"{len(mounted)} Mizan objects are mounted on {name}", "name the one that is meant")
    application = mounted[0]
    return application.ir_with_sources() if sources else application.ir()


def _import(name: str, *, whole_traceback: bool) -> ModuleType:
    try:
        return importlib.import_module(name)
    except RegistrationError as error:
        if whole_traceback:
            traceback.print_exc()
        sys.stderr.write(f"{error}\n")
        raise _Refusal(f"{name} declares what cannot be served", "mend the above, then run it again") from None
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            raise _Refusal(
                f"there is no module {error.name!r} in {Path.cwd()} or in this Python's packages",
                "run it in the folder that holds the application, with its own Python",
            ) from None
        raise _failed(name, error, whole_traceback=whole_traceback) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the module raises is told
        raise _failed(name, error, whole_traceback=whole_traceback) from None


def _failed(name: str, error: BaseException, *, whole_traceback: bool) -> _Refusal:
    if whole_traceback:
        traceback.print_exception(error)
    if isinstance(error, SyntaxError) and error.filename is not None:
        place = f"{error.filename}:{error.lineno}"
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _is_machinery(frame.filename)]
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name
    what = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    return _Refusal(f"importing {name} failed at {place}: {what}", "mend it; --traceback shows the way there")


def _is_machinery(file: str) -> bool:
    return file == __file__ or file.startswith("<frozen importlib") or file == importlib.__file__


def _mounted(found: object) -> list[_PrintsIR]:
    if _prints_ir(found):
        return [found]
    middleware: Sequence[object] = getattr(found, "user_middleware", ())
    kwargs: list[Mapping[str, object]] = [getattr(entry, "kwargs", {}) for entry in middleware]
    return [mizan for mizan in (entry.get("mizan") for entry in kwargs) if _prints_ir(mizan)]


def _prints_ir(found: object) -> TypeGuard[_PrintsIR]:
    return callable(getattr(found, "ir_with_sources", None)) and not isinstance(found, type)


def _offers(module: ModuleType) -> str:
    names = [name for name, value in vars(module).items() if not name.startswith("_") and _mounted(value)]
    if not names:
        return "make a Mizan object there: `mizan = Mizan(app, functions=[…])`"
    return f"it has {', '.join(f'{module.__name__}:{name}' for name in names)}"
