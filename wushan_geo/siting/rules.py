"""Rules on which sites may stand together: townships, and distance between sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from scipy import sparse

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.travel.ids import id_text, positions
from wushan_geo.travel.matrix import TravelMatrix, checked_limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Kind = Literal["at_least", "at_most", "apart", "apart_existing"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SiteRules:
    """What a plan must keep to, whatever the model: sites by township, and distance between sites.

    Rules count *open* sites, existing ones and new ones together. Let `x_j` say whether site `j` is
    open and `T_z` be the sites of township `z`; then

        at_least_z <= sum_{j in T_z} x_j <= at_most_z,
        x_j + x_k <= 1  wherever  min(d_jk, d_kj) < apart.

    Two sites exactly `apart` from each other may both stand. Existing sites that are nearer than
    that to each other stay; a new one may not come near to them.

    Parameters
    ----------
    zones
        Township of each destination, by id. Needed with `at_least` or `at_most`.
    at_least, at_most
        Smallest and largest number of open sites: one whole number for every township that `zones`
        names, or a number by township (the others are free).
    apart
        Smallest distance between two open sites, in the unit of `between`.
    between
        Distances or times between destinations, whose ids are both its origins and destinations.

    Raises
    ------
    ParameterError
        If a number is out of range, or a rule lacks what it needs.
    UnknownIdError
        If a rule names a township that `zones` does not have.

    Examples
    --------
    >>> rules = SiteRules(zones={"G": "T1", "H": "T1", "J": "T2"}, at_most=1, at_least={"T2": 1})
    >>> rules.at_least, rules.at_most
    ({'T2': 1}, {'T1': 1, 'T2': 1})
    """

    zones: Mapping[Any, Any] = field(default_factory=dict)
    at_least: Mapping[Any, int] | int = 0
    at_most: Mapping[Any, int] | int | None = None
    apart: float | None = None
    between: TravelMatrix | None = None

    def __post_init__(self) -> None:
        """Check the rules and write ids as text."""
        zones = {
            id_text(site, "zones"): id_text(zone, "zones") for site, zone in self.zones.items()
        }
        object.__setattr__(self, "zones", zones)
        known = sorted(set(zones.values()))
        for name in ("at_least", "at_most"):
            object.__setattr__(self, name, _numbers(getattr(self, name), known, name))
        least, most = self.numbers()
        crossed = [zone for zone, number in least.items() if number > most.get(zone, number)]
        if crossed:
            message = f"at_least is above at_most for {listed(crossed)}."
            raise ParameterError(message)
        if (self.apart is None) != (self.between is None):
            message = "apart and between belong together: the distance, and the matrix it is in."
            raise ParameterError(message)
        if self.apart is not None:
            object.__setattr__(self, "apart", checked_limit(self.apart, "apart"))

    def numbers(self) -> tuple[dict[str, int], dict[str, int]]:
        """Give the smallest and the largest numbers of open sites by township.

        Returns
        -------
        tuple of dict
            Townships that have such a rule, and their numbers.

        Raises
        ------
        TypeError
            Never: the rules were checked when they were made.

        Examples
        --------
        >>> SiteRules(zones={"G": "T1"}, at_most=1).numbers()
        ({}, {'T1': 1})
        """
        return (
            dict(cast("dict[str, int]", self.at_least)),
            dict(cast("dict[str, int]", self.at_most)),
        )


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One rule of a request, as it is named where a request cannot be met.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> str(Rule("at_least", "T1", 2))
    'at least 2 open sites in T1'
    """

    kind: Kind
    """Which rule."""
    subject: str
    """Township, or the two sites, joined by `` + ``."""
    number: float
    """Number of sites, or the distance."""

    def __str__(self) -> str:
        """Say the rule in English."""
        return {
            "at_least": f"at least {self.number:g} open sites in {self.subject}",
            "at_most": f"at most {self.number:g} open sites in {self.subject}",
            "apart": f"{self.subject} are nearer than {self.number:g} to each other",
            "apart_existing": f"{self.subject} (existing) are nearer than {self.number:g}",
        }[self.kind]


@dataclass(frozen=True, slots=True, eq=False)
class RuleRows:
    """Rules as rows over the candidates: ``lower <= matrix @ x <= upper``.

    Existing sites are counted already: the bounds are what is left for new ones. A lower bound
    above what a row can give, or an upper bound below 0, says that a rule cannot be kept.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> rules = SiteRules(zones={"G": "T1", "H": "T1"}, at_most=1)
    >>> rows = rule_rows(rules, candidates=("G", "H"), existing=())
    >>> rows.matrix.toarray().tolist(), rows.upper.tolist(), [str(one) for one in rows.rules]
    ([[1.0, 1.0]], [1.0], ['at most 1 open sites in T1'])
    """

    matrix: sparse.csr_array
    """Rules x candidates."""
    lower: NDArray[np.float64]
    """Smallest value of each row; minus infinity where there is none."""
    upper: NDArray[np.float64]
    """Largest value of each row; infinity where there is none."""
    rules: tuple[Rule, ...]
    """What each row stands for."""

    def broken(self, inside: NDArray[np.bool_]) -> tuple[Rule, ...]:
        """Name the rules that a choice of candidates breaks.

        Parameters
        ----------
        inside
            Which candidates are chosen.

        Returns
        -------
        tuple of Rule
            In the order of the rows; empty where the choice keeps to all.

        Raises
        ------
        ValueError
            If there is not one value for each candidate.

        Examples
        --------
        >>> rules = SiteRules(zones={"G": "T1", "H": "T1"}, at_most=1)
        >>> rows = rule_rows(rules, candidates=("G", "H"), existing=())
        >>> [str(one) for one in rows.broken(np.array([True, True]))]
        ['at most 1 open sites in T1']
        """
        value = self.matrix @ inside.astype(np.float64)
        wrong = (value < self.lower) | (value > self.upper)
        return tuple(rule for rule, bad in zip(self.rules, wrong, strict=True) if bad)


