"""Which place is meant: ids as text, unique, and values looked up by id and never by position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wushan_geo.errors import ParameterError, UnknownIdError, listed, shown

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MANY = 200  # ids from which it takes longer to go through them than to remember their index


class _Known(NamedTuple):
    """Ids as an index, in both forms in which a table may have them."""

    texts: pd.Index
    """The ids as they are."""
    sound: bool
    """Whether each is a text with something in it, and none there twice."""
    numbers: NDArray[np.int64] | None
    """The same as whole numbers, where each is one that is written as its text."""


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
        If a single text or what holds nothing is given instead of several ids, or an id is neither
        a text nor a whole number (floats and booleans are refused, for 5.0 and True are no names of
        a place).
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
    if not hasattr(values, "__iter__"):
        message = (
            f"{what} must be several ids, such as a list of texts. Got {shown(values)} instead."
        )
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
    text = shown(value)
    # What stands for a number, such as NaN, is told by its type too.
    kind = f" ({type(value).__name__})" if text == repr(value) else ""
    message = (
        f"{what} must have ids that are texts or whole numbers. Got {text}{kind} instead. Read the "
        "id column as text."
    )
    raise ParameterError(message)


def index_of(ids: Sequence[str]) -> pd.Index:
    """Give ids as the index of a result.

    Parameters
    ----------
    ids
        Ids as text.

    Returns
    -------
    Index
        Of text, in the order given. It is the caller's own as far as its name goes; the texts of
        many ids are made once and shared by all results under the same ids.

    Raises
    ------
    TypeError
        If an id is no text.

    Examples
    --------
    >>> index_of(("A", "B")).tolist()
    ['A', 'B']
    """
    if len(ids) >= MANY:
        return _known(tuple(ids)).texts.view()
    import pandas as pd

    return pd.Index(tuple(ids), dtype="str")


def ids_of(values: Any, what: str) -> tuple[str, ...]:
    """Give the ids that a Series or mapping has values for.

    Parameters
    ----------
    values
        Series (index = ids) or mapping from id to value.
    what
        What the values are, for the message.

    Returns
    -------
    tuple of str
        The ids as text, in the order given.

    Raises
    ------
    ParameterError
        If it is neither a Series nor a mapping, or an id is no id.
    UnknownIdError
        If an id is there twice.

    Examples
    --------
    >>> ids_of({5: 1.0, "b": 2.0}, "values")
    ('5', 'b')
    """
    return id_texts(_named(values, what)[0], what)


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
    given, raw = _named(values, what)
    if _as_known(given, ids):
        return _numbers(raw, what)
    names, numbers = id_texts(given, what), _numbers(raw, what)
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


def _named(values: Any, what: str) -> tuple[Any, Any]:
    """Split a Series or mapping into ids and values."""
    if isinstance(values, Mapping):
        return list(values.keys()), list(values.values())
    series = (
        hasattr(values, "index") and hasattr(values, "to_numpy") and not isinstance(values, type)
    )
    if series and values.ndim == 1:
        return values.index, values
    message = (
        f"{what} must be a Series with the ids as index, or a mapping from id to value. "
        f"Got {shown(values)} instead."
    )
    raise ParameterError(message)


def _as_known(given: Any, ids: Sequence[str]) -> bool:
    """Say whether an index holds just these ids in this order, without going through them.

    False where that is not seen at once; ids that are repeated or empty are never as known, so that
    going through them says what is wrong.
    """
    kind = getattr(given, "dtype", None)
    if kind is None or len(given) != len(ids) or len(ids) < MANY:
        return False
    known = _known(tuple(ids))
    if not known.sound:
        return False
    if kind == known.texts.dtype:
        return bool(given.equals(known.texts))
    if known.numbers is None or getattr(kind, "kind", "") != "i" or not isinstance(kind, np.dtype):
        return False
    return np.array_equal(given.to_numpy(), known.numbers)


@lru_cache(maxsize=8)
def _known(ids: tuple[str, ...]) -> _Known:
    """Remember what ids look like as an index: the same matrix is measured on again and again."""
    import pandas as pd

    texts = pd.Index(ids, dtype="str")
    sound = set(map(type, ids)) == {str} and all(map(str.strip, ids)) and texts.is_unique
    try:
        numbers = np.array([int(one) for one in ids], dtype=np.int64)
    except (ValueError, OverflowError):
        return _Known(texts, sound, None)
    as_written = tuple(map(str, numbers.tolist())) == ids
    return _Known(texts, sound, numbers if as_written else None)


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
