"""A private RabbitMQ on the loopback address, for tests of the task layer where the server is installed."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

# The script in /usr/sbin is wrapped to change the user; these are the server's own.
PROGRAMS = (
    Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),
    Path("/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server"),
    Path("/usr/local/opt/rabbitmq/sbin/rabbitmq-server"),
)
START_TIMEOUT = 90


def find_server() -> Path | None:
    """The server's script, or None where RabbitMQ is not installed."""
    return next((program for program in PROGRAMS if program.exists()), None)


class Rabbit:
    """One server with all its files below ``folder``; nothing of the system's own installation is touched."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self.server = server
        self.port, distribution, mapper = _free_ports(3)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = os.environ | {
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"loopwright-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "absent"),
            # The name service of Erlang, one of its own too.
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper),
        }

    def start(self) -> None:
        """Returns once connections are accepted; raises TimeoutError with the end of the log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text(f"listeners.tcp.default = 127.0.0.1:{self.port}\n")
        log = self.folder / "output"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [self.server], env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            if "Server startup complete" in log.read_text(errors="replace"):
                return
            time.sleep(0.2)
        ending = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
        self.stop()
        raise TimeoutError(f"RabbitMQ did not start:\n{ending}")

    def queue_types(self) -> dict[str, str]:
        """Every queue with its type: ``quorum``, ``classic`` or ``stream``."""
        control = self.server.with_name("rabbitmqctl")
        shown = subprocess.run(
            [control, "--quiet", "--no-table-headers", "list_queues", "name", "type"],
            env=self.environment, check=True, capture_output=True, text=True, timeout=60,
        ).stdout  # fmt: skip
        rows = (line.rsplit(maxsplit=1) for line in shown.splitlines() if line.strip())
        return {name: kind.rsplit("_", 2)[-2] if kind.startswith("rabbit_") else kind for name, kind in rows}

    def stop(self) -> None:
        """End the server and Erlang's name service."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        mapper = shutil.which("epmd")
        if mapper:
            with contextlib.suppress(subprocess.SubprocessError):
                subprocess.run(
                    [mapper, "-port", self.environment["ERL_EPMD_PORT"], "-kill"],
                    env=self.environment, check=False, capture_output=True, timeout=10,
                )  # fmt: skip


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
