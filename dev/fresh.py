"""Runs both commands of the README on bare systems: ``python -m dev.fresh [debian12] [debian13]``.

Each system is made from nothing by mmdebstrap, with python3, python3-venv, make, git and ca-certificates alone, and
entered by chroot; the commands run on a fresh clone, as root and as an ordinary user. It needs root, and takes what
this machine's apt and pip are told about mirrors. Prints each step with its time; exits with 1 if one failed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from dev.bootstrap import ROOT

SUITES = {"debian12": "bookworm", "debian13": "trixie"}
PACKAGES = "python3,python3-venv,make,git,ca-certificates"
# What tells pip and TLS on this machine where to look, without which a system behind a mirror finds nothing.
SURROUNDINGS = ("/etc/pip.conf", "/etc/xdg/pip", "/etc/resolv.conf", "/etc/ssl/certs")
PORT = 8109
PATIENCE = 1800


def mirror() -> str:
    """Where this machine's apt takes Debian from."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return next(line for line in listed.stdout.splitlines() if line.rstrip("/").endswith("/debian"))


def timed(title: str, command: list[str], log: Path) -> bool:
    """Run one step, printing what came of it."""
    started = time.monotonic()
    with log.open("ab") as output:
        result = subprocess.run(
            command, stdout=output, stderr=subprocess.STDOUT, check=False, timeout=PATIENCE
        )
    seconds = time.monotonic() - started
    print(f"  {title:<40}{'failed' if result.returncode else 'ok':<8}{seconds:7.0f} s", flush=True)
    if result.returncode:
        print(
            "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-12:]),
            flush=True,
        )
    return result.returncode == 0


def prepare(system: Path, suite: str, log: Path) -> bool:
    """Make the system, with a user and two clones."""
    made = timed(
        "bare system",
        ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", suite, str(system), mirror()],
        log,
    )
    if not made:
        return False
    for path in (Path(name) for name in SURROUNDINGS):
        target = system / path.relative_to("/")
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True, ignore_dangling_symlinks=True)
        elif path.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copy(path, target)
    subprocess.run(["chroot", str(system), "useradd", "--create-home", "tester"], check=True)
    for home in ("root", "home/tester"):
        subprocess.run(
            ["git", "clone", "--quiet", "--no-local", str(ROOT), str(system / home / "product")], check=True
        )
    subprocess.run(["chroot", str(system), "chown", "-R", "tester:", "/home/tester"], check=True)
    return True


def inside(system: Path, user: str, command: str) -> list[str]:
    """A command line that runs in the system, as somebody, with its own processes and an empty environment."""
    home = "/root" if user == "root" else f"/home/{user}"
    mounts = "mount -t proc proc /proc; mount -t devtmpfs dev /dev 2>/dev/null; mkdir -p /dev/shm; "
    kept = [f"{k}={v}" for k, v in os.environ.items() if k.startswith("PIP_") or k == "SSL_CERT_FILE"]
    return [
        "unshare", "--mount", "--pid", "--fork", "--kill-child", "chroot", str(system), "env", "-i", *kept,
        f"HOME={home}", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "sh", "-c",
        f"{mounts} cd {home}/product && exec setpriv --reuid={user} --regid={user} --init-groups sh -c '{command}'",
    ]  # fmt: skip


def demo(system: Path, user: str, log: Path) -> bool:
    """Start the demo, wait until it serves a page, and end it as Ctrl-C does."""
    started = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            inside(system, user, f"make demo PORT={PORT}"), stdout=output, stderr=subprocess.STDOUT
        )
    served = False
    while process.poll() is None and time.monotonic() - started < PATIENCE and not served:
        time.sleep(0.5)
        served = answers("/healthz") and answers("/accounts/login/")
    print(
        f"  {user + ': make demo serves':<40}{'ok' if served else 'failed':<8}{time.monotonic() - started:7.0f} s"
    )
    stopping = time.monotonic()
    interrupt(process.pid)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        served = False
    ended = not answers("/healthz")
    print(
        f"  {user + ': Ctrl-C ends it':<40}{'ok' if ended else 'failed':<8}{time.monotonic() - stopping:7.0f} s"
    )
    if not served:
        print(
            "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-12:]),
            flush=True,
        )
    return served and ended


def answers(path: str) -> bool:
    """Whether the demo serves an address."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def interrupt(outermost: int) -> None:
    """Send what Ctrl-C sends to the program at the end of a chain of single children."""
    number = outermost
    while True:
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        name = Path(f"/proc/{number}/cmdline").read_bytes()
        if b"dev.demo" in name or not children:
            break
        number = int(children[0])
    os.kill(number, signal.SIGINT)


def main(names: list[str]) -> int:
    if unknown := set(names) - set(SUITES):
        print(f"error: no such system: {', '.join(sorted(unknown))}. There are: {', '.join(SUITES)}.")
        return 2
    if os.geteuid() or not shutil.which("mmdebstrap"):
        print("error: this needs root and mmdebstrap (apt-get install mmdebstrap).")
        return 2
    failed = False
    for name in names or SUITES:
        with tempfile.TemporaryDirectory(prefix=f"fresh-{name}-") as folder:
            system, log = Path(folder, "system"), Path(folder, "log")
            Path(folder).chmod(0o755)
            print(f"{name}:", flush=True)
            if not prepare(system, SUITES[name], log):
                failed = True
                continue
            for user in ("root", "tester"):
                failed |= not demo(system, user, log)
                failed |= not timed(f"{user}: make test", inside(system, user, "make test"), log)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
