"""Labels as codes, in the order they first stand in."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt


def factorised(labels: Iterable[str]) -> tuple[list[str], npt.NDArray[np.intp]]:
    """The distinct labels and ``(n,)`` places among them; does not sort, which takes longest in a large file."""
    places: dict[str, int] = {}
    codes = [places.setdefault(label, len(places)) for label in labels]
    return list(places), np.array(codes, np.intp)
