"""Counting distinct combinations of codes without comparing rows."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.int64]


def joint(*columns: NDArray[np.integer]) -> Codes:
    """One key per row, equal and ordered as the rows ``(columns[0][n], columns[1][n], ...)`` are.

    Sorting whole numbers is many times faster than sorting rows. Keys are made dense before they could
    outgrow 64 bits.
    """
    key, size = _dense(columns[0])
    for column in columns[1:]:
        code, codes = _dense(column)
        if size * codes >= 2**62:
            key, size = _ranked(key)
            code, codes = _ranked(code)
        key, size = key * codes + code, size * codes
    return key


def distinct(row: Codes, codes: NDArray[np.integer], rows: int) -> Codes:
    """Number of distinct ``codes`` on each row, ``(rows,)``."""
    code, codes_in_all = _dense(codes)
    pairs = np.sort(row * codes_in_all + code)
    new = np.append(True, pairs[1:] != pairs[:-1])
    return np.bincount(pairs[new] // codes_in_all, minlength=rows).astype(np.int64)


def _dense(column: NDArray[np.integer]) -> tuple[Codes, int]:
    """Codes from 0 that keep their order, and a bound above them."""
    lowest, highest = int(column.min(initial=0)), int(column.max(initial=0))
    if highest - lowest < 2**31:
        return column.astype(np.int64) - lowest, highest - lowest + 1
    return _ranked(column)


def _ranked(column: NDArray[np.integer]) -> tuple[Codes, int]:
    names, rank = np.unique(column, return_inverse=True)
    return rank.astype(np.int64), len(names)
