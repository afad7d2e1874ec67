"""Other programs on the same ratings: statsmodels where it can be imported, R packages where R has them.

Nothing here is a dependency. What is missing is said and skipped; what needs a table too large for the size
is not started. CPU seconds are of the fit alone, as each program reports them.
"""

import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.generator import Panel

Floats = npt.NDArray[np.float64]

#: Largest number of ratings each is asked to fit: beyond it they take hours or all memory.
LARGEST = {"statsmodels": 20_000, "lme4": 200_000, "ordinal::clmm": 20_000, "glmmTMB": 200_000}
_LIMIT = 900.0  # seconds

_R = r"""
arguments <- commandArgs(TRUE)
ratings <- read.csv(arguments[1])
for (name in c("candidate", "interviewer", "question", "interview")) ratings[[name]] <- factor(ratings[[name]])
effects <- "(1|candidate) + (1|interviewer) + (1|question) + (1|interview)"
before <- proc.time()
if (arguments[2] == "lme4") {
  model <- lme4::lmer(as.formula(paste("score ~ 1 +", effects)), ratings)
  found <- lme4::ranef(model, condVar = FALSE)$candidate
} else if (arguments[2] == "ordinal::clmm") {
  ratings$score <- factor(ratings$score, ordered = TRUE)
  model <- ordinal::clmm(as.formula(paste("score ~ 1 +", effects)), data = ratings)
  found <- ordinal::ranef(model)$candidate
} else {
  model <- glmmTMB::glmmTMB(as.formula(paste("score ~ 1 +", effects)), data = ratings)
  found <- glmmTMB::ranef(model)$cond$candidate
}
spent <- proc.time() - before
cat(spent[["user.self"]] + spent[["sys.self"]], "\n")
write.csv(data.frame(candidate = rownames(found), measure = found[[1]]), arguments[3], row.names = FALSE)
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """One program's result, or why there is none."""

    name: str
    cpu: float | None = None
    correlation: float | None = None
    """Of its candidate effects with the truth."""
    skipped: str = ""


def peers(panel: Panel) -> Iterator[Peer]:
    """Fit the panel with every program present, one after another."""
    if importlib.util.find_spec("statsmodels") is None:
        yield Peer("statsmodels", skipped="not installed")
    elif len(panel.score) > LARGEST["statsmodels"]:
        yield Peer("statsmodels", skipped=f"above {LARGEST['statsmodels']:,} ratings")
    else:
        yield _statsmodels(panel)
    rscript = shutil.which("Rscript")
    for name in ("lme4", "ordinal::clmm", "glmmTMB"):
        package = name.split("::", maxsplit=1)[0]
        if rscript is None:
            yield Peer(name, skipped="no Rscript on this machine")
        elif not _has(rscript, package):
            yield Peer(name, skipped=f"R has no package {package}")
        elif len(panel.score) > LARGEST[name]:
            yield Peer(name, skipped=f"above {LARGEST[name]:,} ratings")
        else:
            yield _r(rscript, name, panel)


def _statsmodels(panel: Panel) -> Peer:
    """Linear mixed model with crossed variance components in one dummy group."""
    import pandas as pd
    import statsmodels.formula.api as smf

    names = ("candidate", "interviewer", "question", "score")
    data = pd.DataFrame({name: getattr(panel, name).astype(int) for name in names})
    data["one"] = 1
    parts = {name: f"0 + C({name})" for name in names[:3]}
    before = time.process_time()
    model = smf.mixedlm("score ~ 1", data, groups="one", vc_formula=parts, use_sparse=True)
    fitted = model.fit()
    spent = time.process_time() - before
    effects = fitted.random_effects[1]
    found = {
        int(name.rsplit("[", 1)[1].strip("]").removeprefix("T.")): value
        for name, value in effects.items()
        if name.startswith("candidate")
    }
    return Peer("statsmodels", spent, _correlation(panel, found))


def _has(rscript: str, package: str) -> bool:
    """Whether R can load a package."""
    code = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    return subprocess.run([rscript, "-e", code], capture_output=True, check=False).returncode == 0


def _r(rscript: str, name: str, panel: Panel) -> Peer:
    """Fit in R, with the halo term as a crossed effect."""
    with tempfile.TemporaryDirectory() as folder:
        data, script, out = (Path(folder) / file for file in ("ratings.csv", "fit.R", "effects.csv"))
        script.write_text(_R)
        columns = ("candidate", "interviewer", "question", "score", "interview")
        table = np.column_stack([getattr(panel, column) for column in columns])
        np.savetxt(data, table, fmt="%d", delimiter=",", header=",".join(columns), comments="")
        try:
            done = subprocess.run(
                [rscript, script, data, name, out],
                capture_output=True,
                text=True,
                check=False,
                timeout=_LIMIT,
            )
        except subprocess.TimeoutExpired:
            return Peer(name, skipped=f"not done after {_LIMIT:.0f} s")
        if done.returncode:
            return Peer(name, skipped=f"failed: {done.stderr.strip().splitlines()[-1:]}")
        rows = [line.replace('"', "").split(",") for line in out.read_text().splitlines()[1:]]
        found = {int(label): float(value) for label, value in rows}
        return Peer(name, float(done.stdout.split()[-1]), _correlation(panel, found))


def _correlation(panel: Panel, found: dict[int, float]) -> float:
    """Correlation of effects with the truth, by candidate."""
    labels = np.array(sorted(found))
    values = np.array([found[label] for label in labels.tolist()])
    return float(np.corrcoef(values, panel.proficiency[labels])[0, 1])
