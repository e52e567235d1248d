"""What the study knows besides a file: places, sources, points, counts, kinds of facilities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import SHOWN, Ask
from wushan_geo.sources import places, registers
from wushan_geo.sources.intake import joined
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import CONTRACTS, TOWNSHIP_DIGITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from wushan_geo.sources.intake import Context, Taken
    from wushan_geo.study.tables import Raw

SIGNED = ("source_unit", "signer", "as_of")
MENDED = ("county", "townships", "villages")  # layers whose shapes can be repaired
REGISTERS = ("persons", "residence")  # tables that may come with a row a person
UNLISTED = "villages not listed"
SILENT = "townships with nobody"
DEMAND = ("demand_lon", "demand_lat")
INSIDE = "inside"  # the answer that takes a point inside each village for its demand point


def finish(table: str, taken: Taken, context: Context) -> None:
    """Bring a table that was read to what its contract asks, with what the study knows besides.

    Where each row belongs, its source, its points in one datum, a register of persons counted,
    kinds and services of facilities by their keys; columns that are not in the contract go.

    Parameters
    ----------
    table
        Table of the study.
    taken
        What was read; it is changed.
    context
        What is known of the study.

    Raises
    ------
    KeyError
        If `table` is no table of the contract.

    Examples
    --------
    See ``tests/test_sources_intake.py``.
    """
    if taken.raw is None:
        return
    _private(table, taken)
    _sourced(table, taken, context)
    for step in STEPS.get(table, (_placed,)):
        step(table, taken, context)
    _pointed(table, taken, context)
    if table in MENDED:
        _mended(table, taken, context)
    if taken.raw is not None:
        taken.raw = _contract_only(table, taken.raw)
    taken.faults = registers.scrubbed(taken.faults)


def _private(table: str, taken: Taken) -> None:
    """Take what tells who somebody is out of every table but a register that is to be counted."""
    if taken.raw is None or (table in REGISTERS and registers.is_register(taken.raw)):
        return
    taken.raw, faults = registers.refuse(taken.raw)
    taken.faults += faults


def _columns(table: str) -> list[str]:
    return [column.name for column in CONTRACTS[table].columns]


def _contract_only(table: str, raw: Raw) -> Raw:
    """Let nothing through that the contract does not name: no name of a person, no number."""
    known = _columns(table)
    strange = [one for one in raw.frame.columns if one not in known and "original" not in one]
    return replace(raw, frame=raw.frame.drop(columns=strange)) if strange else raw


def _sourced(table: str, taken: Taken, context: Context) -> None:
    """Fill in what an office says once for the whole table: basis, unit, signer, cut-off date."""
    raw = taken.raw
    if raw is None:
        return
    known, told = _columns(table), context.told.get(table, {})
    for column in ("basis", *SIGNED):
        if column not in known:
            continue
        cells = raw.frame[column] if column in raw.frame.columns else None
        lacking = cells is None or bool(cells.isna().all())
        value = told.get(column) or context.answers.get("source", table, column)
        if lacking and value:
            raw = raw.with_columns({column: str(value)})
        elif lacking and column == "basis":
            where = Where(raw.file, None, raw.labels.get(column, column))
            asked = Ask("source", table, column, ("measured", "stated", "inferred", "modelled"))
            words, advice = rule("source_basis"), hint("source_basis", table=table)
            taken.faults.append(fault(where, words, advice, severity="decide", ask=asked))
            # Asked once: an empty basis of every row would only repeat the question.
            raw = raw.with_columns({column: "measured"})
    taken.raw = raw


def _kinds(_table: str, taken: Taken, _context: Context) -> None:
    """Take the kind of a unit from the end of its name, where no column tells it."""
    raw = taken.raw
    if raw is None or "name" not in raw.frame.columns:
        return
    cells = raw.frame["kind"] if "kind" in raw.frame.columns else None
    if cells is not None and not cells.isna().any():
        return
    from wushan_geo.sources.divisions.names import parted, plain

    names = places.text_column(raw, "name")
    told = [None] * len(names) if cells is None else cells.astype(object).tolist()
    kinds = [
        one if isinstance(one, str) else parted(plain(name or ""))[1] or None
        for one, name in zip(told, names, strict=True)
    ]
    taken.raw = raw.with_columns({"kind": kinds})
    where = Where(raw.file, None, raw.labels.get("name", "name"))
    taken.faults.append(fault(where, rule("kind_from_name"), hint("nothing"), severity="note"))


def _parents(_table: str, taken: Taken, context: Context) -> None:
    """Take the township of a village from its code, and check the name that stands beside it."""
    raw = taken.raw
    if raw is None or "zone_id" not in raw.frame.columns:
        return
    frame = raw.frame
    if "parent_id" not in frame.columns or frame["parent_id"].isna().all():
        codes = frame["zone_id"].astype(object).where(frame["zone_id"].notna(), None).tolist()
        above = [one[:TOWNSHIP_DIGITS] if isinstance(one, str) else None for one in codes]
        raw = raw.with_columns({"parent_id": above})
        where = Where(raw.file, None, raw.labels.get("zone_id", "zone_id"))
        words = rule("parent_from_code", digits=TOWNSHIP_DIGITS)
        taken.faults.append(fault(where, words, hint("nothing"), severity="note"))
    taken.raw = raw
    towns = context.clean.get("townships")
    if "township_name" in raw.frame.columns and towns is not None:
        none = raw.frame[["zone_id"]].iloc[:0].assign(name="", parent_id="")
        units = places.Units(towns, none, context.changes, context.clean.get("county"))
        only = raw.frame[["township_name"]].assign(zone_id=raw.frame["parent_id"])
        checked = places.resolve(replace(raw, frame=only), "road_nodes", units, context.answers)
        taken.matches.append(checked.matches.assign(table="villages"))
        taken.faults += [one for one in checked.faults if one.severity != "note"]


def _placed(table: str, taken: Taken, context: Context) -> None:
    towns, villages = context.clean.get("townships"), context.clean.get("villages")
    raw = taken.raw
    if raw is None or towns is None or villages is None or "zone_id" not in _columns(table):
        return
    raw = _nameless(raw, taken) if registers.is_register(raw) else raw
    units = places.Units(towns, villages, context.changes, context.clean.get("county"))
    found = places.resolve(raw, table, units, context.answers)
    taken.raw = found.raw
    taken.matches.append(found.matches)
    taken.faults += found.faults
    taken.pending |= found.pending


def _nameless(raw: Raw, taken: Taken) -> Raw:
    """Empty the places that hold a person's name, as they do where columns have shifted."""
    persons = {one for one in places.text_column(raw, "person_name") if one}
    wrong: list[int] = []
    for column in places.NAMES:
        cells = places.text_column(raw, column)
        hit = [at for at, one in enumerate(cells) if one in persons]
        if hit:
            kept = [None if one in persons else one for one in cells]
            raw = raw.with_columns({column: kept})
            wrong += hit
    if wrong:
        where = raw.where(min(wrong), "village_name")
        words = rule("register_shifted", count=len(set(wrong)))
        taken.faults.append(fault(where, words, hint("register_shifted")))
    return raw


