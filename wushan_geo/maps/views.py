"""What the map shows of each service at each limit: read from the tables, summed for the legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.maps.figures import Minute, count, counts, minute
from wushan_geo.maps.layers import index_of, tongues
from wushan_geo.maps.legend import BANDS
from wushan_geo.results import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from wushan_geo.results import ServiceInfo, StudyResult

UNKNOWN = len(CLASSES) - 1
REACHED = (
    ("places_reached", "places_total"),
    ("persons_reached", "persons_total"),
    ("eligible_reached", "eligible_total"),
)
GAP_COLUMNS = (
    "class",
    "certainty",
    "minutes",
    "minutes_low",
    "minutes_high",
    "facility_id",
    "eligible",
    "basis",
)
MEDIANS = ("minutes_median_low", "minutes_median_central", "minutes_median_high")


@dataclass(frozen=True, slots=True)
class Units:
    """The places of a study in the order in which the page holds them."""

    villages: tuple[str, ...]
    """Codes of villages, sorted."""
    towns: tuple[str, ...]
    """Codes of townships, sorted."""
    facilities: tuple[str, ...]
    """Ids of facilities, sorted."""
    town_of: NDArray[np.int64]
    """Township of each village, as its position."""
    persons: NDArray[np.float64]
    """Certified persons of each village, NaN for no data."""
    whole: bool
    """True if minutes are shown whole, because roads are schematic."""


def units_of(result: StudyResult) -> Units:
    """Put the places of a result in order.

    Parameters
    ----------
    result
        A finished result.

    Returns
    -------
    Units
        Codes, sorted, and persons.

    Raises
    ------
    KeyError
        If a table or a column is missing, or a village names an unknown township.

    Examples
    --------
    See ``tests/test_maps_views.py``.
    """
    villages = result.tables["villages"].sort_values("zone_id", kind="stable")
    towns = tuple(sorted(result.tables["townships"]["zone_id"]))
    at = index_of(towns)
    return Units(
        villages=tuple(villages["zone_id"]),
        towns=towns,
        facilities=tuple(sorted(result.tables["facilities"]["facility_id"])),
        town_of=np.array([at[one] for one in villages["parent_id"]], dtype=np.int64),
        persons=_floats(villages["persons"]),
        whole=result.info.demonstration,
    )


def shown_services(result: StudyResult) -> tuple[ServiceInfo, ...]:
    """List the services that are measured in minutes and of which anything is known.

    The headline comes first. A service of which every class is unknown is left out: a choice
    between empty maps would be none.

    Parameters
    ----------
    result
        A finished result.

    Returns
    -------
    tuple of ServiceInfo
        Services; empty if nothing could be measured.

    Raises
    ------
    KeyError
        If there is no table ``gaps``.

    Examples
    --------
    See ``tests/test_maps_views.py``.
    """
    gaps = result.tables["gaps"]
    known = set(gaps.loc[gaps["class"] != CLASSES[UNKNOWN], "service"])
    found = [one for one in result.info.services if one.key in known and one.limits]
    return tuple(sorted(found, key=lambda one: one.key != result.info.headline))


def views_of(result: StudyResult, units: Units) -> list[list[dict[str, Any]]]:
    """Give what is shown of each service (outer list) at each limit (inner list).

    Parameters
    ----------
    result
        A finished result.
    units
        Its places in order.

    Returns
    -------
    list
        One dict a service and limit; a result without any service gets one view, all unknown.

    Raises
    ------
    KeyError
        If a table or a column is missing.

    Examples
    --------
    See ``tests/test_maps_views.py``.
    """
    services = shown_services(result)
    if not services:
        return [[_blank(units)]]
    gaps = result.tables["gaps"]
    towns = _Townships(result, units)
    return [
        [_view(one, limit, _aligned(gaps, one.key, limit, units), towns) for limit in one.limits]
        for one in services
    ]


def _floats(column: pd.Series) -> NDArray[np.float64]:
    return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)


def _aligned(gaps: pd.DataFrame, service: str, limit: float, units: Units) -> pd.DataFrame:
    """Give the rows of one service and limit, one a village; a village without a row is unknown."""
    rows = gaps[(gaps["service"] == service) & (gaps["limit"] == limit)]
    return rows.set_index("zone_id")[list(GAP_COLUMNS)].reindex(list(units.villages))


def _view(
    service: ServiceInfo, limit: float, rows: pd.DataFrame, towns: _Townships
) -> dict[str, Any]:
    units = towns.units
    classes = _positions(rows["class"], CLASSES, UNKNOWN)
    bands = bands_of(_floats(rows["minutes"]), service.limits)
    eligible = _floats(rows["eligible"])
    weights = units.persons if np.isnan(eligible).all() else eligible
    sums = _Sums(units.persons, eligible)
    split = _split(classes, units)
    town = towns.view(service, limit, dominant(classes, weights, units))
    return {
        "class": classes.tolist(),
        "sure": [
            1 if one == "firm" else 0 if one == "depends" else -1 for one in rows["certainty"]
        ],
        "low": _shown(rows["minutes_low"], units),
        "mid": None if units.whole else _shown(rows["minutes"], units),
        "high": _shown(rows["minutes_high"], units),
        "band": bands.tolist(),
        "near": _positions(rows["facility_id"], units.facilities, -1).tolist(),
        "eligible": counts(eligible),
        "basis": [one if isinstance(one, str) else "" for one in rows["basis"]],
        "by_class": sums.by(classes, len(CLASSES)),
        "by_band": sums.by(bands, len(BANDS)),
        "total": sums.total(),
        "depends": int((rows["certainty"] == "depends").sum()),
        "town": {**town, "split": split},
    }


def _blank(units: Units) -> dict[str, Any]:
    """Show that nothing is known: every class unknown, no minutes."""
    number, towns = len(units.villages), len(units.towns)
    classes = np.full(number, UNKNOWN)
    bands = np.full(number, len(BANDS) - 1)
    sums = _Sums(units.persons, np.full(number, np.nan))
    none: list[None] = [None] * number
    totals = [[None, count(one)] for one in np.bincount(units.town_of, minlength=towns)]
    unit_sums = _Sums(np.full(towns, np.nan), np.full(towns, np.nan))
    return {
        "class": classes.tolist(),
        "sure": [-1] * number,
        "low": none,
        "mid": None,
        "high": none,
        "band": bands.tolist(),
        "near": [-1] * number,
        "eligible": none,
        "basis": [""] * number,
        "by_class": sums.by(classes, len(CLASSES)),
        "by_band": sums.by(bands, len(BANDS)),
        "total": sums.total(),
        "depends": 0,
        "town": {
            "class": [UNKNOWN] * towns,
            "low": [None] * towns,
            "mid": None,
            "high": [None] * towns,
            "band": [len(BANDS) - 1] * towns,
            "reached": [[*one, None, None, None, None] for one in totals],
            "by_class": unit_sums.by(np.full(towns, UNKNOWN), len(CLASSES)),
            "by_band": unit_sums.by(np.full(towns, len(BANDS) - 1), len(BANDS)),
            "total": unit_sums.total(),
            "split": _split(classes, units),
        },
    }


def _positions(column: pd.Series, known: Sequence[str], missing: int) -> NDArray[np.int64]:
    at = index_of(known)
    return np.array([at.get(one, missing) for one in column], dtype=np.int64)


def _shown(column: pd.Series, units: Units) -> list[Minute]:
    return [minute(one, whole=units.whole) for one in _floats(column)]


def bands_of(minutes: NDArray[np.float64], limits: Sequence[float]) -> NDArray[np.int64]:
    """Put minutes into the bands that the map colours.

    Parameters
    ----------
    minutes
        Minutes; infinity is unreachable, NaN is no data.
    limits
        The service's limits in minutes, ascending, at most three; a value exactly at a limit is in
        the band up to it.

    Returns
    -------
    numpy.ndarray
        Position of the band in ``legend.BANDS``.

    Raises
    ------
    ValueError
        If there are more than three limits.

    Examples
    --------
    >>> bands_of(np.array([20, 20.1, 45.1, np.inf, np.nan]), (20, 30, 45)).tolist()
    [0, 1, 3, 4, 5]
    """
    over = BANDS.index("over")
    if len(limits) > over:
        message = f"the map has bands for {over} limits, not for {len(limits)}"
        raise ValueError(message)
    bands = np.searchsorted(np.asarray(limits, dtype=np.float64), minutes, side="left")
    bands = np.where(bands == len(limits), over, bands)
    bands = np.where(np.isinf(minutes), BANDS.index("unreachable"), bands)
    return np.where(np.isnan(minutes), BANDS.index("none"), bands).astype(np.int64)


def dominant(
    classes: NDArray[np.int64], weights: NDArray[np.float64], units: Units
) -> NDArray[np.int64]:
    """Give each township the class that holds most persons; of equal ones the worse.

    Parameters
    ----------
    classes
        Position of each village's class in ``CLASSES``.
    weights
        Persons of each village; NaN counts nothing here. A township of which nothing is counted
        takes the class of most villages.
    units
        The places in order.

    Returns
    -------
    numpy.ndarray
        Position of each township's class; unknown for a township without villages.

    Raises
    ------
    IndexError
        If an array is shorter than the list of villages.

    Examples
    --------
    See ``tests/test_maps_views.py``.
    """
    shape = (len(units.towns), len(CLASSES))
    persons, places = np.zeros(shape), np.zeros(shape)
    np.add.at(persons, (units.town_of, classes), np.nan_to_num(weights))
    np.add.at(places, (units.town_of, classes), 1.0)
    table = np.where(persons.sum(axis=1, keepdims=True) > 0, persons, places)
    fullest: NDArray[np.int64] = table[:, ::-1].argmax(axis=1)  # from the worst: so go the ties
    return UNKNOWN - fullest


def _split(classes: NDArray[np.int64], units: Units) -> list[list[int]]:
    table = np.zeros((len(units.towns), len(CLASSES)), dtype=np.int64)
    np.add.at(table, (units.town_of, classes), 1)
    found: list[list[int]] = table.tolist()
    return found


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums for the legend: zero stays zero, and where nothing is counted there is no data."""

    persons: NDArray[np.float64]
    eligible: NDArray[np.float64]

    def by(self, groups: NDArray[np.int64], number: int) -> list[list[int | float | None]]:
        """Give number, persons and eligible persons of each group."""
        return [self._row(groups == one) for one in range(number)]

    def total(self) -> list[int | float | None]:
        """Give number, persons and eligible persons of all."""
        return self._row(np.ones(len(self.persons), dtype=bool))

    def _row(self, chosen: NDArray[np.bool_]) -> list[int | float | None]:
        return [int(chosen.sum()), _sum(self.persons[chosen]), _sum(self.eligible[chosen])]


