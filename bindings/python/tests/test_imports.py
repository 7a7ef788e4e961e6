"""What importing the package loads."""

import subprocess
import sys

import mizan


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_the_command_line_loads_neither_pydantic_nor_a_framework():
    assert loaded_by("import mizan._command_line").isdisjoint(
        {"pydantic", "pydantic_core", "fastapi", "asyncio", "typing"}
    )


def test_the_package_loads_names_when_they_are_used():
    assert "mizan._client" not in loaded_by("import mizan")
    assert "pydantic" not in loaded_by("from mizan import client, ReactContext, Error")


def test_every_public_name_is_there():
    for name in mizan.__all__:
        assert getattr(mizan, name) is not None
    assert set(mizan.__all__) <= set(dir(mizan))
