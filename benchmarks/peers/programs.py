"""The programs compared, and one run of one of them in a process of its own.

A run reads ``ratings.csv`` and leaves two files: ``effects.csv`` (facet, label, effect, variance) and
``notes.txt`` (key, tab, value): version, CPU seconds of the fit and of the errors, peak kilobytes of the process,
standard deviations, and what the program said.
"""

import os
import resource
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.generator import Panel
from benchmarks.peers.scores import Effects

HERE = Path(__file__).parent
COLUMNS = ("candidate", "interviewer", "question", "score", "interview")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Program:
    """One way of fitting a panel."""

    name: str
    """The family of the program and what it is told, as the child process understands it."""
    halo: bool
    """Whether it is given the term of candidate x interviewer."""
    largest: int
    """Ratings beyond which it is not started, unless asked: hours, or all memory."""

    @property
    def title(self) -> str:
        """As printed."""
        return self.name if self.halo else f"{self.name}, no halo"


PEERS = tuple(
    Program(name, halo, largest)
    for name, largest in (
        ("statsmodels", 20_000),
        ("statsmodels dense", 20_000),
        ("lme4", 200_000),
        ("glmmTMB gaussian", 200_000),
        ("glmmTMB binomial", 200_000),
        ("glmmTMB ordinal", 200_000),
        ("ordinal clmm", 20_000),
    )
    for halo in (False, True)
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a run left behind."""

    candidates: Effects
    interviewers: Effects
    version: str = ""
    fit: float = float("nan")
    """CPU seconds."""
    errors: float = 0.0
    """CPU seconds of standard errors, where they are not part of the fit."""
    megabytes: float | None = None
    deviations: dict[str, float] = field(default_factory=dict)
    said: tuple[str, ...] = ()


class NoResult(Exception):
    """The program ended without one; the message says why."""


def run(command: Sequence[str], program: Program, panel: Panel, *, seconds: float, gigabytes: float) -> Found:
    """Fit the panel in a child process: the command's own words, then file, program, halo, folder.

    Raises NoResult when it fails, takes longer than ``seconds`` of wall time or wants more memory.
    """

    def limit() -> None:
        size = int(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "ratings.csv"
        table = np.column_stack([getattr(panel, column) for column in COLUMNS])
        np.savetxt(source, table, fmt="%d", delimiter=",", header=",".join(COLUMNS), comments="")
        try:
            done = subprocess.run(
                [*command, str(source), program.name, str(int(program.halo)), str(folder)],
                capture_output=True,
                text=True,
                check=False,
                timeout=seconds,
                preexec_fn=limit,
                env=os.environ | dict.fromkeys(THREADS, "1"),
            )
        except subprocess.TimeoutExpired:
            raise NoResult(f"not done after {seconds:.0f} s") from None
        if done.returncode:
            raise NoResult(f"failed: {_complaint(done.stderr) or f'ended with {done.returncode}'}")
        return read(folder)


def _complaint(stderr: str) -> str:
    """R's error without its farewell, or the last line of another program."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    lines = [line for line in lines if line != "Execution halted" and not line.startswith("Calls:")]
    start = next((place for place, line in enumerate(lines) if line.startswith("Error")), len(lines) - 1)
    return " ".join(lines[max(start, 0) :])[:200]


def read(folder: Path) -> Found:
    """Read the two files of a run; labels are the panel's codes. Interviewers' effects keep their sign."""
    by_facet: dict[str, list[tuple[int, float, float]]] = {"candidate": [], "interviewer": []}
    for line in (folder / "effects.csv").read_text(encoding="utf-8").splitlines()[1:]:
        facet, label, effect, variance = line.replace('"', "").split(",")
        number = float("nan") if variance in ("", "NA") else float(variance)
        by_facet[facet].append((int(label), float(effect), number))
    notes = [
        line.split("\t", maxsplit=1)
        for line in (folder / "notes.txt").read_text(encoding="utf-8").splitlines()
        if "\t" in line
    ]
    value = dict(notes)
    return Found(
        candidates=_effects(by_facet["candidate"]),
        interviewers=_effects(by_facet["interviewer"]),
        version=value.get("version", ""),
        fit=float(value["fit"]),
        errors=float(value.get("errors", 0)),
        megabytes=float(value["kilobytes"]) / 1024 if "kilobytes" in value else None,
        deviations={key[3:]: float(number) for key, number in notes if key.startswith("sd ")},
        said=tuple(text.strip() for key, text in notes if key == "said"),
    )


def _effects(rows: list[tuple[int, float, float]]) -> Effects:
    label, effect, variance = zip(*rows, strict=True)
    return Effects(np.array(label, np.intp), np.array(effect), np.array(variance))


def can_start(test: Sequence[str]) -> bool:
    """Whether a program's libraries are there: the command ends well."""
    return subprocess.run([*test], capture_output=True, check=False).returncode == 0
