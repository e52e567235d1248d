"""How evenly access is spread over persons, and who has less of it.

Every measure is weighted by persons: a village of forty counts forty times a village of one, and
nobody lives in a village of none. Values and persons are looked up by id, in any order. A value
must be known, finite and at least 0; :func:`reachable_part` sets apart the places that cannot be
reached, whose minutes are infinite, and counts them. Where nobody lives at all a measure is NaN;
where all have the same, nothing included, there is no inequality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from wushan_geo.access.arguments import above_zero, finite, is_whole, one_of
from wushan_geo.errors import ParameterError, UnknownIdError, listed, shortened, shown
from wushan_geo.travel.ids import align, align_counts, id_text, id_texts, ids_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Values = pd.Series | Mapping[str, float]
    Labels = pd.Series | Mapping[str, str]
    Floats = NDArray[np.float64]

__all__ = [
    "Reachable",
    "Theil",
    "access_poverty",
    "atkinson",
    "by_class",
    "concentration_index",
    "gini",
    "group_gaps",
    "lorenz",
    "palma_ratio",
    "reachable_part",
    "theil",
]

Kind = Literal["standard", "erreygers"]
Worse = Literal["low", "high"]
NAN = float("nan")
SAME = 1e-12  # shares of persons that differ by less are the same: sums are rounded
POOREST, RICHEST = 0.4, 0.1  # shares of persons that the Palma ratio compares
ORDERS = (0, 1, 2)
GAPS = ("mean", "median", "person_share")


@dataclass(frozen=True, slots=True, eq=False)
class Theil:
    """Theil's two measures, and how much of each lies between groups."""

    t: float
    """Theil T: each person's share of the value weighs; at least 0, at most ln(persons)."""
    l: float  # noqa: E741 -- the measure is called L
    """Theil L (mean log deviation): each person weighs the same; infinite where somebody has
    nothing and others have something."""
    t_between: float | None = None
    """Part of T that would be left if all within a group had the same; None without groups."""
    t_within: float | None = None
    """Part of T inside the groups; between + within = T. None without groups."""
    l_between: float | None = None
    """Part of L between groups; infinite where a group has nothing. None without groups."""
    l_within: float | None = None
    """Part of L inside the groups; between + within = L. None without groups."""
    groups: pd.DataFrame | None = None
    """By group: ``persons``, ``person_share``, ``value_share``, ``mean``, ``t``, ``l`` (inside the
    group alone) and what it adds to each part: ``t_between``, ``t_within``, ``l_between``,
    ``l_within``. What a group adds between may be below 0. None without groups."""


@dataclass(frozen=True, slots=True, eq=False)
class Reachable:
    """The places with a finite cost, and how many places and persons are left out."""

    costs: pd.Series
    """Finite costs by id, ids in order."""
    persons: pd.Series
    """Persons by the same ids."""
    unreachable_places: int
    """Places whose cost is infinite."""
    unreachable_persons: float
    """Persons there."""
    unreachable_share: float
    """Share of all persons who live there, 0 to 1; NaN if there is nobody at all."""


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """Values of places where somebody lives; shares of persons add up to 1."""

    levels: Floats
    shares: Floats
    relative: Floats
    """Level over the mean of all persons; 1 where all have the same, nothing included."""
    lives: NDArray[np.bool_]
    """Which of all places these are."""


def gini(values: Values, persons: Values) -> float:
    """Measure inequality between persons by the Gini coefficient.

    G = sum over pairs of persons of |x_a - x_b|, over 2 n^2 mean (Gini 1912), computed as
    2 cov(x, rank) / mean, where the rank is each person's fractional rank by x.

    Parameters
    ----------
    values
        Access by place, at least 0, such as places per person.
    persons
        Persons by place, at least 0; the same ids.

    Returns
    -------
    float
        0 (all the same) to 1 (one person of many has everything); NaN if there is nobody.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a value or a count is NaN, infinite or negative.

    Examples
    --------
    >>> round(gini({"a": 1, "b": 2, "c": 3, "d": 4}, {"a": 4, "b": 3, "c": 2, "d": 1}), 10)
    0.27
    """
    spread = _spread(values, persons)
    if spread is None:
        return NAN
    return min(1.0, max(0.0, _concentration(spread, spread.levels)))


