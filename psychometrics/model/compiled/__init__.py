"""Compiled kernels, an optional extra: the same numbers as NumPy to 1e-8, sooner.

``pip install 'loopwright-psychometrics[compiled]'`` brings numba. Nothing here imports it until a
kernel is asked for, so the package stays importable, and quick to import, without it.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal, TypeAlias

from psychometrics import _checks
from psychometrics.errors import BadInput

Engine: TypeAlias = Literal["auto", "numpy", "compiled"]

#: Ratings from which ``"auto"`` compiles. Below, NumPy is done before the compiler has even been loaded.
LEAST_RATINGS = 50_000


def installed() -> bool:
    """Whether numba can be imported; does not import it."""
    return find_spec("numba") is not None


def chosen(engine: Engine, *, ratings: int = LEAST_RATINGS) -> bool:
    """Whether compiled kernels serve a call: always with ``"compiled"``, never with ``"numpy"``.

    With ``"auto"`` they do where numba is installed and there are enough ratings for it to pay.
    Raises BadInput for another word, or for ``"compiled"`` without numba.
    """
    _checks.choice(engine, ("auto", "numpy", "compiled"), "engine")
    if engine == "compiled" and not installed():
        raise BadInput(
            "engine='compiled' needs numba: pip install 'loopwright-psychometrics[compiled]', "
            "or use engine='numpy'"
        )
    return engine == "compiled" or (engine == "auto" and ratings >= LEAST_RATINGS and installed())
