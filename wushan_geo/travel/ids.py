"""Which place is meant: ids as text, unique, and values looked up by id and never by position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import ParameterError, UnknownIdError, listed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def id_texts(values: Iterable[Any], what: str) -> tuple[str, ...]:
    """Write ids as text and make sure that each stands there once.

    Parameters
    ----------
    values
        Texts or whole numbers (5 is ``"5"``), such as a list, an Index or a Series.
    what
        What the ids name, for the message, such as ``"origins"``.

    Returns
    -------
    tuple of str
        The ids in the order given.

    Raises
    ------
    ParameterError
        If a single text is given instead of several ids, or an id is neither a text nor a whole
        number (floats and booleans are refused, for 5.0 and True are no names of a place).
    UnknownIdError
        If an id is there twice.

    Examples
    --------
    >>> id_texts([5, "A"], "origins")
    ('5', 'A')
    """
    if isinstance(values, (str, bytes)):
        message = f"{what} must be several ids, not the single text {values!r}. Use [{values!r}]."
        raise ParameterError(message)
    given = _listed(values)
    texts = _plain_texts(given) or tuple(id_text(one, what) for one in given)
    if len(set(texts)) < len(texts):
        message = f"{what} has ids more than once: {listed(_repeated(texts))}. Keep one of each."
        raise UnknownIdError(message)
    return texts


def id_text(value: Any, what: str) -> str:
    """Write one id as text.

    Parameters
    ----------
    value
        A text or a whole number.
    what
        What the id names, for the message.

    Returns
    -------
    str
        The id.

    Raises
    ------
    ParameterError
        If it is neither a text nor a whole number, or an empty text.

    Examples
    --------
    >>> id_text(5, "origins")
    '5'
    """
    if isinstance(value, str) and value.strip():
        return str(value)
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return str(int(value))
    message = (
        f"{what} must have ids that are texts or whole numbers. Got {value!r} "
        f"({type(value).__name__}) instead. Read the id column as text."
    )
    raise ParameterError(message)


def positions(wanted: Sequence[str], ids: Sequence[str], what: str) -> NDArray[np.intp]:
    """Find where ids stand in a list of ids.

    Parameters
    ----------
    wanted
        Ids to look up, as text.
    ids
        The ids that exist, unique.
    what
        What the ids name, for the message.

    Returns
    -------
    numpy.ndarray
        One position in `ids` for each of `wanted`.

    Raises
    ------
    UnknownIdError
        If an id does not exist; all such ids are named.

    Examples
    --------
    >>> positions(["B"], ["A", "B"], "origins").tolist()
    [1]
    """
    place = {one: at for at, one in enumerate(ids)}
    unknown = [one for one in wanted if one not in place]
    if unknown:
        message = f"{what} has no {listed(unknown)}. Known ids: {listed(ids)}."
        raise UnknownIdError(message)
    return np.array([place[one] for one in wanted], dtype=np.intp)


def align(
    values: pd.Series[Any] | Mapping[Any, float], ids: Sequence[str], what: str
) -> NDArray[np.float64]:
    """Put values in the order of ids, by id.

    Every id must have a value and every value an id: a place that one side does not know is a
    mistake in the data, and dropping it silently would change the result.

    Parameters
    ----------
    values
        Series (index = ids) or mapping from id to number.
    ids
        The ids to follow, as text, unique.
    what
        What the values are, for the message, such as ``"persons"``.

    Returns
    -------
    numpy.ndarray
        Float, one value for each id, in the order of `ids`. NaN (no data) is handed through.

    Raises
    ------
    UnknownIdError
        If ids are missing, unknown or there twice; all of them are named.
    ParameterError
        If `values` is not a Series or mapping, or holds something other than numbers.

    Examples
    --------
    >>> align({"B": 3, "A": 2}, ("A", "B"), "persons").tolist()
    [2.0, 3.0]
    """
    names, numbers = _named_numbers(values, what)
    if names == tuple(ids):
        return numbers
    place = {one: at for at, one in enumerate(names)}
    known = set(ids)
    faults = []
    missing = [one for one in ids if one not in place]
    if missing:
        faults.append(f"{what} is missing for {listed(missing)}")
    extra = [one for one in names if one not in known]
    if extra:
        faults.append(f"{what} has values for ids that are not in the matrix: {listed(extra)}")
    if faults:
        message = "; ".join(faults) + ". Give one value for each id."
        raise UnknownIdError(message)
    return numbers[list(map(place.__getitem__, ids))] if ids else np.empty(0)


def align_counts(
    values: pd.Series[Any] | Mapping[Any, float], ids: Sequence[str], what: str
) -> NDArray[np.float64]:
    """Put counts in the order of ids, by id, and refuse what is no count.

    Parameters
    ----------
    values
        Series (index = ids) or mapping from id to a count of at least 0.
    ids
        The ids to follow, as text, unique.
    what
        What the counts are, for the message.

    Returns
    -------
    numpy.ndarray
        Float, finite and not negative, in the order of `ids`. Fractions are allowed.

    Raises
    ------
    UnknownIdError
        If ids are missing, unknown or there twice.
    ParameterError
        If a count is NaN (no data is not zero), negative or infinite; the ids are named.

    Examples
    --------
    >>> align_counts({"A": 2}, ("A",), "persons").tolist()
    [2.0]
    """
    numbers = align(values, ids, what)
    for wrong, text in (
        (np.isnan(numbers), "is not known (NaN) for {}. No data is not zero: leave these out"),
        (np.isinf(numbers), "is infinite for {}. Give a number"),
        (numbers < 0, "is negative for {}. Give 0 or more"),
    ):
        if wrong.any():
            names = listed(one for one, bad in zip(ids, wrong, strict=True) if bad)
            message = f"{what} " + text.format(names) + "."
            raise ParameterError(message)
    return numbers


def _named_numbers(values: Any, what: str) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Split a Series or mapping into ids and numbers."""
    if isinstance(values, Mapping):
        names, raw = list(values.keys()), list(values.values())
    elif hasattr(values, "index") and hasattr(values, "to_numpy") and values.ndim == 1:
        names, raw = values.index, values
    else:
        message = (
            f"{what} must be a Series with the ids as index, or a mapping from id to number. "
            f"Got {type(values).__name__} instead."
        )
        raise ParameterError(message)
    return id_texts(names, what), _numbers(raw, what)