def lorenz(values: Values, persons: Values) -> pd.DataFrame:
    """Draw the Lorenz curve: which share of the persons, poorest first, has which share of all.

    Places with the same value are one step (Lorenz 1905).

    Parameters
    ----------
    values
        Access by place, at least 0.
    persons
        Persons by place, at least 0; the same ids.

    Returns
    -------
    DataFrame
        One row for each distinct value, rising, after a row at 0, 0. Columns: ``value`` (NaN in
        the first row), ``person_share`` and ``value_share`` (cumulative, 0 to 1; where nobody has
        anything the curve is the line of equality). Only the first row if there is nobody.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a value or a count is NaN, infinite or negative.

    Examples
    --------
    >>> lorenz({"a": 1, "b": 3}, {"a": 3, "b": 1})
       value  person_share  value_share
    0    NaN          0.00          0.0
    1    1.0          0.75          0.5
    2    3.0          1.00          1.0
    """
    spread = _spread(values, persons)
    steps = np.empty(0)
    persons_up, value_up = steps, steps
    if spread is not None:
        steps, at = np.unique(spread.levels, return_inverse=True)
        persons_up = _up_to_one(_sums(at, spread.shares, len(steps)))
        value_up = _up_to_one(_sums(at, spread.shares * spread.relative, len(steps)))
    return pd.DataFrame(
        {
            "value": np.concatenate(([NAN], steps)),
            "person_share": np.concatenate(([0.0], persons_up)),
            "value_share": np.concatenate(([0.0], value_up)),
        }
    )


def palma_ratio(values: Values, persons: Values) -> float:
    """Compare the tenth of persons with the most access with the four tenths with the least.

    Share of all access held by the top 10 % over the share held by the bottom 40 % (Palma 2011).
    Persons of one place are split where a cut falls among them.

    Parameters
    ----------
    values
        Access by place, at least 0; more must be better.
    persons
        Persons by place, at least 0; the same ids.

    Returns
    -------
    float
        0.25 if all have the same; infinite if the bottom has nothing and the top something; NaN
        if there is nobody.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a value or a count is NaN, infinite or negative.

    Examples
    --------
    >>> palma_ratio({"a": 1, "b": 2}, {"a": 4, "b": 6})
    0.5
    """
    curve = lorenz(values, persons)
    if len(curve) == 1:
        return NAN
    across, up = curve["person_share"].to_numpy(), curve["value_share"].to_numpy()
    # A place that ends at the cut ends there exactly: a rounding must not let the next one in.
    across = np.where(np.abs(across - POOREST) < SAME, POOREST, across)
    bottom = float(np.interp(POOREST, across, up))
    top = 1.0 - float(np.interp(1.0 - RICHEST, across, up))
    return top / bottom if bottom > 0 else float("inf")


def theil(values: Values, persons: Values, groups: Labels | None = None) -> Theil:
    """Measure inequality by Theil's T and L, and split it into between and within groups.

    With y = x / mean and p the shares of persons, T = sum p y ln y and L = -sum p ln y (Theil
    1967). With a group's share s of all value and p of all persons, T between is sum s ln(s / p)
    and T within the sum of s T_g; L between is sum p ln(p / s) and L within the sum of p L_g.

    Parameters
    ----------
    values
        Access by place, at least 0. 0 ln 0 counts as 0 in T; in L a person with nothing, where
        others have something, makes it infinite.
    persons
        Persons by place, at least 0; the same ids.
    groups
        Group of each place, such as its township; every place is in one group. Without it nothing
        is split.

    Returns
    -------
    Theil
        T and L, at least 0; the parts and a table by group if there are groups. NaN if there is
        nobody; a group without persons has the mean NaN and adds 0.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a value or a count is NaN, infinite or negative, or a place has no group.

    Examples
    --------
    >>> halves = theil({"a": 0, "b": 10}, {"a": 3, "b": 3}, {"a": "upland", "b": "lowland"})
    >>> round(halves.t, 6), round(halves.t_between, 6), halves.t_within, halves.l
    (0.693147, 0.693147, 0.0, inf)
    """
    ids, numbers, counts = paired(values, persons)
    spread = _spread_of(numbers, counts)
    t, low = (NAN, NAN) if spread is None else _t_and_l(spread.shares, spread.relative)
    if groups is None:
        return Theil(t, low)
    table = _by_group(numbers, counts, labels_of(groups, ids, "groups"))
    parts = ["t_between", "t_within", "l_between", "l_within"]
    if spread is None:
        return Theil(t, low, NAN, NAN, NAN, NAN, table)
    # Each part is at least 0; a sum of contributions may miss that by a rounding.
    between_t, within_t, between_l, within_l = (max(0.0, float(table[one].sum())) for one in parts)
    return Theil(t, low, between_t, within_t, between_l, within_l, table)


