"""The shop on another back end has the very same contract."""

import subprocess
from pathlib import Path

from shop.app import mizan

EXAMPLES = Path(__file__).parents[3]


def printed(*command: str, folder: str) -> str:
    """What a command prints in a folder of examples/."""
    done = subprocess.run(command, cwd=EXAMPLES / folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_contract_of_the_shop_on_node_is_the_same() -> None:
    assert printed("node", "dist/print.js", folder="shop-node") == mizan.ir()
