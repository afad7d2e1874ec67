"""Checks of arguments, shared by all statistics; messages state the interval and the value."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadInput


def column(values: npt.ArrayLike, name: str, length: int | None = None) -> npt.NDArray[np.generic]:
    """Return ``values`` as a one-dimensional array, of ``length`` where given."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise BadInput(f"{name} must be one-dimensional, got shape {array.shape}")
    if length is not None and len(array) != length:
        raise BadInput(f"{name} has {len(array)} values, expected {length}")
    return array


def finite(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Return ``values`` as floats, refusing anything that is not a finite number."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(f"{name} must be numbers: {error}") from error
    if not np.isfinite(array).all():
        first = int(np.flatnonzero(~np.isfinite(array))[0])
        raise BadInput(f"{name} must be finite numbers, the value at position {first} is not")
    return array


def open_unit(value: float, name: str) -> float:
    """Return ``value``, refusing anything outside the open interval (0, 1)."""
    if not 0.0 < value < 1.0:
        raise BadInput(f"{name} must lie strictly between 0 and 1, got {value}")
    return float(value)


def choice(value: str, allowed: Sequence[str], name: str) -> str:
    """Return ``value``, refusing anything not listed in ``allowed``."""
    if value not in allowed:
        raise BadInput(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
    return value
