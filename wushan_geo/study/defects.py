"""Defects of shapes in words: what should be, where to look, and which answer settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.errors import Ask
from wushan_geo.study.faults import Pair, fault, hint, rule, some
from wushan_geo.study.topology import Defect, decided
from wushan_geo.wording import both

if TYPE_CHECKING:
    from wushan_geo.errors import Fault, Severity
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.tables import Raw

REPAIR, KEEP = "repair", "keep"
"""The answers on a defect."""
_SQUARE_KM = 1_000_000
# From here on an area is told in square kilometres: a tenth of one.
_LARGE_M2 = 100_000
_SMALL_M2 = 10  # below it a digit more is shown


def defect_fault(table: str, raw: Raw, codes: list[str], one: Defect, answers: Answers) -> Fault:
    """Tell a defect as a fault: an error, something to decide, or a note.

    Parameters
    ----------
    table
        Table of the layer.
    raw
        The layer as read.
    codes
        Code of each unit, in the order of the layer.
    one
        The defect.
    answers
        What was decided before.

    Returns
    -------
    Fault
        The fault, at the row of the first unit.

    Raises
    ------
    ValueError
        If the unit is none of the layer.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.study.answers import Answers
    >>> from wushan_geo.study.tables import Raw
    >>> raw = Raw(pd.DataFrame({"name": ["A", "B"]}, index=[1, 2]), "villages.gpkg")
    >>> told = Defect("gap", ("1", "2"), 1200.0, 0.5, (109.9, 31.0))
    >>> fault = defect_fault("villages", raw, ["1", "2"], told, Answers())
    >>> fault.row, fault.rule, fault.ask.subject
    (1, 'leaves no gap to 2 B (1,200 m2)', 'slivers')
    """
    value = one.units[0]
    words = _words(one, _named(raw, codes, one.units[1:]))
    if one.kind == "gap" and len(one.units) == 1 and not one.border:
        value = f"{value}: {area_text(one.area_m2)[1]}"
    where = raw.where(codes.index(one.units[0]), "geometry", value)
    if one.kind in _SETTLED:
        advice, severity = _SETTLED[one.kind]
        return fault(where, words, hint(advice), severity=severity)
    lon, lat = (f"{degree:.4f}" for degree in one.at)
    if one.kind == "ring":
        ask = Ask("repair", table, one.subject, (REPAIR,))
        advice_ring = hint("defect_ring", lon=lon, lat=lat)
        return fault(where, words, advice_ring, severity="decide", ask=ask)
    if decided(answers, table, one) == KEEP:
        return fault(where, words, hint("kept"), severity="note")
    ask = Ask("repair", table, one.subject, (REPAIR, KEEP))
    return fault(where, words, hint("defect", lon=lon, lat=lat), severity="decide", ask=ask)


# Kinds that no answer settles: what to do, and whether anything is to be done.
_SETTLED: dict[str, tuple[str, Severity]] = {
    "twin": ("topology", "error"),
    "nothing": ("repair", "error"),
    "parts": ("parts", "note"),
    "vertices": ("vertices", "note"),
}


def _named(raw: Raw, codes: list[str], units: tuple[str, ...]) -> Pair:
    """Name units by code and name."""
    names = raw.frame["name"].tolist() if "name" in raw.frame else [""] * len(codes)
    told = dict(zip(codes, names, strict=True))
    return some(f"{one} {told[one]}" if isinstance(told[one], str) else one for one in units)


_RINGS = {
    "Hole lies outside shell": "ring.hole_outside",
    "Nested holes": "ring.nested",
    "Nested shells": "ring.nested",
    "Holes are nested": "ring.nested",
    "Interior is disconnected": "ring.touching",
    "Duplicate Rings": "ring.twice",
}


def _words(one: Defect, others: Pair) -> Pair:
    """Say what should be instead of a defect."""
    area = area_text(one.area_m2)
    if one.kind == "ring":
        if "elf-intersection" in one.reason:
            return rule("valid")
        return rule("ring", reason=both(_RINGS.get(one.reason, "ring.other")))
    if one.kind == "gap":
        if one.border:
            return rule("gap_border", area=area, pieces=one.pieces)
        if others[0]:
            return rule("gap", other=others, area=area)
        return rule("hole", lon=f"{one.at[0]:.4f}", lat=f"{one.at[1]:.4f}")
    words = {
        "overlap": lambda: rule("overlap", other=others, area=area, pieces=one.pieces),
        "outside": lambda: rule("outside", area=area, share=f"{one.share:.1%}"),
        "sliver": lambda: rule("thin", area=area, width=f"{one.width_m:.1f}"),
        "nothing": lambda: rule("covers", area=area),
        "twin": lambda: rule("twin_shape", other=others, area=area),
        "parts": lambda: rule("parts", parts=one.pieces, area=area),
        "vertices": lambda: rule("coverage"),
    }
    return words[one.kind]()


def area_text(area_m2: float) -> Pair:
    """Write an area for a reader, in Chinese and English.

    Parameters
    ----------
    area_m2
        Area in square metres.

    Returns
    -------
    tuple of str
        Square metres, from a tenth of a square kilometre on square kilometres.

    Raises
    ------
    TypeError
        If the area is no number.

    Examples
    --------
    >>> area_text(0.25)[1], area_text(1234.5)[1], area_text(2_340_000)
    ('0.2 m2', '1,234 m2', ('2.34 平方公里', '2.34 km2'))
    """
    if area_m2 >= _LARGE_M2:
        return both("defect.area_km2", area=f"{area_m2 / _SQUARE_KM:,.2f}")
    digits = 1 if area_m2 < _SMALL_M2 else 0
    return both("defect.area_m2", area=f"{area_m2:,.{digits}f}")
