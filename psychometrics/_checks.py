"""Checks of arguments, shared by all statistics; messages state the interval and the value.

Whatever is not a number, not finite, or too large to be squared is refused here, by name, so that no statistic
returns a number that arithmetic made up and no warning of NumPy reaches the caller.
"""

import operator
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadInput

# Fourth powers of these still fit; amounts smaller than 1 / LARGEST vanish when squared and count as 0.
LARGEST = 1e50
# More than anybody counts, and exact as a floating-point number.
LARGEST_COUNT = 2**53
# Bootstrap samples and the like: more take hours and say nothing new.
MOST_REPLICATES = 1_000_000


def column(values: npt.ArrayLike, name: str, length: int | None = None) -> npt.NDArray[np.generic]:
    """Return ``values`` as a one-dimensional array, of ``length`` where given."""
    array = _array(values, name)
    if array.ndim != 1:
        raise BadInput(f"{name} must be one-dimensional, got shape {array.shape}")
    if length is not None and len(array) != length:
        raise BadInput(f"{name} has {len(array)} values, expected {length}")
    return array


def label_column(values: npt.ArrayLike, name: str, length: int | None = None) -> npt.NDArray[np.generic]:
    """Return labels as a one-dimensional array of one kind: numbers, strings, dates, or sortable objects.

    Refuses a label that is missing (None, NaN, NaT, masked, empty), which would become somebody called nan,
    and strings among labels that are none, which an array would turn into strings.
    """
    if isinstance(values, np.ma.MaskedArray):
        _refuse_missing(np.ma.getmaskarray(values), name)
        values = values.data
    listed = isinstance(values, list | tuple)
    array = column(values, name, length)
    if array.dtype.kind == "O" or (listed and array.dtype.kind in "SU"):
        _refuse_mixed(values if listed else array, name)  # type: ignore[arg-type]
    if array.dtype.kind in "fc":
        _refuse_missing(np.isnan(array), name)
    elif array.dtype.kind in "mM":
        _refuse_missing(np.isnat(array), name)
    elif array.dtype.kind in "SU":
        _refuse_missing(array == array.dtype.type(), name)
    return array


def labels(values: npt.ArrayLike, name: str, length: int | None = None) -> npt.NDArray[np.intp]:
    """Number the distinct values of a column from 0, in their order where they have one."""
    return distinct_labels(label_column(values, name, length), name)[1]


def distinct_labels(
    array: npt.NDArray[np.generic], name: str
) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.intp]]:
    """The distinct labels of a column, ascending, and the place of each among them."""
    try:
        found, places = np.unique(array, return_inverse=True)
    except TypeError as error:
        raise BadInput(f"{name} must be labels of one kind, numbers or strings: {error}") from error
    return found, places.astype(np.intp, copy=False)