def _counted(table: str, taken: Taken, context: Context) -> None:
    """Count a register with a row a person; nothing of it goes further than the counts."""
    raw, villages = taken.raw, context.clean.get("villages")
    if raw is None or not registers.is_register(raw):
        return
    placed = "zone_id" in raw.frame.columns and raw.frame["zone_id"].notna().any()
    if villages is None or context.as_of is None or not placed:
        taken.raw = None
        taken.faults.append(fault(Where(raw.file), rule("register_zones"), hint("register_zones")))
        return
    signed = {
        column: raw.frame[column].dropna().iloc[0]
        for column in ("basis", *SIGNED)
        if column in raw.frame.columns and raw.frame[column].notna().any()
    }
    counted, faults = registers.count(
        raw,
        table=table,
        as_of=context.as_of,
        eligibility=context.clean.get("eligibility"),
        services=context.services,
        zones=villages["zone_id"].tolist(),
        answers=context.answers,
    )
    taken.raw = _silent_townships(counted, taken, context).with_columns(signed)
    taken.arrivals = [replace(one, layout="register") for one in taken.arrivals]
    taken.faults += faults


def _silent_townships(raw: Raw, taken: Taken, context: Context) -> Raw:
    """Ask whether a township that a register has nobody of did not report."""
    towns = context.clean.get("townships")
    frame = raw.frame
    if towns is None or "persons" not in frame.columns:
        return raw
    counts = pd.to_numeric(frame["persons"], errors="coerce").fillna(0.0)
    above = frame["zone_id"].str[:TOWNSHIP_DIGITS]
    total = counts.groupby(above.to_numpy()).sum()
    names = dict(zip(towns["zone_id"], towns["name"], strict=True))
    empty = [str(one) for one in total.index[(total == 0).to_numpy()] if one in names]
    if not empty or not total.sum():
        return raw
    answer = context.answers.get("value", "persons", SILENT)
    shown = "、".join(str(names[one]) for one in empty[:SHOWN])
    where = Where(raw.file, None, "", shown)
    if answer in {"zero", "unreported"}:
        advice = hint("place_left_out")
        taken.faults.append(fault(where, rule("unlisted_decided"), advice, severity="note"))
    else:
        asked = Ask("value", "persons", SILENT, ("unreported", "zero"))
        words = rule("silent_townships", count=len(empty))
        taken.faults.append(fault(where, words, hint("unlisted"), severity="decide", ask=asked))
    if answer == "zero":
        return raw
    cells = places.text_column(raw, "persons")
    gone = above.isin(empty).tolist()
    return raw.with_columns(
        {"persons": [None if out else one for one, out in zip(cells, gone, strict=True)]}
    )