def _sum(values: NDArray[np.float64]) -> int | float | None:
    if not len(values):
        return 0
    return None if np.isnan(values).all() else count(np.nansum(values))


class _Townships:
    """What the tables say of townships."""

    def __init__(self, result: StudyResult, units: Units) -> None:
        self.units = units
        self._headline = result.tables["townships"].set_index("zone_id").reindex(list(units.towns))
        access = result.tables["access"]
        wanted = {one for pair in REACHED for one in pair} | set(MEDIANS)
        rows = access[access["measure"].isin(wanted) & access["zone_id"].isin(units.towns)]
        keys = zip(
            rows["zone_id"], rows["service"], rows["measure"], rows["parameters"], strict=True
        )
        values = _floats(rows["value"])
        self._access: dict[tuple[str, str, str, float | None], float] = {
            (zone, service, measure, limit_of(parameters)): value
            for (zone, service, measure, parameters), value in zip(keys, values, strict=True)
        }

    def view(
        self, service: ServiceInfo, limit: float, aggregated: NDArray[np.int64]
    ) -> dict[str, Any]:
        """Give class, minutes and who is reached, township by township."""
        units, table = self.units, self._headline
        rows = table[(table["service"] == service.key) & (table["limit"] == limit)]
        classes = aggregated.copy()
        if len(rows) == len(table):  # the table's own word, where it has one
            classes = _positions(rows["class"], CLASSES, UNKNOWN)
        low, central, high = self._medians(service.key)
        reached = self._reached(service.key, limit)
        bands = bands_of(central, service.limits)
        sums = _Sums(reached[:, 3], reached[:, 5])
        return {
            "class": classes.tolist(),
            "low": [minute(one, whole=units.whole) for one in low],
            "mid": None if units.whole else [minute(one, whole=False) for one in central],
            "high": [minute(one, whole=units.whole) for one in high],
            "band": bands.tolist(),
            "reached": [counts(row) for row in reached],
            "by_class": sums.by(classes, len(CLASSES)),
            "by_band": sums.by(bands, len(BANDS)),
            "total": sums.total(),
        }

    def _medians(self, service: str) -> list[NDArray[np.float64]]:
        """Give the median minutes: of the headline service from its table, else from access."""
        table = self._headline
        if (table["service"] == service).all():
            return [_floats(table[f"minutes_{end}"]) for end in ("low", "central", "high")]
        return [
            np.array(
                [self._access.get((zone, service, one, None), np.nan) for zone in self.units.towns]
            )
            for one in MEDIANS
        ]

    def _reached(self, service: str, limit: float) -> NDArray[np.float64]:
        names = [name for pair in REACHED for name in pair]
        found = self._access
        return np.array(
            [
                [found.get((zone, service, name, limit), np.nan) for name in names]
                for zone in self.units.towns
            ]
        ).reshape(len(self.units.towns), len(names))


