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


def installed() -> bool:
    """Whether numba can be imported; does not import it."""
    return find_spec("numba") is not None


def chosen(engine: Engine) -> bool:
    """Whether compiled kernels serve a call: always with ``"compiled"``, where installed with ``"auto"``.

    Raises BadInput for another word, or for ``"compiled"`` without numba.
    """
    _checks.choice(engine, ("auto", "numpy", "compiled"), "engine")
    if engine == "compiled" and not installed():
        raise BadInput(
            "engine='compiled' needs numba: pip install 'loopwright-psychometrics[compiled]', "
            "or use engine='numpy'"
        )
    return engine != "numpy" and installed()
