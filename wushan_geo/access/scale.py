"""What changes between village and township: the same result at both, and where the verdict flips.

A township judged by one figure, its seat's minutes or the mean of its villages, may pass while
half of its persons are too far, or fail while nearly all are near. A village inherits that figure
on every map of townships. Both levels stand side by side here, with the units whose verdict
depends on the level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from wushan_geo.access.arguments import above_zero, one_of
from wushan_geo.access.equity import labels_of, same_ids
from wushan_geo.errors import ParameterError, listed
from wushan_geo.travel.ids import align, align_counts, ids_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Values = pd.Series | Mapping[str, float]
    Labels = pd.Series | Mapping[str, str]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["Rule", "ScaleFlips", "flips"]

Worse = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class Rule:
    """When a place, and when a township, counts as covered.

    Examples
    --------
    >>> Rule(line=30, worse="high", share=0.8)
    Rule(line=30, worse='high', share=0.8)
    """

    line: float
    """Value that is just enough, above 0; exactly at the line is covered."""
    worse: Worse
    """``"high"``: more is worse, as for minutes. ``"low"``: as for places per person."""
    share: float
    """Share of a township's persons that must be covered, above 0 and at most 1; exactly this
    share is enough."""

    def __post_init__(self) -> None:
        """Refuse what is no rule."""
        for value, what in ((self.line, "line"), (self.share, "share")):
            above_zero(value, what)
        if self.share > 1:
            message = f"share must be at most 1. Got {self.share!r} instead."
            raise ParameterError(message)
        one_of(self.worse, get_args(Worse), "worse")


@dataclass(frozen=True, slots=True, eq=False)
class ScaleFlips:
    """Verdicts at both levels, and how many differ."""

    townships: pd.DataFrame
    """By township: ``places``, ``persons``, ``places_covered``, ``persons_covered``,
    ``places_unknown``, ``persons_unknown``, ``place_share``, ``person_share`` (of all, unknown
    ones included); ``value`` (its one figure), ``as_one`` (verdict by that figure), ``by_villages``
    (verdict by the share of persons), ``flips``, and ``places_otherwise``, ``persons_otherwise``
    (whose own verdict is the opposite of the township's). Verdicts are missing where unknown."""
    villages: pd.DataFrame
    """By village: ``township``, ``value``, ``persons``, ``covered`` (its own verdict),
    ``township_covered`` (the one it inherits) and ``flips``; missing where unknown."""
    flipped_townships: tuple[str, ...]
    """Townships whose verdict depends on the level."""
    places_otherwise: int
    """Villages whose own verdict is the opposite of their township's."""
    persons_otherwise: float
    """Persons who live there."""


def flips(
    values: Values,
    persons: Values,
    parents: Labels,
    *,
    rule: Rule,
    seats: Values | None = None,
) -> ScaleFlips:
    """Judge each township by one figure and by its villages, and say where the two differ.

    By one figure: the township is covered if its value meets the line. By its villages: if the
    persons of covered villages are at least ``rule.share`` of its persons. What is not known makes
    a verdict unknown only where it decides.

    Parameters
    ----------
    values
        Access by village, at least 0; infinite where nothing can be reached, NaN where not known.
    persons
        Persons by village, at least 0; the same ids.
    parents
        Township of each village; the same ids.
    rule
        Line, direction and share.
    seats
        The one figure of each township, such as its seat's minutes: infinite where nothing can be
        reached, NaN where not known. Without it, the mean of its persons' values, which is
        infinite where some of them can reach nothing and more is worse.

    Returns
    -------
    ScaleFlips
        Tables by township (in the order of their ids) and by village (in the order of `values`),
        and what differs. A township without persons has no verdict by its villages.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a value is negative, infinite where less is worse, a count is NaN, infinite or negative,
        or a village has no township.

    Examples
    --------
    >>> found = flips(
    ...     {"a": 10, "b": 45, "c": 50}, {"a": 20, "b": 30, "c": 50},
    ...     {"a": "t", "b": "t", "c": "t"},
    ...     rule=Rule(line=30, worse="high", share=0.5), seats={"t": 10},
    ... )
    >>> found.flipped_townships, found.places_otherwise, found.persons_otherwise
    (('t',), 2, 80.0)
    """
    given = ids_of(values, "values")
    ids = tuple(sorted(given))  # so that no rounding depends on the order of the rows
    same_ids(ids, persons, "persons")
    numbers, counts = align(values, ids, "values"), align_counts(persons, ids, "persons")
    _checked(ids, numbers, rule, "values")
    labels = labels_of(parents, ids, "parents")
    names, at = np.unique(np.array(labels, dtype=object), return_inverse=True)
    townships = tuple(names.tolist())
    unknown = np.isnan(numbers)
    covered = _meets(numbers, rule)
    table = _counted(at, counts, covered, unknown, townships)
    figures = _means(at, numbers, counts, len(townships))
    if seats is not None:
        same_ids(townships, seats, "seats")
        figures = align(seats, townships, "seats")
        _checked(townships, figures, rule, "seats")
    one, one_known = _meets(figures, rule), ~np.isnan(figures)
    table["value"] = figures
    table["as_one"] = _verdict(one, one_known)
    share, known = _by_villages(table, rule.share)
    table["by_villages"] = _verdict(share, known)
    table["flips"] = _verdict(one != share, one_known & known)
    other = (covered != one[at]) & ~unknown & one_known[at]
    table["places_otherwise"] = np.bincount(at, other, len(townships)).astype(np.int64)
    table["persons_otherwise"] = np.bincount(at, other * counts, len(townships))
    villages = pd.DataFrame(
        {
            "township": pd.array(labels, dtype="str"),
            "value": numbers,
            "persons": counts,
            "covered": _verdict(covered, ~unknown),
            "township_covered": _verdict(one[at], one_known[at]),
            "flips": _verdict(covered != one[at], ~unknown & one_known[at]),
        },
        index=pd.Index(ids, dtype="str"),
    )
    return ScaleFlips(
        townships=table,
        villages=villages.loc[list(given)],
        flipped_townships=tuple(table.index[table["flips"].fillna(value=False)]),
        places_otherwise=int(other.sum()),
        persons_otherwise=float(table["persons_otherwise"].sum()),
    )


def _meets(numbers: Floats, rule: Rule) -> Flags:
    """Tell which values meet the line; what is not known does not, and is told apart elsewhere."""
    return numbers <= rule.line if rule.worse == "high" else numbers >= rule.line


def _counted(
    at: NDArray[np.intp], counts: Floats, covered: Flags, unknown: Flags, names: tuple[str, ...]
) -> pd.DataFrame:
    """Count villages and persons of each township, side by side."""
    size = len(names)
    table = pd.DataFrame(index=pd.Index(names, dtype="str"))
    for end, flags in (("", np.ones_like(covered)), ("_covered", covered), ("_unknown", unknown)):
        table[f"places{end}"] = np.bincount(at, flags, size).astype(np.int64)
        table[f"persons{end}"] = np.bincount(at, flags * counts, size)
    for unit in ("place", "person"):
        whole = table[f"{unit}s"].to_numpy(dtype=np.float64)
        part = table[f"{unit}s_covered"].to_numpy(dtype=np.float64)
        table[f"{unit}_share"] = np.divide(part, whole, out=np.full(size, np.nan), where=whole > 0)
    return table


def _by_villages(table: pd.DataFrame, share: float) -> tuple[Flags, Flags]:
    """Judge by the share of persons; unknown where those not known could turn it, or of nobody."""
    persons = table["persons"].to_numpy()
    sure = table["persons_covered"].to_numpy()
    most = sure + table["persons_unknown"].to_numpy()
    some = persons > 0
    at_least, at_most = (
        np.divide(part, persons, out=np.zeros(len(persons)), where=some) >= share
        for part in (sure, most)
    )
    return at_least, some & (at_least == at_most)


def _means(at: NDArray[np.intp], numbers: Floats, counts: Floats, size: int) -> Floats:
    """Give the mean of each township's persons; NaN of nobody, and where not known."""
    # Where nobody lives the value counts for nothing, infinite or not known as it may be.
    each = np.multiply(numbers, counts, out=np.zeros_like(counts), where=counts > 0)
    persons, amount = np.bincount(at, counts, size), np.bincount(at, each, size)
    return np.asarray(np.divide(amount, persons, out=np.full(size, np.nan), where=persons > 0))


def _verdict(flags: Flags, known: Flags) -> Any:
    """Give verdicts that are missing where they are not known."""
    return pd.arrays.BooleanArray(flags & known, ~known)


def _checked(ids: tuple[str, ...], numbers: Floats, rule: Rule, what: str) -> None:
    """Refuse values that cannot be; NaN is not known, and more than all where more is worse."""
    wrong = numbers < 0
    if rule.worse == "low":
        wrong |= np.isinf(numbers)
    if wrong.any():
        names = listed(one for one, bad in zip(ids, wrong, strict=True) if bad)
        message = f"{what} must be at least 0, and infinite only where more is worse: not {names}."
        raise ParameterError(message)
