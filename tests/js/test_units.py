"""The browser's code on its own, without a browser: Node.js runs the unit tests beside this file."""

import subprocess
from pathlib import Path

import pytest

from dev import node

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.test.js"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_unit_tests_of_the_scripts_pass(path: Path) -> None:
    runner = node.find_node()
    if runner is None:
        pytest.skip(f"There is no Node.js {node.OLDEST} or newer to run the unit tests of the scripts with.")
    done = subprocess.run(
        [runner, "--test", "--test-reporter=tap", path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # A file that runs no test must not pass for one that passes.
    assert int(done.stdout.rsplit("# pass ", 1)[1].split()[0]) > 0
