"""Entry point of ``python -m psychometrics``."""

import os
import sys

# One thread: below about a thousand interviewers and questions a second one only adds waiting.
# Has to be set before NumPy is loaded.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def run() -> int:
    """Run the command; an interruption while modules are still being loaded is one line too."""
    try:
        from psychometrics.cli import main

        return main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(run())
