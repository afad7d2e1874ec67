"""What the statistics need of the suite: less than the product does."""

import fcntl
from pathlib import Path

import numpy as np
import pytest

from psychometrics import calibrate
from psychometrics.model import compiled
from psychometrics.model.levels import calibrate_levels
from tests import examples
from tests.psychometrics import worlds

examples.use()


@pytest.fixture(autouse=True)
def _fast_and_private() -> None:
    """In place of the suite's: nothing here reads Django's settings or stores a file."""


@pytest.fixture(scope="session")
def kernels() -> None:
    """Numba's kernels, compiled once on a machine: one process does, others wait and read what it cached.

    The cache lies beside the source, so that a second run of the suite compiles nothing. On a cold machine compiling
    takes most of a minute, and every worker that begins would take as long.
    """
    if not compiled.installed():
        pytest.skip("numba, an optional extra, is not installed")
    rows = np.arange(60)
    with Path(compiled.__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for options in ({}, {"steps": "question"}, {"link": "cl"}):
            calibrate(rows % 10, rows % 3, rows % 4, (rows * 7) % 5, engine="compiled", **options)
        calibrate_levels(worlds.known(1, 2).ratings, engine="compiled")


@pytest.fixture(scope="session", params=["numpy", "compiled"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    if request.param == "compiled":
        request.getfixturevalue("kernels")
    return str(request.param)
