"""Whom a service is for, counted: by joint counts, by a stated group, or only between two bounds.

Certificates follow registration and services are reached from home: where it is known where the
persons of a group live, those at home are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.study.person_cells import AXES, SHAPE, WORDS, cells_by_village, kinds_served
from wushan_geo.study.study import MISSING, weakest
from wushan_geo.study.tables import AGES, ANY, ELIGIBLE, GROUPS, SEVERITIES, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.config import ServiceConfig
    from wushan_geo.study.study import Study

JOINT, STATED, BOUNDS, NONE = "joint", "stated", "bounds", "none"
AT_HOME, PARTLY, NOT_KNOWN = "at home", "at home where known", "not known"


@dataclass(frozen=True, slots=True, eq=False)
class EligibleCount:
    """The persons of a group by village, how they are known, and how many of them are at home.

    All series follow the villages of the study.
    """

    group: str
    """Group of persons, such as ``eligible_day_care``."""
    registered: pd.Series[float]
    """Persons registered in the village; NaN where not known but for bounds."""
    low: pd.Series[float]
    """The least that the registered can be; as `registered` where that is known."""
    high: pd.Series[float]
    """The most that they can be; NaN where nothing is known."""
    known: pd.Series[str]
    """How they are known: ``joint``, ``stated``, ``bounds`` or ``none``."""
    home: pd.Series[float]
    """Those of them who live at home; NaN where not known."""
    basis: str
    """Weakest basis of the counts used; ``missing`` if there is none."""

    @property
    def persons(self) -> pd.Series[float]:
        """Persons whom a service has to reach: at home where that is known, else registered.

        Returns
        -------
        Series
            By village; NaN where not known.

        Raises
        ------
        Never
            The two fit each other.

        Examples
        --------
        See ``tests/test_access_eligibility.py``.
        """
        return self.home.fillna(self.registered)

    @property
    def residence(self) -> str:
        """Say whether it is known where the persons live.

        Returns
        -------
        str
            ``at home`` where it is known of every village that has a count, ``at home where known``
            where some lack it, ``not known`` where everybody registered counts.

        Raises
        ------
        Never
            The counts are as they are.

        Examples
        --------
        See ``tests/test_access_eligibility.py``.
        """
        if self.home.isna().all():
            return NOT_KNOWN
        counted = self.persons.notna()
        return AT_HOME if self.home[counted].notna().all() else PARTLY

    @property
    def counted(self) -> str:
        """Say whom the persons are, such as ``eligible_day_care, at home``.

        Returns
        -------
        str
            The group, and that those at home are counted.

        Raises
        ------
        Never
            The counts are as they are.

        Examples
        --------
        See ``tests/test_access_eligibility.py``.
        """
        place = self.residence
        return self.group if place == NOT_KNOWN else f"{self.group}, {place}"

    @property
    def without_residence(self) -> tuple[str, ...]:
        """Name the villages whose registered persons all count, for nobody knows where they live.

        Returns
        -------
        tuple of str
            Village ids, in the order of the study.

        Raises
        ------
        Never
            The counts are as they are.

        Examples
        --------
        See ``tests/test_access_eligibility.py``.
        """
        open_ones = self.home.isna() & self.registered.notna()
        return tuple(str(one) for one in self.home.index[open_ones])

    @property
    def total(self) -> float:
        """Registered persons of all villages that have a count; NaN if none has.

        Returns
        -------
        float
            Persons.

        Raises
        ------
        Never
            The counts are as they are.

        Examples
        --------
        See ``tests/test_access_eligibility.py``.
        """
        return float(self.registered.sum(min_count=1))

    @property
    def total_home(self) -> float:
        """Persons at home in all villages of which that is known; NaN if it is known of none.

        Returns
        -------
        float
            Persons.

        Raises
        ------
        Never
            The counts are as they are.

        Examples
        --------
        See ``tests/test_access_eligibility.py``.
        """
        return float(self.home.sum(min_count=1))

    @property
    def home_share(self) -> float:
        """Share of the registered who are at home, over the villages where both are known.

        Returns
        -------
        float
            From 0 to 1; NaN where nobody is registered or nothing is known.

        Raises
        ------
        Never
            The counts are as they are.

        Examples
        --------
        See ``tests/test_access_eligibility.py``.
        """
        both = self.home.notna() & self.registered.notna()
        whole = float(self.registered[both].sum())
        return float(self.home[both].sum()) / whole if whole > 0 else float("nan")


def eligible_count(study: Study, service_key: str) -> EligibleCount:
    """Count the persons whom a service is for, by village.

    The group is the one that the service names, else ``eligible_<service>``; see
    :func:`group_count`.

    Parameters
    ----------
    study
        The study.
    service_key
        Key of the service.

    Returns
    -------
    EligibleCount
        The persons, how they are known, and how many of them are at home.

    Raises
    ------
    UnknownIdError
        If the study has no such service.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> count = eligible_count(wg.open_study("example"), "day_care")
    >>> count.counted, count.residence, sorted(set(count.known))
    ('eligible_day_care', 'not known', ['bounds', 'stated'])
    """
    service = study.config.services.get(service_key)
    if service is None:
        message = f"no such service: {service_key} (known: {listed(study.config.services)})"
        raise UnknownIdError(message)
    return group_count(study, service.eligible or ELIGIBLE + service_key)


def counted_as(study: Study, service: ServiceConfig) -> str:
    """Say whom the persons of a service are; where it names no group, all certified persons.

    Parameters
    ----------
    study
        The study.
    service
        The service.

    Returns
    -------
    str
        ``all``, or the group and that those at home are counted.

    Raises
    ------
    AttributeError
        If `study` is no study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> study = wg.open_study("example")
    >>> counted_as(study, study.config.services["community_rehab"])
    'all'
    """
    return "all" if service.eligible is None else group_count(study, service.eligible).counted


def group_count(study: Study, group: str) -> EligibleCount:
    """Count the persons of a group by village, and those of them at home.

    An eligible group is the sum of the joint counts that the table of eligibility says yes to; a
    village without joint counts takes what the table ``persons`` states. Any other group is taken
    as stated, else added up from the joint counts. Where neither is there the overlapping groups
    of ``persons`` still leave bounds (Fréchet 1935, see :func:`frechet_bounds`) and the count is
    NaN. Rules that contradict each other, which only an answer about a register can leave standing,
    count nobody.

    Parameters
    ----------
    study
        The study.
    group
        ``all``, a type, ``severe``, an age band or ``eligible_<service>``.

    Returns
    -------
    EligibleCount
        The persons, how they are known, and how many of them are at home.

    Raises
    ------
    KeyError
        Never for an unknown group: nobody is known of it.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> group_count(wg.open_study("wushan"), "all").total
    19000.0
    """
    zones = pd.Index(study.villages["zone_id"], name="zone_id")
    rules = _rules(study, group)
    joint = pd.Series(np.nan, index=zones)
    if rules is not None and study.person_cells is not None:
        joint = eligible_cells(study.person_cells, rules).reindex(zones)
    stated = study.group(group).astype(float)
    first, second = (stated, joint) if group in GROUPS else (joint, stated)
    registered = first.fillna(second).rename("registered")
    low = high = pd.Series(np.nan, index=zones)
    if rules is not None and registered.isna().any():
        low, high = frechet_bounds({one: study.group(one) for one in GROUPS}, rules)
    ways = [
        (first.notna(), STATED if first is stated else JOINT),
        (second.notna(), JOINT if first is stated else STATED),
        (high.notna(), BOUNDS),
    ]
    known = np.select([one.to_numpy() for one, _ in ways], [one for _, one in ways], NONE)
    home = _at_home(study, group, registered)
    return EligibleCount(
        group,
        registered,
        registered.fillna(low).rename("low"),
        registered.fillna(high).rename("high"),
        pd.Series(known, index=zones, dtype="str", name="known"),
        home,
        _basis(study, group, set(known.tolist()), home),
    )


def _rules(study: Study, group: str) -> pd.DataFrame | None:
    """Give the rules by which kinds of persons belong to a group; None where none tell it."""
    if not group.startswith(ELIGIBLE):
        return _plain_rule(group)
    table = study.eligibility
    if table is None:
        return None
    rules = table[(table["service"] == group.removeprefix(ELIGIBLE)).to_numpy()]
    return None if rules.empty or kinds_served(rules)[1].any() else rules


def _plain_rule(group: str) -> pd.DataFrame | None:
    """Write a group of the table ``persons`` as a rule."""
    if group not in GROUPS:
        return None
    said = {
        axis: [group if group in words else ANY] for axis, words in zip(AXES, WORDS, strict=True)
    }
    return pd.DataFrame({**said, "eligible": [True]})


def _at_home(study: Study, group: str, registered: pd.Series[float]) -> pd.Series[float]:
    """Give the persons of a group who live at home; NaN where that is not known.

    Where nobody is registered nobody is at home, whether a row says so or not.
    """
    empty = pd.Series(np.nan, index=registered.index, name="home")
    if study.residence is None:
        return empty
    own = study.residence[(study.residence["group"] == group).to_numpy()]
    rows = own[(own["residence"] == "at_home").to_numpy()]
    if rows.empty:
        return empty
    told = pd.Series(rows["persons"].to_numpy(dtype=float), index=rows["zone_id"].to_numpy())
    home = told.reindex(registered.index)
    return home.mask(home.isna() & (registered == 0), 0.0).rename("home")


def _basis(study: Study, group: str, ways: set[str], home: pd.Series[float]) -> str:
    """Give the weakest basis of the counts that were used."""
    found: list[str] = []
    if JOINT in ways and study.person_cells is not None:
        found += study.person_cells["basis"].tolist()
    if STATED in ways and study.persons is not None:
        found += study.persons.loc[(study.persons["group"] == group).to_numpy(), "basis"].tolist()
    if study.residence is not None and home.notna().any():
        rows = study.residence
        used = (rows["group"] == group) & (rows["residence"] == "at_home")
        found += rows.loc[used.to_numpy(), "basis"].tolist()
    return weakest(found) if found else MISSING


def eligible_cells(cells: pd.DataFrame, rules: pd.DataFrame) -> pd.Series[float]:
    """Add up the joint counts of the kinds of persons that a service is for.

    Of the rules that meet a kind the most particular holds; whom none meets is not eligible.

    Parameters
    ----------
    cells
        The table ``person_cells``: ``zone_id``, ``type``, ``severity``, ``age_band``, ``persons``.
    rules
        Rows of the table ``eligibility`` of one service.

    Returns
    -------
    Series
        Persons by village, sorted; NaN where a cell that counts was not reported. A cell that a
        listed village leaves out holds nobody; a village that is not listed is not there.

    Raises
    ------
    ParameterError
        If two equally particular rules contradict each other, the rules are of several services, a
        word is not known or a cell stands twice.

    Examples
    --------
    >>> cells = pd.DataFrame({
    ...     "zone_id": ["1", "1"], "type": ["mental", "visual"], "severity": ["other", "severe"],
    ...     "age_band": ["age_16_59", "age_16_59"], "persons": [3.0, 5.0],
    ... })
    >>> rules = pd.DataFrame({
    ...     "type": ["any", "visual"], "severity": ["any", "any"],
    ...     "age_band": ["age_16_59", "age_16_59"], "eligible": [True, False],
    ... })
    >>> eligible_cells(cells, rules).to_dict()
    {'1': 3.0}
    """
    yes = _clear(rules)
    zones, counts = cells_by_village(cells)
    sums = np.where(yes, counts, 0.0).sum(axis=(1, 2, 3))
    return pd.Series(sums, index=zones, name="persons")


def _clear(rules: pd.DataFrame) -> NDArray[np.bool_]:
    """Say whom a service is for, or refuse rules that do not tell."""
    services = set(rules["service"]) if "service" in rules.columns else set()
    if len(services) > 1:
        message = f"the rules are of one service, not of {listed(sorted(services))}"
        raise ParameterError(message)
    yes, torn = kinds_served(rules)
    if torn.any():
        kind, severity, age = np.argwhere(torn)[0].tolist()
        where = f"{TYPES[kind]}, {SEVERITIES[severity]}, {AGES[age]}"
        message = f"two equally particular rules contradict each other for {where}"
        raise ParameterError(message)
    return yes


def frechet_bounds(
    groups: Mapping[str, pd.Series[float]], rules: pd.DataFrame
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Bound the persons whom a service is for by groups that overlap.

    The kinds that the rules say yes to are cut into boxes of types, severities and age bands that
    do not overlap. Of a box that k groups of N persons narrow, with margins m, at least
    max(0, sum m - (k - 1) N) and at most min m persons are in it (Fréchet 1935); the bounds of the
    boxes are added. They are narrowed by what the boxes need (nobody beyond the types, severities
    and ages that occur in them) and by the same bounds of all others, since the two make up N. The
    bounds always hold, and may be wider than the narrowest possible.

    Parameters
    ----------
    groups
        Persons by village for ``all``, each type, ``severe`` and each age band; NaN is not known.
    rules
        Rows of the table ``eligibility`` of one service.

    Returns
    -------
    tuple of Series
        The least and the most by village; NaN where nothing is known.

    Raises
    ------
    ParameterError
        If two equally particular rules contradict each other.
    KeyError
        If a group is missing.

    Examples
    --------
    >>> nobody = dict.fromkeys(GROUPS, pd.Series([0.0], ["1"]))
    >>> groups = nobody | {"all": pd.Series([10.0], ["1"]), "mental": pd.Series([7.0], ["1"])}
    >>> groups |= {"severe": pd.Series([5.0], ["1"]), "visual": pd.Series([3.0], ["1"])}
    >>> rules = pd.DataFrame({
    ...     "type": ["mental"], "severity": ["severe"], "age_band": ["any"], "eligible": [True],
    ... })
    >>> low, high = frechet_bounds(groups, rules)
    >>> low.tolist(), high.tolist()
    ([2.0], [5.0])
    """
    yes = _clear(rules)
    whole = groups["all"].astype(float)
    total = np.asarray(whole, dtype=np.float64)
    severe = groups["severe"].to_numpy(dtype=float)
    margins = (
        np.array([groups[one].to_numpy(dtype=float) for one in TYPES]),
        np.array([total - severe, severe]),
        np.array([groups[one].to_numpy(dtype=float) for one in AGES]),
    )
    low, high = _boxed(yes, margins, total)
    others_low, others_high = _boxed(~yes, margins, total)
    high = np.fmin(high, total - others_low)
    low = np.where(np.isnan(high), np.nan, np.fmax(low, total - others_high))
    return pd.Series(low, index=whole.index), pd.Series(high, index=whole.index)