def _unlisted(_table: str, taken: Taken, context: Context) -> None:
    """Ask once whether the villages that a list of persons leaves out have nobody, or no data."""
    raw, villages = taken.raw, context.clean.get("villages")
    needed = {"zone_id", "group", "persons"}
    if raw is None or villages is None or not needed <= set(raw.frame.columns):
        return
    if raw.frame.empty:
        taken.faults.append(fault(Where(raw.file), rule("no_rows"), hint("no_rows")))
        return
    listed = set(raw.frame["zone_id"].dropna())
    gone = [one for one in villages["zone_id"].dropna().tolist() if one not in listed]
    groups = list(dict.fromkeys(raw.frame["group"].dropna().tolist()))
    if not gone or not groups or raw.frame["zone_id"].isna().any():
        return  # a row whose village is still to be decided may be one of those
    answer = context.answers.get("value", "persons", UNLISTED)
    names = dict(zip(villages["zone_id"], villages["name"], strict=True))
    shown = "、".join(str(names[one]) for one in gone[:SHOWN])
    where = Where(raw.file, None, raw.labels.get("zone_id", "zone_id"), shown)
    words = rule("unlisted", count=len(gone))
    if answer in {"zero", "unreported"}:
        advice = hint("place_left_out")
        taken.faults.append(fault(where, rule("unlisted_decided"), advice, severity="note"))
    else:
        asked = Ask("value", "persons", UNLISTED, ("unreported", "zero"))
        taken.faults.append(fault(where, words, hint("unlisted"), severity="decide", ask=asked))
    taken.raw = _with_villages(raw, gone, groups, "0" if answer == "zero" else None)


def _with_villages(raw: Raw, gone: list[str], groups: list[str], count: str | None) -> Raw:
    """Add a row for each group of the villages that are not listed."""
    size = len(gone) * len(groups)
    rows = pd.DataFrame(index=[0] * size, columns=raw.frame.columns, dtype="str")
    more = replace(raw, frame=rows, files=None, row_labels=None).with_columns(
        {
            "zone_id": [zone for zone in gone for _ in groups],
            "group": groups * len(gone),
            "persons": [count] * size,
            **{
                column: raw.frame[column].dropna().iloc[0]
                for column in ("basis", *SIGNED)
                if column in raw.frame.columns and raw.frame[column].notna().any()
            },
        }
    )
    whole = joined([raw, more])
    return raw if whole is None else whole


