"""The tables of a result that describe units: villages, townships, facilities, all measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from wushan_geo.access.border import facility_border
from wushan_geo.access.gaps import CLASSES, REACHED, UNKNOWN, offer_of
from wushan_geo.access.survey import eligible_persons, register, summed
from wushan_geo.study.tables import TOWNSHIP_DIGITS
from wushan_geo.study.travelling import CONDITIONS
from wushan_geo.travel.ids import positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wushan_geo.access.border import BorderLine
    from wushan_geo.access.gaps import Times
    from wushan_geo.study.study import Study

# Minutes and class by standing condition (ordinary, snow, flood).
STANDING = tuple(f"{kind}_{one}" for one in CONDITIONS for kind in ("minutes", "class"))
VILLAGE_COLUMNS = [
    "zone_id", "name", "name_en", "parent_id", "parent_name", "parent_name_en", "kind", "bank",
    "service", "limit", "class", "certainty", "minutes_low", "minutes_central", "minutes_high",
    "facility_id", "persons", "eligible", "village_service", "basis", *STANDING,
]  # fmt: skip
_REACHED = ("places_reached", "persons_reached", "eligible_reached")
TOWNSHIP_COLUMNS = [
    "zone_id", "name", "name_en", "kind", "bank", "service", "limit", "class", "certainty",
    "minutes_low", "minutes_central", "minutes_high", "places", "places_reached", "places_unknown",
    "persons", "persons_reached", "persons_unknown", "eligible", "eligible_reached",
    "eligible_unknown", "facilities_open", "capacity", "basis",
    *(f"{kind}_{one}" for one in CONDITIONS for kind in ("minutes", *_REACHED)),
]  # fmt: skip
FACILITY_COLUMNS = [
    "facility_id", "name", "name_en", "kind", "status", "services", "capacity", "admits",
    "zone_id", "parent_id", "parent_name", "parent_name_en", "basis", "point_basis", "lon", "lat",
    "persons_within", "eligible_within", "places_within", "proposed_order", "border",
]  # fmt: skip
ACCESS_COLUMNS = ["zone_id", "service", "measure", "value", "unit", "parameters"]
_UNITS = {"places": "places", "persons": "persons", "eligible": "persons"}
_PARTS = (
    "reached", "reached_optimistic", "reached_pessimistic",
    *(f"reached_{one}" for one in CONDITIONS), "unknown",
)  # fmt: skip
_SUMS = {
    column: (measure, unit)
    for group, unit in _UNITS.items()
    for column, measure in (
        (group, f"{group}_total"),
        *((f"{group}_{part}", f"{group}_{part}") for part in _PARTS),
    )
}
_SHARES = {"place_share": "places", "person_share": "persons", "eligible_share": "eligible"}


def headline_gaps(study: Study, gaps: pd.DataFrame) -> pd.DataFrame:
    """Take the rows of the headline service at its default limit.

    Parameters
    ----------
    study
        The study.
    gaps
        The result table ``gaps``.

    Returns
    -------
    DataFrame
        One row for each village.

    Raises
    ------
    KeyError
        If the headline service is not among the services of the study.

    Examples
    --------
    See ``tests/test_access_units.py``.
    """
    service = study.config.services[study.config.headline]
    own = (gaps["service"] == service.key) & (gaps["limit"] == service.limit)
    return gaps[own.to_numpy()].reset_index(drop=True)


def village_table(study: Study, gaps: pd.DataFrame, answers: Mapping[str, str]) -> pd.DataFrame:
    """Describe each village with its class and minutes for the headline service.

    Parameters
    ----------
    study
        The study.
    gaps
        The result table ``gaps``.
    answers
        Whether each village has a village service (yes, no, unknown), by code.

    Returns
    -------
    DataFrame
        The result table ``villages``, sorted by code. Minutes are infinite where nothing can be
        reached and NaN where they are not known; persons NaN where there is no data.

    Raises
    ------
    KeyError
        If a village has no row in `gaps`.

    Examples
    --------
    See ``tests/test_access_units.py``.
    """
    own = headline_gaps(study, gaps).drop(columns=["persons", "eligible"])
    own = own.rename(columns={"minutes": "minutes_central"})
    zones = study.villages[["zone_id", "name", "name_en", "parent_id", "kind", "bank"]]
    table = pd.DataFrame(zones).merge(own, on="zone_id", how="left", validate="one_to_one")
    parents = study.townships.set_index("zone_id")
    table["parent_name"] = table["parent_id"].map(parents["name"])
    table["parent_name_en"] = table["parent_id"].map(parents["name_en"])
    table["persons"] = study.group("all").to_numpy()
    table["eligible"] = eligible_persons(study, study.config.services[study.config.headline])
    table["village_service"] = [answers.get(zone, UNKNOWN) for zone in table["zone_id"]]
    return table[VILLAGE_COLUMNS]


def township_table(study: Study, villages: pd.DataFrame) -> pd.DataFrame:
    """Describe each township by its villages, never by its seat.

    The class is the one that holds most eligible persons (certified persons where the service has
    no eligible group, villages where there are no counts), ties to the worse; minutes are the
    person-weighted median over the villages; it depends on the roads if that holds for any village.

    Parameters
    ----------
    study
        The study.
    villages
        The result table ``villages``.

    Returns
    -------
    DataFrame
        The result table ``townships``, sorted by code; sums of persons are of what is known, NaN
        where nothing is.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_access_units.py``.
    """
    columns = {one: villages[one].to_numpy() for one in _READ}
    inside = _places(villages["parent_id"].tolist())
    supply = _supply(study)
    rows: list[dict[str, object]] = []
    for zone in study.townships["zone_id"].tolist():
        some = {one: values[inside.get(zone, [])] for one, values in columns.items()}
        rows.append({**_township(some), **supply.get(zone, NO_SUPPLY)})
    zones = study.townships[["zone_id", "name", "name_en", "kind", "bank"]]
    table = pd.concat([pd.DataFrame(zones), pd.DataFrame(rows, index=zones.index)], axis=1)
    if register(study, "facilities") != "complete":
        table[["facilities_open", "capacity"]] = np.nan
    for name in ("service", "limit", "basis"):
        table[name] = villages[name].iloc[0] if len(villages) else None
    return table[TOWNSHIP_COLUMNS]


_READ = (
    "class", "certainty", "minutes_low", "minutes_central", "minutes_high", "persons", "eligible",
    *STANDING,
)  # fmt: skip


def _places(keys: Iterable[object]) -> dict[object, list[int]]:
    """Give the rows of each key; plain lists, since groups are many and small."""
    found: dict[object, list[int]] = {}
    for at, key in enumerate(keys):
        found.setdefault(key, []).append(at)
    return found


NO_SUPPLY = {"facilities_open": 0.0, "capacity": 0.0}


def _township(some: Mapping[str, np.ndarray]) -> dict[str, object]:
    classes = some["class"]
    reached = np.isin(classes, REACHED)
    blind = bool((classes == UNKNOWN).all())  # "0 reached" would then be a claim
    weights = _weights(some)
    row: dict[str, object] = {
        "class": _fullest(classes, weights),
        "certainty": "depends" if (some["certainty"] == "depends").any() else "firm",
        "places": len(classes),
        "places_reached": np.nan if blind else float(reached.sum()),
        "places_unknown": int((classes == UNKNOWN).sum()),
    }
    for end in ("low", "central", "high"):
        row[f"minutes_{end}"] = weighted_median(some[f"minutes_{end}"], weights)
    for group in ("persons", "eligible"):
        counts = some[group]
        known = ~np.isnan(counts)
        row[group] = float(counts[known].sum()) if known.any() else np.nan
        within = float(counts[known & reached].sum())
        row[f"{group}_reached"] = within if known.any() and not blind else np.nan
        unclear = float(counts[known & (classes == UNKNOWN)].sum())
        row[f"{group}_unknown"] = unclear if known.any() else np.nan
    return row | _standing(some, weights)


def _standing(some: Mapping[str, np.ndarray], weights: np.ndarray) -> dict[str, object]:
    """Say what is reached in each condition; one that is not stated stays not known."""
    row: dict[str, object] = {}
    for condition in CONDITIONS:
        classes = some[f"class_{condition}"]
        unclear = np.array([one not in CLASSES or one == UNKNOWN for one in classes], dtype=bool)
        reached = np.isin(classes, REACHED)
        blind = bool(unclear.all())
        row[f"minutes_{condition}"] = weighted_median(some[f"minutes_{condition}"], weights)
        row[f"places_reached_{condition}"] = np.nan if blind else float(reached.sum())
        for group in ("persons", "eligible"):
            counts = some[group]
            known = ~np.isnan(counts)
            within = float(counts[known & reached].sum())
            row[f"{group}_reached_{condition}"] = np.nan if blind or not known.any() else within
    return row


def _weights(some: Mapping[str, np.ndarray]) -> np.ndarray:
    """Weigh villages by eligible persons, else by certified persons, else equally."""
    for group in ("eligible", "persons"):
        counts: np.ndarray = np.nan_to_num(some[group])
        if counts.sum() > 0:
            return counts
    return np.ones(len(some["persons"]))


def _fullest(classes: np.ndarray, weights: np.ndarray) -> str | None:
    """Give the class that holds most; a tie goes to the worse class."""
    if not len(classes):
        return None
    held = {one: float(weights[classes == one].sum()) for one in CLASSES}
    return max(CLASSES, key=lambda one: (held[one], CLASSES.index(one)))


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """Give the smallest value up to which at least half of the weight lies.

    Parameters
    ----------
    values
        Values; infinity is the largest, NaN (not known) is left out with its weight.
    weights
        Weights of at least 0.

    Returns
    -------
    float
        The median; NaN if nothing is known or nothing has weight.

    Raises
    ------
    ValueError
        If the two differ in length.

    Examples
    --------
    >>> weighted_median(np.array([10.0, 20.0, np.inf]), np.array([1.0, 1.0, 5.0]))
    inf
    """
    known = ~np.isnan(values)
    some, weight = values[known], weights[known]
    total = weight.sum()
    if not total > 0:
        return float("nan")
    order = np.argsort(some, kind="stable")
    running = np.cumsum(weight[order])
    return float(some[order][np.searchsorted(running, total / 2)])


def _supply(study: Study) -> dict[str, dict[str, float]]:
    """Count the open facilities and their places by township; unknown places make a sum unknown."""
    rows = study.facilities[study.facilities["status"].isin(("open", UNKNOWN)).to_numpy()]
    townships = rows["zone_id"].astype("str").str[:TOWNSHIP_DIGITS]
    found = {}
    for zone, some in rows.groupby(townships.to_numpy(dtype=object)):
        # Whether one is open at all may be what is not known.
        unclear = bool((some["status"] == UNKNOWN).any())
        found[str(zone)] = {
            "facilities_open": np.nan if unclear else float(len(some)),
            "capacity": np.nan if unclear else float(some["capacity"].sum(skipna=False)),
        }
    return found


def facility_table(
    study: Study,
    times: Times | None,
    orders: Mapping[str, int],
    *,
    line: BorderLine | None = None,
) -> pd.DataFrame:
    """Describe each facility with the places and persons within the headline limit of it.

    Parameters
    ----------
    study
        The study.
    times
        Minutes from villages to facilities, or None.
    orders
        Order of the proposed sites in the largest plan, by facility id.
    line
        The county line of this study at these times, where it was measured before.

    Returns
    -------
    DataFrame
        The result table ``facilities``, sorted by id. The counts ask only for the way, not for
        admission or services; NaN where there are no travel times or no point. ``border`` says
        whether its catchment crosses the county line, beyond which nobody is counted.

    Raises
    ------
    UnknownIdError
        If the times name places that the study does not have.

    Examples
    --------
    See ``tests/test_access_units.py``.
    """
    table = pd.DataFrame(study.facilities.drop(columns="geometry"))
    table = table.sort_values("facility_id", kind="stable", ignore_index=True)
    parents = study.townships.set_index("zone_id")
    table["parent_id"] = table["zone_id"].astype("str").str[:TOWNSHIP_DIGITS]
    table["parent_name"] = table["parent_id"].map(parents["name"])
    table["parent_name_en"] = table["parent_id"].map(parents["name_en"])
    for name, counts in _within(study, times).items():
        table[name] = table["facility_id"].map(counts).astype(float)
    table["border"] = UNKNOWN
    if times is not None:
        crosses = facility_border(study, times, line=line).set_index("facility_id")["border"]
        table["border"] = table["facility_id"].map(crosses)
    orders_found = [orders.get(one) for one in table["facility_id"]]
    table["proposed_order"] = pd.array(orders_found, dtype="Int64")
    return table[FACILITY_COLUMNS]


def _within(study: Study, times: Times | None) -> dict[str, dict[str, float]]:
    names = ("persons_within", "eligible_within", "places_within")
    service = study.config.services[study.config.headline]
    if times is None or service.limit is None:
        return {name: {} for name in names}
    near = times.central.within(service.limit)
    origins = times.central.origin_ids
    at = positions(origins, tuple(study.villages["zone_id"]), "the villages")
    positions(times.central.destination_ids, tuple(study.facilities["facility_id"]), "facilities")
    persons = study.group("all").to_numpy(dtype=float)[at]
    eligible = eligible_persons(study, service)[at]
    found = {}
    for name, counts in zip(names, (persons, eligible, np.ones(len(at))), strict=True):
        total = np.nan_to_num(counts) @ near
        # Persons of whom nothing is known are not nobody.
        blind = near.any(axis=0) & ~near[np.isfinite(counts)].any(axis=0)
        known = np.where(blind | (not np.isfinite(counts).any()), np.nan, total)
        found[name] = dict(zip(times.central.destination_ids, known.tolist(), strict=True))
    return found


def access_table(study: Study, gaps: pd.DataFrame) -> pd.DataFrame:
    """Lay out all measures in one long table: villages, townships and the county.

    Parameters
    ----------
    study
        The study.
    gaps
        The result table ``gaps``.

    Returns
    -------
    DataFrame
        The result table ``access``: ``zone_id``, ``service``, ``measure``, ``value``, ``unit``,
        ``parameters``. Minutes are infinite where nothing can be reached; a measure that is not
        known has no row.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_access_units.py``.
    """
    parents = dict(zip(study.villages["zone_id"], study.villages["parent_id"], strict=True))
    county = pd.Series(study.config.county, index=gaps.index)
    # Minutes do not depend on the limit: they are taken from the first one.
    first = gaps[~gaps.duplicated(["zone_id", "service"])]
    parts = [
        _minutes_rows(study, first),
        _median_rows(study, first, parents),
        _sum_rows(summed(gaps, gaps["zone_id"].map(parents))),
        _sum_rows(summed(gaps, county)),
        _supply_rows(study),
        _visit_rows(study),
    ]
    table = pd.concat([one for one in parts if len(one)], ignore_index=True)
    return table.dropna(subset="value").reset_index(drop=True)[ACCESS_COLUMNS]


def _long(rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=ACCESS_COLUMNS)


def _minutes_rows(study: Study, first: pd.DataFrame) -> pd.DataFrame:
    parameters = f"condition={study.config.travel.condition}; times=central"
    measures = (("minutes_nearest", "minutes"), ("minutes_own", "own_minutes"))
    parts = [
        _stacked(first, [(name, first[column], "min") for name, column in measures], parameters)
    ]
    for condition in CONDITIONS:
        if condition != study.config.travel.condition:
            nearest = [("minutes_nearest", first[f"minutes_{condition}"], "min")]
            parts.append(_stacked(first, nearest, f"condition={condition}; times=central"))
    return pd.concat(parts, ignore_index=True)


def _median_rows(study: Study, first: pd.DataFrame, parents: Mapping[str, str]) -> pd.DataFrame:
    """Give each township the person-weighted median of its villages' minutes, as the table does."""
    columns = {one: first[one].to_numpy(dtype=float) for one in ("persons", "eligible")}
    minutes = {one: first[column].to_numpy(dtype=float) for one, column in ENDS.items()}
    townships = [parents[one] for one in first["zone_id"].tolist()]
    groups = _places(zip(townships, first["service"].tolist(), strict=True))
    parameters = f"condition={study.config.travel.condition}; weights=eligible or certified persons"
    rows: list[tuple[object, ...]] = []
    for key, places in groups.items():
        weights = _weights({one: values[places] for one, values in columns.items()})
        zone, service = cast("tuple[str, str]", key)
        for end, values in minutes.items():
            value = weighted_median(values[places], weights)
            rows.append((zone, service, f"minutes_median_{end}", value, "min", parameters))
    return _long(rows)


