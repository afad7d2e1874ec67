"""The one way kernels are compiled: typed, cached on disk, single-threaded, deterministic."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile ``function`` at its first call; later processes read the result from the cache.

    The cache lies beside the source, or in the user's cache folder where the source cannot be written to
    (``NUMBA_CACHE_DIR`` names another). Where there is neither, every process compiles for itself. A cached
    kernel is renewed when *its own* file changes: kernels that call each other live in one file. The cache names the
    tuples a kernel takes: whoever renames such a class renames its file too, or old caches can no longer be read.

    Division follows NumPy (no exception), and sums keep their order: the same input always gives the
    same bits.
    """
    try:
        return cast(F, numba.njit(cache=True, error_model="numpy", nogil=True)(function))
    except RuntimeError:  # no folder to cache in
        return cast(F, numba.njit(error_model="numpy", nogil=True)(function))
