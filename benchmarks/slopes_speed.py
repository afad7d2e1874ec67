"""What slopes and informative selection cost, as a multiple of the fit without them, in CPU seconds.

    python -m benchmarks.slopes_speed --sizes S,M

Panels of the generator with halo .5 and scores above the middle, with equal slopes and with log slopes of sd .3. The
least of three calls each, in one process; kernels are compiled before.
"""

import argparse
import os
import time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402

from benchmarks.generator import simulate  # noqa: E402
from benchmarks.harder_worlds import rate_with_slopes  # noqa: E402
from psychometrics.model import compiled  # noqa: E402
from psychometrics.model.calibration import calibrate  # noqa: E402

_MODELS: dict[str, dict[str, str]] = {
    "common": {"slopes": "common"},
    "auto (default)": {},
    "interviewer": {"slopes": "interviewer"},
    "common, informative": {"slopes": "common", "selection": "informative"},
    "interviewer, informative": {"slopes": "interviewer", "selection": "informative"},
}


def main() -> None:
    """Print one line per size, spread of slopes, engine and model."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.slopes_speed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", default="S,M")
    parser.add_argument("--calls", type=int, default=3)
    options = parser.parse_args()
    engines = ["numpy", "compiled"] if compiled.installed() else ["numpy"]
    print(f"{'size':<6}{'log slopes':>11}{'engine':>10}  {'model':<26}{'CPU s':>8}{'ratio':>7}")
    for size in options.sizes.split(","):
        panel = simulate(size, halo=0.5, seed=1001)
        for spread in (0.0, 0.3):
            rng = np.random.default_rng([1001, 7])
            slope = np.exp(rng.normal(0, spread, len(panel.severity)))
            score = rate_with_slopes(panel, slope, rng, easier=0.5)
            columns = (panel.candidate, panel.interviewer, panel.question, score, panel.interview)
            for engine in engines:
                plain = None
                for name, model in _MODELS.items():
                    seconds = _least(columns, options.calls, engine=engine, **model)
                    plain = plain or seconds
                    print(
                        f"{size:<6}{spread:>11.1f}{engine:>10}  {name:<26}{seconds:>8.2f}{seconds / plain:>7.2f}",
                        flush=True,
                    )


def _least(columns: tuple[Any, ...], calls: int, **model: Any) -> float:
    """CPU seconds of the quickest of some calls, after one that loads what there is to load."""
    *ratings, interview = columns
    spent = []
    for call in range(calls + 1):
        start = time.process_time()
        calibrate(*ratings, interview=interview, **model)
        if call:
            spent.append(time.process_time() - start)
    return min(spent)


if __name__ == "__main__":
    main()