def atkinson(values: Values, persons: Values, epsilon: float) -> float:
    """Measure which share of all access could be given up if it were spread evenly.

    A = 1 - (sum p y^(1 - e))^(1 / (1 - e)), and 1 - exp(sum p ln y) for e = 1, with y = x / mean
    (Atkinson 1970).

    Parameters
    ----------
    values
        Access by place, at least 0; more must be better.
    persons
        Persons by place, at least 0; the same ids.
    epsilon
        Aversion to inequality, above 0: the larger, the more those with least access weigh.

    Returns
    -------
    float
        0 (all the same) to 1; 1 where `epsilon` is 1 or more and somebody has nothing while others
        have something; NaN if there is nobody.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a value or a count is NaN, infinite or negative, or `epsilon` is not above 0.

    Examples
    --------
    >>> values, persons = {"a": 1, "b": 2, "c": 3, "d": 4}, {"a": 4, "b": 3, "c": 2, "d": 1}
    >>> round(atkinson(values, persons, 1), 10), round(atkinson(values, persons, 0.5), 10)
    (0.1191352051, 0.0606260773)
    """
    aversion = above_zero(epsilon, "epsilon")
    spread = _spread(values, persons)
    if spread is None:
        return NAN
    if aversion >= 1 and not spread.relative.all():
        return 1.0
    with np.errstate(divide="ignore"):
        logs = np.log(spread.relative)
    if aversion == 1:
        level = float(spread.shares @ logs)
    else:
        # In logarithms and from the largest term down, so that neither a large epsilon nor one
        # close to 1 loses digits.
        powers = (1.0 - aversion) * logs
        largest = float(powers.max())
        rest = float(np.log1p(spread.shares @ np.expm1(powers - largest)))
        level = (largest + rest) / (1.0 - aversion)
    return min(1.0, max(0.0, -float(np.expm1(level))))


def concentration_index(
    values: Values,
    persons: Values,
    rank_by: Values,
    kind: Kind,
    *,
    lower: float | None = None,
    upper: float | None = None,
) -> float:
    """Measure whether access lies with those who rank high or low by something else.

    C = 2 cov(x, rank) / mean, with each person's fractional rank by `rank_by`, lowest first, ties
    at their mean rank (Wagstaff, Paci & van Doorslaer 1991). The kind ``"erreygers"``, for a value
    with bounds, is 4 mean C / (upper - lower) (Erreygers 2009): it is the same, with the other
    sign, for what is reached and for what is missed.

    Parameters
    ----------
    values
        Access by place, at least 0.
    persons
        Persons by place, at least 0; the same ids.
    rank_by
        What persons are ranked by, such as income or altitude; the same ids. May be negative.
    kind
        ``"standard"`` or ``"erreygers"``.
    lower, upper
        Bounds of the value, for the kind ``"erreygers"`` only. Without both the value is taken to
        be a share, or yes and no, whose bounds are 0 and 1; a value outside them is refused.

    Returns
    -------
    float
        Above 0 if those who rank high have more; between -1 and 1. Ranked by the value itself the
        standard kind is the Gini. NaN if there is nobody.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a value or a count is NaN, infinite or negative, a rank is NaN or infinite, the kind has
        another name, or the bounds do not fit the kind or the values.

    Examples
    --------
    >>> values, persons = {"a": 1, "b": 2, "c": 3, "d": 4}, {"a": 4, "b": 3, "c": 2, "d": 1}
    >>> height = {"a": 900, "b": 700, "c": 500, "d": 300}
    >>> round(concentration_index(values, persons, height, "standard"), 10)
    -0.27
    >>> share = {"a": 0.0, "b": 0.5, "c": 1.0, "d": 1.0}
    >>> index = concentration_index(share, persons, height, "erreygers", lower=0, upper=1)
    >>> round(index, 10)
    -0.9
    """
    one_of(kind, get_args(Kind), "kind")
    ids, numbers, counts = paired(values, persons)
    same_ids(ids, rank_by, "rank_by")
    ranks = align(rank_by, ids, "rank_by")
    unknown = [one for one, rank in zip(ids, ranks, strict=True) if not np.isfinite(rank)]
    if unknown:
        message = f"rank_by must be known and finite. It is not for {listed(unknown)}."
        raise ParameterError(message)
    width = _width(numbers, kind, lower, upper)
    spread = _spread_of(numbers, counts)
    if spread is None:
        return NAN
    index = min(1.0, max(-1.0, _concentration(spread, ranks[spread.lives])))
    if width is None:
        return index
    return 4.0 * float(spread.shares @ spread.levels) * index / width


