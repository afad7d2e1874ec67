"""The first process in a bare system: runs one command as somebody, and tells what that left behind.

dev.fresh hands it in whole, so it knows the standard library alone. It takes a JSON object: who runs the command,
the command, and the environment. When its standard input ends, or says anything, the command's group of processes
gets what Ctrl-C in a terminal sends. It exits as the command did, or with LEFT when processes outlived the command;
since it is the first process of its own namespace, those are all there are.
"""

import contextlib
import json
import os
import pwd
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

LEFT = 90
# What is told to end with the command may take this long about it.
GRACE = 5.0


def outlived() -> list[str]:
    """The command lines of all processes but this one; those that have ended already have none."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if words and int(folder.name) != os.getpid():
                found.append(words)
    return found


def main(order: dict[str, object]) -> int:
    person = pwd.getpwnam(str(order["user"]))
    command, environment = order["command"], order["environment"]
    if not isinstance(command, list) or not isinstance(environment, dict):
        raise TypeError("The order names no command, or no environment.")
    environment |= {"HOME": person.pw_dir, "USER": person.pw_name, "LOGNAME": person.pw_name}
    # A script that starts this in its background makes it ignore Ctrl-C, and so would the command.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        command, cwd=Path(person.pw_dir, str(order["folder"])), env=environment, stdin=subprocess.DEVNULL,
        user=person.pw_uid, group=person.pw_gid, extra_groups=[], umask=0o022, start_new_session=True,
    )  # fmt: skip
    interrupted = False
    while process.poll() is None:
        if interrupted:
            time.sleep(0.1)
        elif select.select([sys.stdin], [], [], 0.1)[0]:
            os.killpg(process.pid, signal.SIGINT)
            interrupted = True
    deadline = time.monotonic() + GRACE
    while (left := outlived()) and time.monotonic() < deadline:
        time.sleep(0.1)
    for words in left:
        print(f"left running: {words[:150]}", flush=True)
    return LEFT if left else abs(process.returncode)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
