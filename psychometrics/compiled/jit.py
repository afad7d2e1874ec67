"""The one way kernels are compiled: typed, cached on disk, single-threaded, deterministic."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile ``function`` at its first call; later processes read the result from the cache.

    Division follows NumPy (no exception), and sums keep their order: the same input always gives the
    same bits.
    """
    return cast(F, numba.njit(cache=True, error_model="numpy", nogil=True)(function))
