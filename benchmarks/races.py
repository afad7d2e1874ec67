"""What two people do to one scorecard at one moment, many times over.

``python -m benchmarks.races --trials 200`` runs every race of ``tests/scoring/test_trials.py`` so many times, on real
transactions, with its twin in which the guard is off. It prints how many trials passed, and by the rule of three how
often a fault could still come.
"""

import argparse
import os
import subprocess
import sys
import time


def main() -> None:
    """Run the races and say what they bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--trials", type=int, default=200, help="Rounds of each race.")
    trials = parser.parse_args().trials
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "dev.testrun", "-n", "0", "-v", "tests/scoring/test_trials.py"],
        env={**os.environ, "LOOPWRIGHT_TRIALS": str(trials)},
        check=False,
    )
    if done.returncode:
        sys.exit("A race ended in a fault: see above.")
    print(
        f"{trials} trials of each race, {time.perf_counter() - started:.0f} s, no fault: with 95 % confidence one "
        f"comes in fewer than {3 / trials:.1%} of such moments."
    )


if __name__ == "__main__":
    main()