def rule_rows(
    rules: SiteRules | None, *, candidates: Sequence[str], existing: Sequence[str]
) -> RuleRows:
    """Write rules as rows over the candidates.

    Parameters
    ----------
    rules
        Rules; None for none.
    candidates
        Ids of the candidates, in the order of the columns.
    existing
        Ids of the sites that are open already.

    Returns
    -------
    RuleRows
        Townships first, by id, then sites too near to each other.

    Raises
    ------
    UnknownIdError
        If a candidate or existing site has no township or stands in no row of the distances where
        a rule needs that.
    ParameterError
        If the distances do not reach as far as ``apart``.

    Examples
    --------
    >>> rows = rule_rows(None, candidates=("G", "H"), existing=())
    >>> rows.matrix.shape, rows.rules
    ((0, 2), ())
    """
    if rules is None:
        rules = SiteRules()
    parts = [_township_rows(rules, candidates, existing), _near_rows(rules, candidates, existing)]
    return RuleRows(
        sparse.csr_array(sparse.vstack([part.matrix for part in parts], format="csr")),
        np.concatenate([part.lower for part in parts]),
        np.concatenate([part.upper for part in parts]),
        tuple(rule for part in parts for rule in part.rules),
    )


def _numbers(value: Any, zones: list[str], name: str) -> dict[str, int]:
    """Write a rule on numbers by township."""
    if value is None or (isinstance(value, Mapping) and not value):
        return {}  # an empty mapping is what a checked rule holds that asks for nothing
    if name == "at_least" and type(value) is int and value == 0:
        return {}
    given = (
        {id_text(zone, name): number for zone, number in value.items()}
        if isinstance(value, Mapping)
        else dict.fromkeys(zones, value)
    )
    unknown = sorted(set(given) - set(zones))
    if unknown or not zones:
        message = f"{name} needs the township of every site in zones" + (
            f", which has none called {listed(unknown)}." if unknown else "."
        )
        raise UnknownIdError(message)
    for number in given.values():
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < 0:
            message = f"{name} must be whole numbers of at least 0. Got {number!r} instead."
            raise ParameterError(message)
    return {zone: int(given[zone]) for zone in sorted(given)}


def _township_rows(
    rules: SiteRules, candidates: Sequence[str], existing: Sequence[str]
) -> RuleRows:
    """Write a row for each township that has a rule, one for each side of it."""
    least, most = rules.numbers()
    named = sorted({*least, *most})
    if not named:
        return _no_rows(len(candidates))
    lost = [one for one in (*candidates, *existing) if one not in rules.zones]
    if lost:
        message = f"zones does not say in which township these sites stand: {listed(lost)}."
        raise UnknownIdError(message)
    home = np.array([rules.zones[one] for one in candidates], dtype=object)
    there = [rules.zones[one] for one in existing]
    rows: list[tuple[Rule, float, float]] = []
    for zone in named:
        if zone in least:
            rows.append((Rule("at_least", zone, least[zone]), least[zone], np.inf))
        if zone in most:
            rows.append((Rule("at_most", zone, most[zone]), -np.inf, most[zone]))
    inside = np.array([home == rule.subject for rule, _, _ in rows], dtype=np.float64)
    stand = np.array([there.count(rule.subject) for rule, _, _ in rows], dtype=np.float64)
    return RuleRows(
        sparse.csr_array(inside.reshape(len(rows), len(candidates))),
        np.array([low for _, low, _ in rows]) - stand,
        np.array([high for _, _, high in rows]) - stand,
        tuple(rule for rule, _, _ in rows),
    )


def _near_rows(rules: SiteRules, candidates: Sequence[str], existing: Sequence[str]) -> RuleRows:
    """Write a row for each two candidates that may not stand together, and each one barred."""
    if rules.between is None or rules.apart is None:
        return _no_rows(len(candidates))
    rules.between.checked_reach(rules.apart, "apart")
    ids = [*candidates, *existing]
    at = positions(ids, rules.between.origin_ids, "between (origins)")
    to = positions(ids, rules.between.destination_ids, "between (destinations)")
    way = rules.between.dense()[np.ix_(at, to)]
    near = np.minimum(way, way.T) < rules.apart
    count = len(candidates)
    first, second = np.nonzero(np.triu(near[:count, :count], 1))
    barred, by = np.nonzero(near[:count, count:])
    barred, which = np.unique(barred, return_index=True)
    named = [
        Rule("apart", f"{ids[one]} + {ids[other]}", rules.apart)
        for one, other in zip(first, second, strict=True)
    ] + [
        Rule("apart_existing", f"{ids[one]} + {existing[other]}", rules.apart)
        for one, other in zip(barred, by[which], strict=True)
    ]
    rows = np.concatenate(
        [np.repeat(np.arange(first.size), 2), first.size + np.arange(barred.size)]
    )
    columns = np.concatenate([np.column_stack([first, second]).ravel(), barred])
    entries: Any = (np.ones(rows.size), (rows, columns))
    shape: Any = (len(named), count)
    matrix = sparse.csr_array(entries, shape=shape)
    upper = np.concatenate([np.ones(first.size), np.zeros(barred.size)])
    return RuleRows(matrix, np.full(len(named), -np.inf), upper, tuple(named))


def _no_rows(count: int) -> RuleRows:
    empty = np.empty(0)
    return RuleRows(sparse.csr_array(np.zeros((0, count))), empty, empty, ())
