"""Results that cannot be changed by accident: what is handed out is what was computed."""

from dataclasses import fields
from typing import Any

import numpy as np


def read_only(result: Any) -> None:
    """Replace the arrays of a frozen dataclass by views that refuse assignment; for ``__post_init__``."""
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray):
            view = value.view()
            view.setflags(write=False)
            object.__setattr__(result, field.name, view)