def access_poverty(
    values: Values, persons: Values, line: float, order: int, *, worse: Worse = "low"
) -> float:
    """Measure how many persons fall short of a line, how far, and how badly the worst off.

    P = sum p ((line - x) / line)^order over those beyond the line (Foster, Greer & Thorbecke
    1984). A place exactly at the line is not poor, as a place exactly at a limit is covered.

    Where minutes are infinite, measure the :func:`reachable_part` and add the rest by hand:
    for order 0, P x (1 - unreachable_share) + unreachable_share. Depth and severity of what
    cannot be reached have no number.

    Parameters
    ----------
    values
        Access by place, at least 0.
    persons
        Persons by place, at least 0; the same ids.
    line
        Value that is just enough, above 0, in the unit of the values.
    order
        0: share of persons who fall short. 1: their mean shortfall, as a share of the line, over
        all persons (depth). 2: the same squared (severity).
    worse
        ``"low"``: below the line is poor, as for places per person. ``"high"``: above it is poor,
        as for minutes; a shortfall may then be more than the whole line.

    Returns
    -------
    float
        At least 0, and at most 1 unless `worse` is ``"high"``; NaN if there is nobody.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a value or a count is NaN, infinite or negative, `line` is not above 0, or `order` or
        `worse` is none of the above.

    Examples
    --------
    >>> places, persons = {"a": 0, "b": 0.05, "c": 0.1}, {"a": 10, "b": 20, "c": 70}
    >>> [round(access_poverty(places, persons, 0.1, order), 10) for order in (0, 1, 2)]
    [0.3, 0.2, 0.15]
    >>> access_poverty({"a": 45, "b": 30}, {"a": 1, "b": 3}, 30, 1, worse="high")
    0.125
    """
    enough = above_zero(line, "line")
    _checked_worse(worse)
    if not is_whole(order) or order not in ORDERS:
        message = f"order must be 0, 1 or 2. Got {shown(order)} instead."
        raise ParameterError(message)
    spread = _spread(values, persons)
    if spread is None:
        return NAN
    missing = enough - spread.levels if worse == "low" else spread.levels - enough
    poor = missing > 0
    found = float(spread.shares[poor] @ (missing[poor] / enough) ** int(order))
    return min(1.0, found) if worse == "low" else found


def reachable_part(costs: Values, persons: Values) -> Reachable:
    """Set apart the places that cannot be reached, so that the others can be measured.

    Parameters
    ----------
    costs
        Minutes or metres by place, at least 0; infinite where nothing can be reached.
    persons
        Persons by place, at least 0; the same ids.

    Returns
    -------
    Reachable
        Costs and persons of the places with a finite cost, and the places and persons left out.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a cost is NaN or negative, or a count is NaN, infinite or negative.

    Examples
    --------
    >>> part = reachable_part({"a": 12, "b": float("inf")}, {"a": 30, "b": 10})
    >>> part.costs.to_dict(), part.unreachable_places, part.unreachable_share
    ({'a': 12.0}, 1, 0.25)
    """
    ids, numbers, counts = paired(costs, persons, endless=True, what="costs")
    index, reached = pd.Index(ids, dtype="str"), np.isfinite(numbers)
    lost, total = float(counts[~reached].sum()), float(counts.sum())
    return Reachable(
        costs=pd.Series(numbers, index=index)[reached],
        persons=pd.Series(counts, index=index)[reached],
        unreachable_places=int((~reached).sum()),
        unreachable_persons=lost,
        unreachable_share=lost / total if total else NAN,
    )