def _numbers(raw: Any, what: str) -> NDArray[np.float64]:
    """Read numbers into an array of their own; many at once where all are plain numbers."""
    kind = getattr(raw, "dtype", None)
    if isinstance(kind, np.dtype) and kind.kind in "iuf":
        return np.array(raw, dtype=np.float64)
    one_by_one = not isinstance(raw, list) or not set(map(type, raw)) <= {int, float}
    return np.array([_number(one, what) for one in raw] if one_by_one else raw, dtype=np.float64)


def _listed(values: Iterable[Any]) -> list[Any]:
    """List ids; those of numpy and pandas all at once, since one by one takes far longer."""
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if isinstance(values, np.ndarray) and values.dtype.kind in "biufO":
        plain: list[Any] = values.tolist()
        return plain
    return list(values)


def _plain_texts(given: list[Any]) -> tuple[str, ...]:
    """Write ids as text if all are plain texts or all plain whole numbers; else give none."""
    kinds = set(map(type, given))
    if kinds == {str} and all(map(str.strip, given)):
        return tuple(given)
    return tuple(map(str, given)) if kinds == {int} else ()


def _number(value: Any, what: str) -> float:
    """Read one number; a missing value is NaN."""
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return float(value)
    # pandas.NA says so by its class name; importing pandas for it would cost every caller.
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return float("nan")
    message = f"{what} must be numbers. Got {value!r} ({type(value).__name__}) instead."
    raise ParameterError(message)


def _repeated(texts: Sequence[str]) -> list[str]:
    """Give the ids that stand there more than once, in order of appearance."""
    seen: set[str] = set()
    again: dict[str, None] = {}
    for one in texts:
        if one in seen:
            again[one] = None
        seen.add(one)
    return list(again)
