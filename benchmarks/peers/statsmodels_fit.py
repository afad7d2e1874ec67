"""Fits one panel with statsmodels: python statsmodels_fit.py ratings.csv program halo(0|1) folder.

Run by an interpreter that has statsmodels and pandas; nothing of this project is imported. Writes the same two
files as fit.R, effects.csv and notes.txt. A linear mixed model with crossed variance components in one group:
``statsmodels`` with sparse matrices, which is quick and ends in an error when asked for the effects' covariance
(0.15.0), ``statsmodels dense`` without, where contrasts get the variance the whole covariance gives them.
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels
import statsmodels.formula.api as smf


def main() -> None:
    """Fit, and write what was found."""
    source, program, halo, folder = sys.argv[1:5]
    facets = ["candidate", "interviewer", "question"] + ["interview"] * (halo == "1")
    data = pd.read_csv(source)
    data["one"] = 1
    parts = {facet: f"0 + C({facet})" for facet in facets}
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        before = time.process_time()
        model = smf.mixedlm(
            "score ~ 1", data, groups="one", vc_formula=parts, use_sparse=program == "statsmodels"
        )
        fitted = model.fit()
        spent = time.process_time() - before
        before = time.process_time()
        effects = fitted.random_effects[1]
        try:
            covariance = np.asarray(fitted.random_effects_cov[1])
        except ValueError as error:
            warnings.warn(f"random_effects_cov: {error}", stacklevel=1)
            covariance = np.full((len(effects), len(effects)), np.nan)
        errors = time.process_time() - before
    rows = ["facet,label,effect,variance"]
    for facet in ("candidate", "interviewer"):
        place = [i for i, name in enumerate(effects.index) if name.startswith(f"{facet}[")]
        part = covariance[np.ix_(place, place)]
        variance = np.diag(part) - 2 * part.mean(0) + part.mean()
        for i, size in zip(place, variance, strict=True):
            label = effects.index[i].rsplit("[", 1)[1].rstrip("]")  # candidate[C(candidate)[17]]
            rows.append(f"{facet},{label},{effects.iloc[i]},{size}")
    Path(folder, "effects.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    notes = [f"version\tstatsmodels {statsmodels.__version__}", f"fit\t{spent}", f"errors\t{errors}"]
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        notes.append(f"kilobytes\t{peak.split()[1]}")
    # Variance components stand in alphabetical order of their names.
    notes += [
        f"sd {name}\t{max(value, 0) ** 0.5}" for name, value in zip(sorted(parts), fitted.vcomp, strict=True)
    ]
    notes += sorted({"said\t" + " ".join(str(warning.message).split()) for warning in heard})
    Path(folder, "notes.txt").write_text("\n".join(notes) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
