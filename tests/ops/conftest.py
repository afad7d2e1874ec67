"""Fixtures for the tools around the product."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.postgres import Cluster


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A database server of the test's own, removed afterwards; not started yet."""
    made = Cluster(tmp_path / "pg", fast=True)
    yield made
    made.remove()


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]