def group_gaps(
    values: Values, persons: pd.DataFrame, *, line: float, worse: Worse, reference: str
) -> pd.DataFrame:
    """Lay out how groups of persons fare, and how far each is from one of them.

    Groups may overlap (severe, and intellectual): they stand side by side and are never added.
    A gap is the group's figure minus the reference's, and as a share of the reference's.

    Parameters
    ----------
    values
        Access by place, at least 0. Minutes may be infinite where nothing can be reached.
    persons
        Persons by place (rows, the same ids) and group (columns), at least 0.
    line
        Value that is just enough, above 0; exactly at the line is enough.
    worse
        ``"low"``: less is worse, as for places per person. ``"high"``: as for minutes.
    reference
        Column that the others are compared with, such as ``"all"``.

    Returns
    -------
    DataFrame
        Rows: groups, in the order of the columns. Columns: ``places`` where somebody of the group
        lives, ``persons``, and of both who has enough (``places_covered``, ``persons_covered``,
        ``place_share``, ``person_share``); ``unreachable_persons``; ``mean`` (infinite if
        somebody cannot reach anything), ``mean_reached`` (of the others) and ``median`` of
        persons; and for ``mean``, ``median`` and ``person_share`` the ``_gap`` and the
        ``_gap_relative``. NaN where a group has nobody, or where two infinite figures or a
        reference of 0 leave no gap to be told. ``attrs`` hold line, worse and reference.

    Raises
    ------
    UnknownIdError
        If the ids differ, one is there twice, or `reference` is not a column.
    ParameterError
        If a value is NaN, negative or (unless more is worse) infinite, a count is NaN, infinite or
        negative, `line` is not above 0, or `worse` has another name.

    Examples
    --------
    >>> persons = pd.DataFrame({"all": [30, 10], "severe": [2, 8]}, index=["a", "b"])
    >>> gaps = group_gaps({"a": 20, "b": 60}, persons, line=30, worse="high", reference="all")
    >>> gaps[["persons", "person_share", "mean", "mean_gap"]]
            persons  person_share  mean  mean_gap
    all        40.0          0.75  30.0       0.0
    severe     10.0          0.20  52.0      22.0
    """
    enough = above_zero(line, "line")
    _checked_worse(worse)
    if not hasattr(persons, "columns"):
        message = f"persons must be a DataFrame of groups. Got {shown(persons)} instead."
        raise ParameterError(message)
    names = id_texts(persons.columns, "groups")
    rows = []
    for at in range(len(names)):
        _, numbers, counts = paired(values, persons.iloc[:, at], endless=worse == "high")
        lives = counts > 0
        rows.append(_figures(numbers[lives], counts[lives], enough, worse))
    return _with_gaps(pd.DataFrame(rows, index=_index(names)), enough, worse, reference)