Margins = tuple["NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.float64]"]


def _boxed(
    yes: NDArray[np.bool_], margins: Margins, total: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Add up the bounds of the boxes of some kinds, and cap them by what the boxes need."""
    low, high = np.zeros(len(total)), np.zeros(len(total))
    for box in _boxes(yes):
        parts = [
            margin[list(chosen)].sum(axis=0)
            for margin, chosen in zip(margins, box, strict=True)
            if len(chosen) < len(margin)
        ]
        # A box that one group alone narrows is that group, whether N is known or not.
        others = 0.0 if len(parts) == 1 else (len(parts) - 1) * total
        least = sum(parts, np.zeros(len(total))) - others
        low += np.fmax(least, 0.0)
        most = total
        for one in parts:
            most = np.fmin(most, one)
        high += most
    for axis, margin in enumerate(margins):
        needed = yes.any(axis=tuple(one for one in range(len(SHAPE)) if one != axis))
        if not needed.all():
            high = np.fmin(high, margin[needed].sum(axis=0))
    return low, np.fmin(high, total)


def _boxes(yes: NDArray[np.bool_]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Cut kinds of persons into boxes (types, severities, age bands) that do not overlap."""
    boxes: dict[tuple[tuple[int, ...], tuple[int, ...]], list[int]] = {}
    for kind, table in enumerate(yes):
        rows: dict[tuple[int, ...], list[int]] = {}
        for severity, ages in enumerate(table):
            if ages.any():
                rows.setdefault(tuple(np.flatnonzero(ages).tolist()), []).append(severity)
        for bands, severities in rows.items():
            boxes.setdefault((tuple(severities), bands), []).append(kind)
    for (grades, bands), kinds in boxes.items():
        yield tuple(kinds), grades, bands
