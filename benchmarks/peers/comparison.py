"""Every program on the same panels, and the table of it."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.generator import Panel
from benchmarks.peers.programs import HERE, PEERS, Found, NoResult, Program, can_start, run
from benchmarks.peers.scores import Contrasts, contrasts, plain_means, put_at_zero
from psychometrics.model import compiled

_SECONDS, _GIGABYTES = 600.0, 16.0


@dataclass(frozen=True, slots=True)
class Peer:
    """One program's result on one panel, or why there is none."""

    name: str
    cpu: float | None = None
    """CPU seconds of the fit."""
    errors: float | None = None
    """CPU seconds of standard errors where they are asked for apart."""
    memory: float | None = None
    """Peak of the process, megabytes."""
    candidates: Contrasts | None = None
    interviewers: Contrasts | None = None
    zero: tuple[str, ...] = ()
    """Components estimated as nothing."""
    halo_share: float | None = None
    """Standard deviation of halo over that of candidates."""
    said: tuple[str, ...] = ()
    version: str = ""
    skipped: str = ""

    @property
    def correlation(self) -> float | None:
        """Of its candidate effects with the truth; NaN where they are all equal, None without a result."""
        if self.candidates is None:
            return None
        return float("nan") if self.candidates.flat else self.candidates.correlation


def peers(
    panel: Panel,
    *,
    programs: Sequence[Program] = PEERS,
    python: str = sys.executable,
    seconds: float = _SECONDS,
    gigabytes: float = _GIGABYTES,
    large: bool = False,
) -> Iterator[Peer]:
    """Fit the panel with every program present, one after another.

    ``python`` is an interpreter that may have statsmodels; ``seconds`` (wall) and ``gigabytes`` end a run;
    ``large`` also starts programs on panels beyond what they are known to finish.
    """
    missing: dict[str, str] = {}
    for program in programs:
        command, why = command_of(program, python, missing)
        if why:
            yield Peer(program.title, skipped=why)
        elif len(panel.score) > program.largest and not large:
            yield Peer(program.title, skipped=f"not started above {program.largest:,} ratings")
        else:
            try:
                found = run(command, program, panel, seconds=seconds, gigabytes=gigabytes)
            except NoResult as failure:
                yield Peer(program.title, skipped=str(failure))
            else:
                yield judge(program, found, panel)


def judge(program: Program, found: Found, panel: Panel) -> Peer:
    """Score what a program found."""
    size = found.deviations
    lean = size.get("interview", size.get("halo"))
    return Peer(
        program.title,
        cpu=found.fit,
        errors=found.errors,
        memory=found.megabytes,
        candidates=contrasts(found.candidates, panel.proficiency),
        interviewers=contrasts(found.interviewers, panel.severity),
        zero=put_at_zero(size),
        halo_share=None if lean is None else lean / size["candidate"],
        said=found.said,
        version=found.version,
    )


def spreadsheet(panel: Panel) -> Peer:
    """Plain means of candidates and of interviewers."""
    return Peer(
        "plain means",
        cpu=0.0,
        candidates=contrasts(plain_means(panel, "candidate"), panel.proficiency),
        interviewers=contrasts(plain_means(panel, "interviewer"), panel.severity),
    )


def command_of(program: Program, python: str, missing: dict[str, str]) -> tuple[list[str], str]:
    """How to start a program, or why it cannot be; ``missing`` remembers the answers by library."""
    if program.name.startswith("psychometrics"):
        lacking = "compiled" in program.name and not compiled.installed()
        return [sys.executable, "-m", "benchmarks.peers.ours"], "numba is not installed" if lacking else ""
    library = program.name.split(" ", maxsplit=1)[0]
    rscript = shutil.which("Rscript")
    if library == "statsmodels":
        command = [python, str(HERE / "statsmodels_fit.py")]
        test = [python, "-c", "import pandas, statsmodels"]
        why = f"{python} has no statsmodels and pandas"
    elif rscript is None:
        return [], "no Rscript on this machine"
    else:
        command = [rscript, str(HERE / "fit.R")]
        test = [rscript, "-e", f"quit(status = !requireNamespace('{library}', quietly = TRUE))"]
        why = f"R has no package {library}"
    if library not in missing:
        missing[library] = "" if can_start(test) else why
    return command, missing[library]
