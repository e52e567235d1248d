"""Units from a list of one office and shapes from a layer of another, put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import Ask
from wushan_geo.sources.places import name_of, text_column
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.tables import Raw


def shaped(table: str, units: Raw, layer: Raw, answers: Answers) -> tuple[Raw, list[Fault]]:
    """Give the units of a list the shapes of a layer.

    A shape belongs to the unit of its code; where the layer has no such code, to the unit of its
    name inside its township. What the list does not say is taken from the layer. A shape that
    belongs to no unit is asked about; a unit without a shape keeps none.

    Parameters
    ----------
    table
        ``townships`` or ``villages``.
    units
        The list, with codes and names.
    layer
        The layer, with shapes.
    answers
        What was decided before.

    Returns
    -------
    tuple
        The units with their shapes, and the findings.

    Raises
    ------
    KeyError
        If the list has no column ``zone_id`` or ``name``.

    Examples
    --------
    >>> import shapely
    >>> from wushan_geo.study.answers import Answers
    >>> from wushan_geo.study.tables import Raw
    >>> listed = pd.DataFrame({"zone_id": ["500237100"], "name": ["庙宇镇"]}, index=[2])
    >>> units = Raw(listed, "a.csv")
    >>> shapes = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    >>> layer = Raw(pd.DataFrame({"name": ["庙宇"]}, index=[1]), "b.shp", shapes)
    >>> shaped("townships", units, layer, Answers())[0].geometry[0].area
    1.0
    """
    if layer.geometry is None:
        message = "the layer has no shapes"
        raise ValueError(message)
    codes = text_column(units, "zone_id")
    places = {code: at for at, code in enumerate(codes) if code}
    found, faults = _owners(table, units, layer, answers)
    geometry = np.full(len(codes), None, dtype=object)
    source: list[int | None] = [None] * len(codes)
    for at, code in enumerate(found):
        place = places.get(code or "")
        if place is None:
            continue
        if geometry[place] is not None:
            shown = name_of(layer, at)
            words = rule("shape_twice", code=code)
            faults.append(fault(layer.where(at, "name", shown), words, hint("shape_twice")))
            continue
        geometry[place], source[place] = layer.geometry[at], at
    without = [one for one, shape in zip(codes, geometry, strict=True) if shape is None]
    if without:
        words = rule("unit_without_shape", count=len(without))
        where = Where(layer.file, None, "", "、".join(str(one) for one in without[:5]))
        faults.append(fault(where, words, hint("unit_without_shape"), severity="note"))
    whole = replace(units, geometry=geometry, crs=layer.crs)
    return _filled(whole, layer, source), faults


def _owners(
    table: str, units: Raw, layer: Raw, answers: Answers
) -> tuple[list[str | None], list[Fault]]:
    """Give the code of the unit that each shape belongs to."""
    from wushan_geo.sources.divisions import match

    known = {one for one in text_column(units, "zone_id") if one}
    given = text_column(layer, "zone_id")
    names = [name_of(layer, at) for at in range(len(layer.frame))]
    parents = text_column(layer, "parent_id")
    towns = text_column(layer, "township_name")
    columns = {"zone_id": text_column(units, "zone_id"), "name": names_of(units)}
    listed = pd.DataFrame(columns, dtype=object)
    # A row without its code or its name is told of where the list is checked.
    listed = listed[listed["zone_id"].notna() & (listed["name"] != "")]
    digits = 9 if table == "villages" else 6  # a township of itself would have no end
    listed["parent_id"] = [one[:digits] for one in listed["zone_id"]]
    open_rows = [at for at, one in enumerate(given) if one not in known]
    above = [parents[at] or (given[at] or "")[:9] or None for at in open_rows]
    owners: list[str | None] = [one if one in known else None for one in given]
    faults: list[Fault] = []
    if not open_rows:
        return owners, faults
    parent = above if table == "villages" and any(above) else None
    matched = match([names[at] for at in open_rows], listed, parent=parent)
    for at, row in zip(open_rows, matched.to_dict("records"), strict=True):
        subject = "/".join(one for one in (towns[at], names[at]) if one)
        answer = answers.get("zone", table, subject)
        if answer == LEAVE_OUT:
            continue
        if answer in known:
            owners[at] = answer
        elif row["status"] == "matched":
            owners[at] = str(row["zone_id"])
        else:
            asked = Ask("zone", table, subject, (*row["candidates"], LEAVE_OUT))
            where = layer.where(at, "name", subject)
            advice = hint("shape_owner")
            faults.append(fault(where, rule("shape_owner"), advice, severity="decide", ask=asked))
    return owners, faults


def names_of(raw: Raw) -> list[str]:
    """Give the names of all rows, empty where there is none.

    Parameters
    ----------
    raw
        A list of units.

    Returns
    -------
    list of str
        The names.

    Raises
    ------
    AttributeError
        If `raw` is no table.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> names_of(Raw(pd.DataFrame({"name": ["庙宇镇"]}), "a.csv"))
    ['庙宇镇']
    """
    return [name_of(raw, at) for at in range(len(raw.frame))]


def _filled(units: Raw, layer: Raw, source: list[int | None]) -> Raw:
    """Take from the layer what the list does not say."""
    lacking = {}
    for column in layer.frame.columns:
        if column in {"zone_id", "parent_id"} or column in units.frame.columns:
            continue
        cells = text_column(layer, str(column))
        lacking[str(column)] = [None if at is None else cells[at] for at in source]
    return units.with_columns(lacking)
