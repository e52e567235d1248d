"""What a measure's numbers mean: unit, parameters and a plain reading travel with the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.travel.ids import index_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

PLACES_PER_PERSON = "places per person"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What stands beside the numbers of one measure."""

    measure: str
    """Name of the measure, such as ``"e2sfca"``."""
    unit: str
    """Unit of each number, such as ``"places per person"``."""
    parameters: str
    """Every parameter with its value, such as ``"decay=binary, 30; unit=min"``."""
    conserves_supply: bool | None = None
    """True where the sum of value x persons is the supply that anyone reaches; False where a
    part of it is lost by design; None where the question has no sense."""
    are_costs: bool = False
    """Whether the numbers are costs: 0 is then near by, and infinity is what nobody reaches."""


def described(values: NDArray[np.float64], ids: Sequence[str], meaning: Meaning) -> pd.Series:
    """Put numbers under their ids, with what they mean in ``attrs``.

    Parameters
    ----------
    values
        One number for each id.
    ids
        Ids as text.
    meaning
        What the numbers mean.

    Returns
    -------
    Series
        Float, by id, named after the measure. ``attrs``: ``measure``, ``unit``, ``parameters``,
        ``conserves_supply`` and ``reading``, a sentence on the middle of the values.

    Raises
    ------
    ValueError
        If there are not as many numbers as ids.

    Examples
    --------
    >>> meaning = Meaning("2sfca", PLACES_PER_PERSON, "decay=binary, 30; unit=min", True)
    >>> found = described(np.array([0.05, 0.02, 0.025]), ("a", "b", "c"), meaning)
    >>> found.attrs["reading"]
    'middle place: 1 place per 40 persons; 0 of 3 places have none'
    """
    numbers = np.asarray(values, dtype=np.float64)
    series = pd.Series(numbers, index=index_of(ids), name=meaning.measure)
    series.attrs = attributes(numbers, meaning)
    return series


def attributes(values: NDArray[np.float64], meaning: Meaning) -> dict[Hashable | None, Any]:
    """Give what stands beside the numbers of one measure, for the ``attrs`` of a table.

    Parameters
    ----------
    values
        The numbers that are read; NaN is not known.
    meaning
        What they mean.

    Returns
    -------
    dict
        ``measure``, ``unit``, ``parameters``, ``conserves_supply`` and ``reading``, a sentence on
        the middle of the values.

    Raises
    ------
    TypeError
        If the values are no numbers.

    Examples
    --------
    >>> meaning = Meaning("nearest_facility", "min", "rank=1; unit=min", are_costs=True)
    >>> attributes(np.array([0.0, 12.0, np.inf]), meaning)["reading"]
    'middle place: 12 min; 1 of 3 places reach none'
    """
    sentence = _costs_sentence if meaning.are_costs else _sentence
    return {
        "measure": meaning.measure,
        "unit": meaning.unit,
        "parameters": meaning.parameters,
        "conserves_supply": meaning.conserves_supply,
        "reading": sentence(values, meaning.unit),
    }


def reading(value: float, unit: str) -> str:
    """Say one value in plain words.

    Parameters
    ----------
    value
        The value; NaN is not known, infinity cannot be reached.
    unit
        Its unit. Places per person are turned over: 0.05 is 1 place per 20 persons.

    Returns
    -------
    str
        The value in words.

    Raises
    ------
    TypeError
        If the value is no number.

    Examples
    --------
    >>> reading(0.0263, PLACES_PER_PERSON)
    '1 place per 38 persons'
    >>> reading(2.5, PLACES_PER_PERSON)
    '2.5 places per person'
    >>> reading(12.0, "min")
    '12 min'
    """
    if np.isnan(value):
        return "not known"
    if np.isinf(value):
        return "unreachable"
    if unit != PLACES_PER_PERSON:
        return f"{value:.3g} {unit}"
    if value <= 0:
        return "no place"
    return f"1 place per {1 / value:.3g} persons" if value < 1 else f"{value:.3g} places per person"


def _costs_sentence(values: NDArray[np.float64], unit: str) -> str:
    """Say the middle cost, infinite ones being the largest, and how many reach none."""
    known = values[~np.isnan(values)]
    if not known.size:
        return "no place has a value"
    half = np.sort(known)[(known.size - 1) // 2 : known.size // 2 + 1]
    middle = reading(float(half.mean()), unit)
    return (
        f"middle place: {middle}; {int(np.isinf(known).sum())} of {values.size} places reach none"
    )


def _sentence(values: NDArray[np.float64], unit: str) -> str:
    """Say the middle value and how many have none."""
    known = values[np.isfinite(values)]
    if not known.size:
        return "no place has a value"
    middle = reading(float(np.median(known)), unit)
    return f"middle place: {middle}; {int((known == 0).sum())} of {values.size} places have none"
