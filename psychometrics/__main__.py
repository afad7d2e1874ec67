"""Entry point of ``python -m psychometrics``."""

import os
import sys

# One thread: below about a thousand interviewers and questions a second one only adds waiting.
# Has to be set before NumPy is loaded.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from psychometrics.cli import main  # noqa: E402


def run() -> int:
    """Run the command; a reader that has seen enough, ``head`` say, is no failure."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    return status


if __name__ == "__main__":
    sys.exit(run())