def numbers(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Return ``values`` as floats; NaN passes, for what was not rated; infinity and text do not."""
    array = _array(values, name)
    if array.dtype.kind in "cSUV":
        raise BadInput(f"{name} must be numbers, got {_kind(array)}")
    try:
        found = np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadInput(f"{name} must be numbers: {error}") from error
    with np.errstate(invalid="ignore"):
        far = np.abs(found) > LARGEST
        tiny = (np.abs(found) < 1 / LARGEST) & (found != 0)
    if far.any():
        place = int(np.flatnonzero(far)[0])
        raise BadInput(
            f"{name} must be finite numbers up to {LARGEST:g}, the value at position {place} is "
            f"{found.ravel()[place]:g}; leave it out or use a larger unit"
        )
    return np.where(tiny, 0.0, found) if tiny.any() else found


def finite(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Return ``values`` as floats, refusing anything that is not a finite number."""
    array = numbers(values, name)
    if np.isnan(array).any():
        first = int(np.flatnonzero(np.isnan(array))[0])
        raise BadInput(f"{name} must be finite numbers, the value at position {first} is not")
    return array


def whole_numbers(values: npt.ArrayLike, name: str) -> npt.NDArray[np.int64]:
    """Return a column of whole numbers as integers; floats pass where they are whole."""
    array = column(values, name)
    if array.dtype.kind in "iub":
        return array.astype(np.int64)
    found = finite(array, name)
    # Beyond this, neighbouring whole numbers share one floating-point number.
    if np.any((found != np.floor(found)) | (np.abs(found) > LARGEST_COUNT)):
        raise BadInput(f"{name} must be whole numbers")
    return found.astype(np.int64)


def number(value: object, name: str) -> float:
    """Return ``value`` as a float, refusing text, arrays, NaN, infinity and what cannot be squared."""
    if isinstance(value, str | bytes | complex) or np.ndim(value) != 0:  # type: ignore[arg-type]
        raise BadInput(f"{name} must be one number, got {value!r}")
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise BadInput(f"{name} must be one number: {error}") from error
    if not abs(found) <= LARGEST:
        raise BadInput(f"{name} must be a finite number up to {LARGEST:g}, got {found}")
    return found if abs(found) >= 1 / LARGEST else 0.0


def count(value: object, name: str, least: int = 0, most: int = LARGEST_COUNT) -> int:
    """Return ``value`` as a Python integer (which cannot overflow) from ``least`` to ``most``."""
    found = number(value, name)
    if found != int(found):
        raise BadInput(f"{name} must be a whole number, got {value}")
    if found < least:
        raise BadInput(f"{name} must be at least {least}, got {int(found)}")
    if found > most:
        raise BadInput(f"{name} must be at most {most}, got {int(found)}")
    return int(found)


def above_zero(value: object, name: str) -> float:
    """Return ``value``, refusing what is not above 0."""
    found = number(value, name)
    if not found > 0:
        raise BadInput(f"{name} must be above 0, got {value}")
    return found


def between(value: object, name: str, lowest: float, highest: float) -> float:
    """Return ``value``, refusing anything outside the closed interval."""
    found = number(value, name)
    if not lowest <= found <= highest:
        raise BadInput(f"{name} must lie between {_signed(lowest)} and {_signed(highest)}, got {value}")
    return found


def open_unit(value: object, name: str) -> float:
    """Return ``value``, refusing anything outside the open interval (0, 1)."""
    found = number(value, name)
    if not 0.0 < found < 1.0:
        raise BadInput(f"{name} must lie strictly between 0 and 1, got {value}")
    return found


def choice(value: str, allowed: Sequence[str], name: str) -> str:
    """Return ``value``, refusing anything not listed in ``allowed``."""
    if not isinstance(value, str) or value not in allowed:
        raise BadInput(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
    return value


def generator(seed: object) -> np.random.Generator:
    """A source of draws; the same seed gives the same draws."""
    return np.random.default_rng(count(seed, "seed"))


def beyond_rounding(square: float, values: npt.NDArray[np.float64]) -> float:
    """Return a mean square of ``values``, 0 where rounding alone explains it: 0.1 + 0.2 is not 0.3."""
    return square if square > (1e-13 * float(np.abs(values).max(initial=0.0))) ** 2 else 0.0


def _array(values: npt.ArrayLike, name: str) -> npt.NDArray[np.generic]:
    if isinstance(values, np.ma.MaskedArray):
        # What is masked is not there; np.asarray would bring it back.
        values = np.where(np.ma.getmaskarray(values), np.nan, values.data)
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise BadInput(f"{name} must be an array: {error}") from error


def _refuse_mixed(given: Sequence[object], name: str) -> None:
    """Refuse labels given as Python objects that are missing, or text beside what is none."""
    if all(issubclass(kind, str) for kind in set(map(type, given))) and "" not in given:
        return
    for position, label in enumerate(given):
        if _is_missing(label):
            raise BadInput(_missing_label(name, position))
    text = [isinstance(label, str) for label in given]
    if any(text):
        one, other = given[text.index(True)], given[text.index(False)]
        raise BadInput(f"{name} must be labels of one kind, numbers or strings: it has {one!r} and {other!r}")


def _is_missing(label: object) -> bool:
    """Whether a label is nothing: None, NaN and its like (which do not equal themselves), or empty text."""
    if label is None or label is np.ma.masked or (isinstance(label, str | bytes) and not label):
        return True
    try:
        return bool(operator.ne(label, label))
    except (TypeError, ValueError):  # the missing value of data frames cannot be compared
        return True


def _refuse_missing(absent: npt.NDArray[np.bool_], name: str) -> None:
    if absent.any():
        raise BadInput(_missing_label(name, int(np.flatnonzero(absent)[0])))


def _missing_label(name: str, position: int) -> str:
    return f"{name} must name something in every row, the label at position {position} is missing"


def _kind(array: npt.NDArray[np.generic]) -> str:
    return {"c": "complex numbers", "V": "records"}.get(array.dtype.kind, "text")


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")