ENDS = {"low": "minutes_low", "central": "minutes", "high": "minutes_high"}


def _sum_rows(sums: pd.DataFrame) -> pd.DataFrame:
    measures: list[tuple[str, pd.Series, str]] = [
        (measure, sums[column], unit) for column, (measure, unit) in _SUMS.items()
    ]
    for measure, group in _SHARES.items():
        total = sums[group].astype(float).where(sums[group] > 0)
        measures.append((measure, sums[f"{group}_reached"] / total, "share"))
    texts = [f"limit={one:g} min; times=central" for one in sums["limit"].tolist()]
    return _stacked(sums, measures, texts)


def _stacked(
    rows: pd.DataFrame, measures: list[tuple[str, pd.Series, str]], parameters: str | list[str]
) -> pd.DataFrame:
    """Set several measures of the same rows one below the other."""
    count, times = len(rows), len(measures)
    same = [parameters] * count if isinstance(parameters, str) else parameters
    return pd.DataFrame(
        {
            "zone_id": rows["zone_id"].tolist() * times,
            "service": rows["service"].tolist() * times,
            "measure": [name for name, _, _ in measures for _ in range(count)],
            "value": np.concatenate([values.to_numpy(dtype=float) for _, values, _ in measures]),
            "unit": [unit for _, _, unit in measures for _ in range(count)],
            "parameters": same * times,
        }
    )