def by_class(
    values: Values, persons: Values, classes: Labels, *, line: float, worse: Worse, reference: str
) -> pd.DataFrame:
    """Lay out how classes of places fare: upland and lowland, community and village.

    Every place is in one class, so that places and persons of the classes add up to all.

    Parameters
    ----------
    values
        Access by place, at least 0. Minutes may be infinite where nothing can be reached.
    persons
        Persons by place, at least 0; the same ids.
    classes
        Class of each place; the same ids.
    line
        Value that is just enough, above 0; exactly at the line is enough.
    worse
        ``"low"``: less is worse, as for places per person. ``"high"``: as for minutes.
    reference
        Class that the others are compared with.

    Returns
    -------
    DataFrame
        Rows: classes, in the order of their names. Columns as in :func:`group_gaps`, but
        ``places`` are all of the class, places without persons too.

    Raises
    ------
    UnknownIdError
        If the ids differ, one is there twice, or `reference` is not a class.
    ParameterError
        If a value is NaN, negative or (unless more is worse) infinite, a count is NaN, infinite or
        negative, a place has no class, `line` is not above 0, or `worse` has another name.

    Examples
    --------
    >>> found = by_class(
    ...     {"a": 20, "b": 60}, {"a": 30, "b": 10}, {"a": "lowland", "b": "upland"},
    ...     line=30, worse="high", reference="lowland",
    ... )
    >>> found[["places", "persons", "person_share", "mean", "mean_gap", "mean_gap_relative"]]
             places  persons  person_share  mean  mean_gap  mean_gap_relative
    lowland       1     30.0           1.0  20.0       0.0                0.0
    upland        1     10.0           0.0  60.0      40.0                2.0
    """
    enough = above_zero(line, "line")
    _checked_worse(worse)
    ids, numbers, counts = paired(values, persons, endless=worse == "high")
    labels = labels_of(classes, ids, "classes")
    names = tuple(sorted(set(labels)))
    at = np.array(labels, dtype=object)
    rows = [_figures(numbers[at == one], counts[at == one], enough, worse) for one in names]
    return _with_gaps(pd.DataFrame(rows, index=_index(names)), enough, worse, reference)