def limit_of(parameters: Any) -> float | None:
    """Read the limit out of the parameters of a row of ``access``.

    Parameters
    ----------
    parameters
        Text such as ``limit=30 min; times=central``; missing or without a limit gives None.

    Returns
    -------
    float or None
        Minutes.

    Raises
    ------
    ValueError
        If the limit is no number.

    Examples
    --------
    >>> limit_of("limit=30 min; times=central"), limit_of("rank=1")
    (30.0, None)
    """
    if not isinstance(parameters, str):
        return None
    for part in parameters.replace(",", ";").split(";"):
        name, _, value = part.strip().partition("=")
        if name == "limit":
            return float(value.split()[0])  # a unit may follow
    return None


def verdicts_of(scoreboard: pd.DataFrame, towns: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Give the plan's verdicts on each township.

    Parameters
    ----------
    scoreboard
        The scoreboard table.
    towns
        Codes of townships in order.

    Returns
    -------
    list
        For each township a list of ``clause``, ``verdict`` and ``demonstration`` (empty if none).

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_maps_views.py``.
    """
    found: list[list[dict[str, Any]]] = [[] for _ in towns]
    at = index_of(towns)
    rows = scoreboard[(scoreboard["ledger"] == "plan") & (scoreboard["level"] == "township")]
    columns = ("zone_id", "rule", "clause", "verdict", "demonstration_verdict")
    ordered = rows.sort_values(["zone_id", "rule"], kind="stable")
    for zone, rule, clause, verdict, shown in zip(*(ordered[one] for one in columns), strict=True):
        if zone in at:
            found[at[zone]].append(
                {
                    "rule": rule,
                    "clause": tongues(clause, " ("),
                    "verdict": verdict,
                    "demonstration": shown if isinstance(shown, str) else "",
                }
            )
    return found


def plans_of(
    tables: Mapping[str, pd.DataFrame], units: Units, service: str | None, limit: float | None
) -> list[dict[str, Any]]:
    """Give the plans for new sites at the headline limit, from the fewest sites to the most.

    Parameters
    ----------
    tables
        The result's tables, of which ``plans`` and ``sites`` are read.
    units
        The places in order.
    service, limit
        Service and limit in minutes of the plans shown; None shows none.

    Returns
    -------
    list of dict
        ``sites``, ``chosen`` (facility, order, places and persons gained), ``covered``, ``total``,
        ``ceiling`` (places and persons each), ``proof`` (1 proven and re-checked) and ``gap`` (%).

    Raises
    ------
    KeyError
        If a table or a column is missing.

    Examples
    --------
    See ``tests/test_maps_views.py``.
    """
    plans = tables["plans"]
    if service is None or limit is None or plans.empty:
        return []
    rows = plans[(plans["service"] == service) & (plans["limit"] == limit)]
    sites = tables["sites"]
    return [
        _plan(row, sites[sites["plan"] == row["plan"]], units)
        for row in rows.sort_values(["sites", "plan"], kind="stable").to_dict("records")
    ]


def _plan(row: dict[Any, Any], sites: pd.DataFrame, units: Units) -> dict[str, Any]:
    at = index_of(units.facilities)
    chosen = [
        [
            at[one["facility_id"]],
            count(one["order"]),
            count(one["gain_places"]),
            count(one["gain_persons"]),
        ]
        for one in sites.sort_values("order", kind="stable").to_dict("records")
        if one["facility_id"] in at
    ]
    proven = row["status"] == "optimal" and bool(row["verified"])
    gap = None if np.isinf(row["gap"]) else count(100 * row["gap"])
    return {
        "sites": count(row["sites"]),
        "chosen": chosen,
        "covered": [count(row["covered_places"]), count(row["covered_persons"])],
        "total": [count(row["total_places"]), count(row["total_persons"])],
        "ceiling": [count(row["ceiling_places"]), count(row["ceiling_persons"])],
        "proof": int(proven),
        "gap": gap,
    }