def _supply_rows(study: Study) -> pd.DataFrame:
    """Count places beside eligible persons for the services that have them, by township."""
    if register(study, "facilities") != "complete":
        return _long([])
    rows: list[tuple[object, ...]] = []
    capacity = study.facilities.set_index("facility_id")["capacity"]
    parents = study.villages["parent_id"].to_numpy()
    what = "places are of facilities, which may offer several services"
    for service in study.config.services.values():
        if service.level != "township":
            continue
        offer = offer_of(study.facilities, service.key, county_level=False, complete=True)
        offered = capacity.reindex(list(offer.facility_ids)).to_numpy(dtype=float)
        counts = pd.Series(eligible_persons(study, service)).groupby(parents).sum(min_count=1)
        eligible = dict(zip(counts.index, counts.tolist(), strict=True))
        for zone in study.townships["zone_id"].tolist():
            here = offer.zone_units == zone
            unclear = bool((here & offer.maybe).any())
            # One that may offer it leaves open whether any does, and always how many places.
            found = float((here & offer.surely).sum())
            known = np.nan if unclear and not found else found
            # The sum of numbers with NaN is NaN: one unknown capacity makes the places unknown.
            places = np.nan if unclear else float(offered[here & offer.surely].sum())
            need = eligible.get(zone, np.nan)
            share = 100 * places / need if need > 0 else np.nan
            rows.append((zone, service.key, "offered_in_township", known, "facilities", ""))
            rows.append((zone, service.key, "capacity", places, "places", what))
            rows.append((zone, service.key, "places_per_100_eligible", share, "places", what))
    return _long(rows)


def _visit_rows(study: Study) -> pd.DataFrame:
    """Say when each village service was last delivered, and how often."""
    if study.services is None:
        return _long([])
    rows = study.services[(study.services["status"] == "delivered").to_numpy()]
    days = (pd.Timestamp(study.config.as_of) - rows["last"]).dt.days.astype(float)
    days = days.where(days >= 0)  # what is dated after the cut-off date has not happened yet
    as_of = f"as_of={study.config.as_of.isoformat()}"
    common = rows[["zone_id", "service"]]
    return pd.concat(
        [
            common.assign(measure="last_visit_days", value=days, unit="days", parameters=as_of),
            common.assign(
                measure="visits_per_quarter",
                value=rows["per_quarter"].astype(float),
                unit="visits",
                parameters="",
            ),
        ],
        ignore_index=True,
    )