def _unreported(_table: str, taken: Taken, _context: Context) -> None:
    """Take a service row without any word on it for not known, which is not the same as none."""
    raw = taken.raw
    if raw is None or "status" not in raw.frame.columns:
        return
    told = [one for one in ("provider", "last", "per_quarter") if one in raw.frame.columns]
    blank = raw.frame[["status", *told]].isna().all(axis=1).to_numpy()
    if not blank.any():
        return
    cells = raw.frame["status"].astype(object).tolist()
    states = ["unknown" if gone else one for one, gone in zip(cells, blank, strict=True)]
    where = raw.where(int(np.flatnonzero(blank)[0]), "status")
    words = rule("service_unreported", count=int(blank.sum()))
    taken.faults.append(fault(where, words, hint("service_unreported"), severity="note"))
    taken.raw = raw.with_columns({"status": states})


def _facilities(_table: str, taken: Taken, context: Context) -> None:
    from wushan_geo.sources.facilities import geocoding_list, understand_facilities

    if taken.raw is not None:
        taken.raw, faults = understand_facilities(
            _with_townships(taken.raw, context),
            services=context.services,
            vocabulary=context.vocabulary,
            answers=context.answers,
        )
        taken.faults += faults
        taken.addresses.append(geocoding_list(taken.raw))


def _with_townships(raw: Raw, context: Context) -> Raw:
    """Say the official name of each facility's township, which its own name may repeat."""
    towns = context.clean.get("townships")
    if towns is None or "zone_id" not in raw.frame.columns:
        return raw
    names = dict(zip(towns["zone_id"], towns["name"], strict=True))
    codes = places.text_column(raw, "zone_id")
    named = [names.get(one[:TOWNSHIP_DIGITS]) if one else None for one in codes]
    return raw.with_columns({"township_name": named})


def _mended(table: str, taken: Taken, context: Context) -> None:
    """Repair the shapes that were decided to be repaired; all others stay as they are."""
    raw = taken.raw
    if raw is None or raw.geometry is None or "zone_id" not in raw.frame.columns:
        return
    if not any(topic == "repair" for topic, _, _ in context.answers.known):
        return
    import shapely

    from wushan_geo.sources.layers import mend

    county = context.raw.get("county")
    outline = None
    if county is not None and county.geometry is not None:
        outline = shapely.union_all(county.geometry[~shapely.is_missing(county.geometry)])
    taken.raw, faults = mend(raw, table, context.answers, outline)
    taken.faults += faults


def _pointed(table: str, taken: Taken, context: Context) -> None:
    """Put coordinates into degrees and one datum, and ask where they look shifted."""
    pairs = (("lon", "lat"), ("demand_lon", "demand_lat"))
    known = _columns(table)
    for pair in pairs:
        raw = taken.raw
        if raw is None or pair[0] not in known or not set(pair) <= set(raw.frame.columns):
            continue
        if raw.frame[list(pair)].isna().all(axis=None):
            continue
        from wushan_geo.sources.points import check

        taken.raw, faults = check(raw, table, pair, context.raw, context.told, context.answers)
        taken.faults += faults


def _inner_points(table: str, taken: Taken, context: Context) -> None:
    """Take a point inside each village for its demand point, where that was decided."""
    raw = taken.raw
    answer = context.answers.get("source", table, "demand_point")
    if raw is None or raw.geometry is None or answer != INSIDE:
        return
    if any(one in raw.frame.columns and raw.frame[one].notna().any() for one in DEMAND):
        return
    import shapely

    points = shapely.point_on_surface(raw.geometry)
    lost = shapely.is_missing(points) | shapely.is_empty(points)
    lon, lat = (
        [None if gone else f"{one:.6f}" for one, gone in zip(axis, lost, strict=True)]
        for axis in (shapely.get_x(points), shapely.get_y(points))
    )
    taken.raw = raw.with_columns({DEMAND[0]: lon, DEMAND[1]: lat, "point_basis": "inferred"})
    where = Where(raw.file)
    taken.faults.append(fault(where, rule("inner_points"), hint("nothing"), severity="note"))


# What each table needs besides, in this order; every other one is only put in its place.
STEPS: dict[str, tuple[Callable[[str, Taken, Context], None], ...]] = {
    "townships": (_kinds,),
    "villages": (_kinds, _parents, _inner_points),
    "persons": (_placed, _counted, _unlisted),
    "residence": (_placed, _counted),
    "services": (_placed, _unreported),
    "facilities": (_placed, _facilities),
}
