"""Fixture: a RabbitMQ server of the test run's own. Import it into a conftest to use it."""

from collections.abc import Iterator

import pytest

from dev.rabbit import Rabbit, find_server


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    """A server on loopback; skipped where none is installed."""
    server = find_server()
    if server is None:
        pytest.skip("RabbitMQ is not installed (Debian and Ubuntu: apt-get install rabbitmq-server)")
    rabbit = Rabbit(tmp_path_factory.mktemp("rabbitmq"), server)
    rabbit.start()
    yield rabbit
    rabbit.stop()