def paired(
    values: Values, persons: Values, *, endless: bool = False, what: str = "values"
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Bring values and persons side by side, by id, in the order of the ids.

    The order is that of the ids so that no rounding depends on the order of the rows.

    Parameters
    ----------
    values
        One number for each place, at least 0.
    persons
        Persons by place, at least 0; the same ids.
    endless
        Whether a value may be infinite.
    what
        What the values are, for the message.

    Returns
    -------
    tuple
        Ids, values and persons, all of one length.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice; all of them are named.
    ParameterError
        If a value or a count is out of range.

    Examples
    --------
    >>> ids, numbers, counts = paired({"b": 2, "a": 1}, {"a": 5, "b": 0})
    >>> ids, numbers.tolist(), counts.tolist()
    (('a', 'b'), [1.0, 2.0], [5.0, 0.0])
    """
    ids = tuple(sorted(ids_of(values, what)))
    numbers = align(values, ids, what)
    if endless and np.isposinf(numbers).any():
        ends = np.isposinf(numbers)
        finite = dict(zip(ids, np.where(ends, 0.0, numbers).tolist(), strict=True))
        numbers = np.where(ends, np.inf, align_counts(finite, ids, what))
    else:
        numbers = align_counts(values, ids, what)
    same_ids(ids, persons, "persons")
    return ids, numbers, align_counts(persons, ids, "persons")


def labels_of(labels: Labels, ids: Sequence[str], what: str) -> tuple[str, ...]:
    """Put the labels of places in the order of ids.

    Parameters
    ----------
    labels
        A text or a whole number by place; the same ids.
    ids
        The ids to follow, as text, unique.
    what
        What the labels are, for the message.

    Returns
    -------
    tuple of str
        One label for each id.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If `labels` is not a Series or mapping, or a place has no label.

    Examples
    --------
    >>> labels_of({"b": "upland", "a": "lowland"}, ("a", "b"), "classes")
    ('lowland', 'upland')
    """
    same_ids(ids, labels, what)
    given = list(labels.values()) if isinstance(labels, Mapping) else labels
    found = dict(zip(ids_of(labels, what), given, strict=True))
    unknown = [one for one in ids if pd.api.types.is_scalar(found[one]) and pd.isna(found[one])]
    if unknown:
        message = f"{what} is not known for {listed(unknown)}. Give each place one."
        raise ParameterError(message)
    return tuple(id_text(found[one], what) for one in ids)


def same_ids(ids: Sequence[str], other: Any, what: str) -> None:
    """Make sure that what stands beside values names the same places, each of them and no more.

    Parameters
    ----------
    ids
        Ids of the values, as text.
    other
        Series or mapping that stands beside them.
    what
        What it holds, for the message.

    Raises
    ------
    UnknownIdError
        If it lacks an id, names another one or one twice; all of them are named.
    ParameterError
        If it is neither a Series nor a mapping.

    Examples
    --------
    >>> same_ids(("a", "b"), {"b": 1, "a": 2}, "persons")
    """
    names = set(ids_of(other, what))
    faults = []
    missing = [one for one in ids if one not in names]
    if missing:
        faults.append(f"{what} is missing for {listed(missing)}")
    extra = sorted(names - set(ids))
    if extra:
        faults.append(f"{what} names more than the others: {listed(extra)}")
    if faults:
        message = "; ".join(faults) + ". Give all for the same ids."
        raise UnknownIdError(message)


def _spread(values: Values, persons: Values) -> _Spread | None:
    """Check and align; None if there is nobody."""
    _, numbers, counts = paired(values, persons)
    return _spread_of(numbers, counts)


def _spread_of(numbers: Floats, counts: Floats) -> _Spread | None:
    """Keep the places where somebody lives; None if there is none."""
    largest = counts.max(initial=0.0)
    if largest == 0:
        return None
    # Divided by the largest first, so that no sum can overflow.
    shares = counts / largest
    lives = shares > 0
    shares, levels = shares[lives] / shares.sum(), numbers[lives]
    if levels.min() == levels.max():
        return _Spread(levels, shares, np.ones_like(levels), lives)
    scaled = levels / levels.max()
    return _Spread(levels, shares, scaled / float(shares @ scaled), lives)


def _concentration(spread: _Spread, ranked: Floats) -> float:
    """Compute 2 cov(x, rank) / mean; those who tie stand at the middle of their ranks."""
    steps, at = np.unique(ranked, return_inverse=True)
    mass = _sums(at, spread.shares, len(steps))
    middle = (np.cumsum(mass) - mass / 2.0)[at]
    return 2.0 * float(spread.shares @ ((spread.relative - 1.0) * (middle - 0.5)))


def _sums(at: NDArray[np.intp], weights: Floats, count: int) -> Floats:
    """Add up weights by number."""
    return np.asarray(np.bincount(at, weights, count), dtype=np.float64)


def _up_to_one(parts: Floats) -> Floats:
    """Add up shares so that the last is 1."""
    found = np.cumsum(parts)
    return np.asarray(found / found[-1])


def _t_and_l(shares: Floats, relative: Floats) -> tuple[float, float]:
    """Compute Theil T and L of values over their mean."""
    t, low = _terms(relative)
    return max(0.0, float(shares @ t)), max(0.0, float(shares @ low))


def _terms(relative: Floats) -> tuple[Floats, Floats]:
    """Give y ln y - y + 1 and y - 1 - ln y: at least 0 each, and y - 1 adds up to nothing."""
    with np.errstate(divide="ignore"):
        logs = np.log(relative)
    weighed = relative * np.where(relative > 0, logs, 0.0)
    return weighed - relative + 1.0, relative - 1.0 - logs


def _by_group(numbers: Floats, counts: Floats, labels: Sequence[str]) -> pd.DataFrame:
    """Split T and L by group; groups in the order of their names."""
    names, at = np.unique(np.array(labels, dtype=object), return_inverse=True)
    size = len(names)
    persons, amount = _sums(at, counts, size), _sums(at, counts * numbers, size)
    lives, everything = persons > 0, amount.sum()
    means = _ratio(amount, persons, NAN)
    person_share = _ratio(persons, np.full(size, persons.sum()), 0.0)
    value_share = amount / everything if everything > 0 else person_share
    inside = np.where(counts > 0, _ratio(numbers, means[at], 1.0), 1.0)
    own = _ratio(counts, persons[at], 0.0)
    t, low = (np.maximum(0.0, _sums(at, own * terms, size)) for terms in _terms(inside))
    share = _ratio(value_share, person_share, 1.0)
    with np.errstate(divide="ignore"):
        logs = np.log(share)
    return pd.DataFrame(
        {
            "persons": persons,
            "person_share": person_share,
            "value_share": value_share,
            "mean": means,
            "t": np.where(lives, t, NAN),
            "l": np.where(lives, low, NAN),
            "t_between": value_share * np.where(share > 0, logs, 0.0),
            "t_within": value_share * t,
            "l_between": person_share * np.where(lives, 0.0 - logs, 0.0),
            "l_within": person_share * low,
        },
        index=_index(tuple(names)),
    )


def _ratio(above: Floats, below: Floats, otherwise: float) -> Floats:
    """Divide; what stands over 0 or over something unknown gets another value."""
    out = np.full(len(above), otherwise)
    return np.asarray(np.divide(above, below, out=out, where=below > 0))


def _width(numbers: Floats, kind: Kind, lower: float | None, upper: float | None) -> float | None:
    """Check the bounds of the value; None for the kind that has none."""
    if kind == "standard":
        if lower is not None or upper is not None:
            message = "lower and upper belong to the kind 'erreygers'. Leave them out."
            raise ParameterError(message)
        return None
    if (lower is None) != (upper is None):
        message = "the kind 'erreygers' needs both bounds, lower and upper, or neither of them."
        raise ParameterError(message)
    if lower is None or upper is None:
        lower, upper = 0.0, 1.0
    bounds = finite(lower, "lower"), finite(upper, "upper")
    if bounds[0] >= bounds[1]:
        message = f"lower must be below upper. Got {lower!r} and {upper!r} instead."
        raise ParameterError(message)
    if ((numbers < bounds[0]) | (numbers > bounds[1])).any():
        message = f"values must lie between lower ({lower:g}) and upper ({upper:g})."
        raise ParameterError(message)
    return bounds[1] - bounds[0]


def _figures(numbers: Floats, counts: Floats, line: float, worse: Worse) -> dict[str, float]:
    """Compute what stands in one row of a comparison."""
    enough = numbers >= line if worse == "low" else numbers <= line
    finite = np.isfinite(numbers)
    total, lost = float(counts.sum()), float(counts[~finite].sum())
    covered, reached = float(counts[enough].sum()), float(counts[finite] @ numbers[finite])
    places = len(numbers)
    mean = reached / (total - lost) if total > lost else NAN
    return {
        "places": places,
        "persons": total,
        "places_covered": int(enough.sum()),
        "persons_covered": covered,
        "place_share": int(enough.sum()) / places if places else NAN,
        "person_share": covered / total if total else NAN,
        "unreachable_persons": lost,
        "mean": float("inf") if lost else mean,
        "mean_reached": mean,
        "median": _median(numbers, counts),
    }


def _median(numbers: Floats, counts: Floats) -> float:
    """Find the value of the middle person; between two persons the mean of both."""
    lives = counts > 0
    if not lives.any():
        return NAN
    order = np.argsort(numbers[lives], kind="stable")
    sorted_values, upto = numbers[lives][order], np.cumsum(counts[lives][order])
    half = upto[-1] / 2.0
    slack = SAME * upto[-1]
    first = int(np.searchsorted(upto, half - slack))
    last = int(np.searchsorted(upto, half + slack, side="right"))
    return float(sorted_values[first] / 2.0 + sorted_values[min(last, len(upto) - 1)] / 2.0)


def _with_gaps(table: pd.DataFrame, line: float, worse: Worse, reference: str) -> pd.DataFrame:
    """Add how far each row is from the reference."""
    name = id_text(reference, "reference")
    if name not in table.index:
        message = f"reference is {shortened(name)!r}, which is none of {listed(table.index)}."
        raise UnknownIdError(message)
    at = list(table.index).index(name)
    for one in GAPS:
        figures = table[one].to_numpy(dtype=np.float64)
        base = figures[at]
        with np.errstate(invalid="ignore"):  # infinite less infinite has no answer: NaN
            gaps = figures - base
        known = np.isfinite(base) and base != 0
        table[f"{one}_gap"] = gaps
        table[f"{one}_gap_relative"] = gaps / base if known else NAN
    table.attrs = {"line": line, "worse": worse, "reference": name}
    return table


def _index(names: Sequence[str]) -> pd.Index:
    return pd.Index(tuple(names), dtype="str")


def _checked_worse(worse: str) -> None:
    one_of(worse, get_args(Worse), "worse")
