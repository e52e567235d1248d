"""What only several tables together can tell; every fault is found before one error is raised.

A check whose tables are not there, or could not be read, is left out: that is a fault of its own,
and the others still have something to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.study import geometry
from wushan_geo.study.candidates import candidate_faults
from wushan_geo.study.costs import cost_faults
from wushan_geo.study.crossings import crossing_faults
from wushan_geo.study.faults import Pair, Where, fault, hint, nearest, rule, some
from wushan_geo.study.person_cells import cell_faults
from wushan_geo.study.tables import (
    AGES,
    ANY,
    COUNTY_DIGITS,
    ELIGIBLE,
    GROUPS,
    TOWNSHIP_DIGITS,
    TYPES,
    VILLAGE_DIGITS,
    Tables,
)
from wushan_geo.wording import MESSAGES, both

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from wushan_geo.errors import Fault


def check_study(tables: Tables) -> list[Fault]:
    """Check what only several tables together can tell.

    Codes and parents, ids that must exist elsewhere, services that the study file knows, counts
    that must add up (types and ages to all, parts not above the whole), coordinate systems, valid
    coverages, and points inside their own zone.

    Parameters
    ----------
    tables
        The typed and raw tables; a check whose tables are not there is left out.

    Returns
    -------
    list of Fault
        Every fault found; empty if all is well.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    >>> check_study(Tables({}, {}, [], "500237"))
    []
    """
    found: list[Fault] = []
    for check in (
        _codes,
        _parents,
        _groups,
        _sums,
        _services,
        _eligibility,
        cell_faults,
        candidate_faults,
        _zones,
        _roads,
        crossing_faults,
        cost_faults,
    ):
        found += check(tables)
    found += geometry.check_layers(tables, tables.answers)
    return found


def _blame(
    tables: Tables,
    place: tuple[str, str],
    wrong: np.ndarray,
    words: Pair,
    advice: Pair | Callable[[str], Pair],
) -> Iterator[Fault]:
    """Give a fault for each wrong row of a column."""
    table, column = place
    raw, cells = tables.raw[table], tables.clean[table][column]
    for at in np.flatnonzero(wrong).tolist():
        value = "" if pd.isna(cells.iloc[at]) else str(cells.iloc[at])
        words_at = advice(value) if callable(advice) else advice
        yield fault(raw.where(at, column, value), words, words_at)


def _ids(tables: Tables, table: str, column: str = "zone_id") -> set[str]:
    """Give the ids of a table, none if it is not there."""
    return set(tables.clean[table][column].dropna()) if table in tables.clean else set()


def _unknown(
    tables: Tables, place: tuple[str, str], known: Collection[str], words: Pair
) -> Iterator[Fault]:
    """Give a fault for each filled cell that names nothing known."""
    table, column = place
    if table in tables.clean:
        cells = tables.clean[table][column]
        wrong = ~cells.isin(list(known)).to_numpy() & cells.notna().to_numpy()
        yield from _blame(tables, place, wrong, words, lambda value: nearest(value, known))


def _codes(tables: Tables) -> Iterator[Fault]:
    digits = {
        "county": COUNTY_DIGITS,
        "townships": TOWNSHIP_DIGITS,
        "villages": VILLAGE_DIGITS,
    }
    for table, length in digits.items():
        if table in tables.clean:
            codes = tables.clean[table]["zone_id"].astype("str")
            wrong = ~_is_code(codes, length) & codes.notna().to_numpy()
            words = rule("code", digits=length)
            yield from _blame(tables, (table, "zone_id"), wrong, words, _mend_code)
    if not tables.county:
        return
    if "county" in tables.clean:
        codes = tables.clean["county"]["zone_id"].astype("str")
        wrong = (codes != tables.county).to_numpy() & _is_code(codes, COUNTY_DIGITS)
        words, advice = rule("this_county", county=tables.county), hint("one_of_two")
        yield from _blame(tables, ("county", "zone_id"), wrong, words, advice)
    if "townships" in tables.clean:
        codes = tables.clean["townships"]["zone_id"].astype("str")
        apart = (codes.str[:COUNTY_DIGITS] != tables.county).to_numpy()
        wrong = apart & _is_code(codes, TOWNSHIP_DIGITS)
        words, advice = rule("county_prefix", county=tables.county), hint("code_itself")
        yield from _blame(tables, ("townships", "zone_id"), wrong, words, advice)


def _is_code(codes: pd.Series, length: int) -> np.ndarray:
    # [0-9] and not \d, which takes full-width digits as well.
    return np.asarray(codes.str.fullmatch(rf"[0-9]{{{length}}}").fillna(value=False), dtype=bool)


def _mend_code(value: str) -> Pair:
    """Say how a code was spoilt, where that can be seen."""
    if re.fullmatch(r"[0-9]+\.0+", value):
        return hint("code_point", code=value.partition(".")[0])
    if re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+", value):
        return hint("code_rounded")
    return hint("code")


def _parents(tables: Tables) -> Iterator[Fault]:
    if "villages" not in tables.clean:
        return
    villages = tables.clean["villages"]
    codes, parent = villages["zone_id"].astype("str"), villages["parent_id"].astype("str")
    orphan = np.zeros(len(villages), dtype=bool)
    place = ("villages", "parent_id")
    if "townships" in tables.clean:
        townships = _ids(tables, "townships")
        orphan = ~parent.isin(list(townships)).to_numpy() & parent.notna().to_numpy()
        yield from _unknown(tables, place, townships, rule("township"))
    apart = (codes.str[:TOWNSHIP_DIGITS] != parent).to_numpy()
    wrong = apart & ~orphan & parent.notna().to_numpy() & _is_code(codes, VILLAGE_DIGITS)
    yield from _blame(tables, place, wrong, rule("parent_prefix"), hint("parent_prefix"))


def _groups(tables: Tables) -> Iterator[Fault]:
    """Check the villages and groups of the counts, and that no village is left out."""
    known = {*GROUPS, *(ELIGIBLE + key for key in tables.services)}
    villages = _ids(tables, "villages")
    wrong = 0
    for table in ("persons", "residence"):
        found = [*_unknown(tables, (table, "group"), known, rule("group"))]
        if villages:
            found += _unknown(tables, (table, "zone_id"), villages, rule("village"))
        wrong += len(found) if table == "persons" else 0
        yield from found
    # A row whose village is still to be told may be one of those that seem to lack.
    told = "persons" in tables.clean and tables.clean["persons"]["zone_id"].notna().all()
    if told and villages and not wrong:
        yield from _complete(tables, villages)


def _complete(tables: Tables, villages: Collection[str]) -> Iterator[Fault]:
    """Each group that is given at all has a row for each village: zero is written, not left out."""
    persons = tables.clean["persons"].dropna(subset=["zone_id", "group"])
    groups = sorted(persons["group"].unique())
    given = persons.groupby("zone_id")["group"].agg(set).to_dict()
    for zone in sorted(villages):
        lacking = [one for one in groups if one not in given.get(zone, set())]
        if lacking:
            where = Where(tables.raw["persons"].file, None, "zone_id", zone)
            words = rule("every_village", groups=_groups_named(lacking))
            yield fault(where, words, hint("every_village"))


def _groups_named(groups: list[str]) -> Pair:
    """Name groups in both languages, the first few of many."""
    zh = [MESSAGES.get(f"template.group.{one}", (one, one))[0] for one in groups]
    return some(zh)[0], some(groups)[1]


def _sums(tables: Tables) -> Iterator[Fault]:
    """Check that exclusive groups add up to all, and that no part is above the whole."""
    persons = tables.clean.get("persons")
    if persons is None:
        return
    usable = persons.dropna(subset=["zone_id", "group"])
    # A negative count is a fault of its own and adds up to nothing.
    usable = usable.assign(persons=usable["persons"].where(usable["persons"] >= 0))
    if usable.duplicated(["zone_id", "group"]).any() or "all" not in set(usable["group"]):
        return
    counts = usable["persons"].to_numpy()
    raw = tables.raw["persons"]
    sound = persons[["zone_id", "group"]].notna().all(axis=1).to_numpy()
    places = np.flatnonzero(sound).tolist()
    keys = zip(usable["zone_id"].tolist(), usable["group"].tolist(), strict=True)
    rows = dict(zip(keys, places, strict=True))
    wide = usable.pivot(index="zone_id", columns="group", values="persons")  # noqa: PD010 -- exact, not aggregating
    total = wide["all"]
    for name, parts in (("sum.types", TYPES), ("sum.ages", AGES)):
        if set(parts) <= set(wide.columns):
            added = wide[list(parts)].sum(axis=1, skipna=False)
            wrong = (added != total) & added.notna() & total.notna()
            for zone in wide.index[wrong.to_numpy()]:
                words = rule("sum", zone=zone, what=both(name), total=f"{total[zone]:.0f}")
                where = raw.where(rows[zone, "all"], "persons", f"{added[zone]:.0f}")
                if (where.file, where.row) in tables.settled:
                    continue
                yield fault(where, words, hint("counts"))
    whole = usable["zone_id"].map(total).to_numpy()
    with np.errstate(invalid="ignore"):
        above = np.flatnonzero(counts > whole).tolist()
    for at in above:
        zone, group = usable["zone_id"].iloc[at], usable["group"].iloc[at]
        words = rule("part", zone=zone, group=group, total=f"{whole[at]:.0f}")
        where = raw.where(places[at], "persons", f"{counts[at]:.0f}")
        yield fault(where, words, hint("counts"))


def _services(tables: Tables) -> Iterator[Fault]:
    """Check that every service is one that the study file knows."""
    for table in ("services", "eligibility"):
        yield from _unknown(tables, (table, "service"), tables.services, rule("service"))
    if "facilities" in tables.clean:
        offered = tables.clean["facilities"]["services"]
        for at, keys in enumerate(offered.tolist()):
            for key in sorted(set(keys or ()) - set(tables.services)):
                where = tables.raw["facilities"].where(at, "services", key)
                yield fault(where, rule("service"), nearest(key, tables.services))


def _eligibility(tables: Tables) -> Iterator[Fault]:
    yield from _unknown(tables, ("eligibility", "type"), (*TYPES, ANY), rule("type"))
    yield from _unknown(tables, ("eligibility", "age_band"), (*AGES, ANY), rule("age_band"))


def _zones(tables: Tables) -> Iterator[Fault]:
    """Check the zones that tables name; a facility without one stands beyond the county."""
    villages, townships = _ids(tables, "villages"), _ids(tables, "townships")
    if villages:
        yield from _unknown(tables, ("services", "zone_id"), villages, rule("village"))
        yield from _unknown(tables, ("person_cells", "zone_id"), villages, rule("village"))
        yield from _unknown(tables, ("demand_points", "zone_id"), villages, rule("village"))
    if villages and townships:
        known = villages | townships
        yield from _unknown(tables, ("facilities", "zone_id"), known, rule("zone"))
        yield from _unknown(tables, ("road_nodes", "zone_id"), known, rule("zone"))


def too_short(nodes: pd.DataFrame, edges: pd.DataFrame, tables: Tables) -> Iterator[Fault]:
    """Find roads shorter than the straight line between their ends: lengths that are no metres.

    Parameters
    ----------
    nodes, edges
        The checked tables ``road_nodes`` and ``road_edges``.
    tables
        Where their rows stand in the files.

    Yields
    ------
    Fault
        One for each road that is more than a tenth and `SHORT_BY_M` shorter than the line.

    Raises
    ------
    KeyError
        If a table lacks a column.

    Examples
    --------
    See ``tests/test_study_checks.py``.
    """
    places = nodes.dropna(subset=["node_id"]).drop_duplicates("node_id").set_index("node_id")
    lon, lat, lon_v, lat_v = (
        np.radians(edges[end].map(places[axis]).to_numpy(dtype=float, na_value=np.nan))
        for end in ("u", "v")
        for axis in ("lon", "lat")
    )
    # The haversine on a sphere is within half a per cent of the ellipsoid: enough for a tenth.
    half = np.sin((lat_v - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(lat_v) * np.sin((lon_v - lon) / 2) ** 2
    straight = 2 * EARTH_M * np.arcsin(np.sqrt(half))
    length = edges["length_m"].to_numpy(dtype=float, na_value=np.nan)
    wrong = length < SHORT_OF * straight - SHORT_BY_M
    for at in np.flatnonzero(wrong).tolist():
        where = tables.raw["road_edges"].where(at, "length_m", f"{length[at]:g}")
        yield fault(
            where, rule("length_short", straight=f"{straight[at]:.0f}"), hint("length_short")
        )


EARTH_M = 6_371_008.8  # mean radius
SHORT_OF, SHORT_BY_M = 0.9, 100.0  # points and lengths are rough; a wrong unit is off by far more


def _roads(tables: Tables) -> Iterator[Fault]:
    """Check that each road runs between known nodes, over a known crossing."""
    if "road_nodes" in tables.clean and "road_edges" in tables.clean:
        nodes = list(_ids(tables, "road_nodes", "node_id"))
        words = rule("node", file=tables.raw["road_nodes"].file)
        for end in ("u", "v"):
            cells = tables.clean["road_edges"][end]
            wrong = ~cells.isin(nodes).to_numpy() & cells.notna().to_numpy()
            yield from _blame(tables, ("road_edges", end), wrong, words, hint("node"))
        yield from too_short(tables.clean["road_nodes"], tables.clean["road_edges"], tables)
    if "crossings" in tables.clean:
        words = rule("crossing", file=tables.raw["crossings"].file)
        known = _ids(tables, "crossings", "crossing_id")
        yield from _unknown(tables, ("road_edges", "crossing_id"), known, words)
