"""The points of a table: tidied, guarded and put into one datum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import Ask, ParameterError
from wushan_geo.sources.datum.border import outside
from wushan_geo.sources.datum.guard import CANNOT_TELL, DatumVerdict, datum_name, guard
from wushan_geo.sources.datum.tidying import (
    LON_LAT,
    METHOD,
    ORIGINAL,
    cells_of,
    method_text,
    numbers,
    text,
    tidy,
    with_method,
)
from wushan_geo.sources.datum.transforms import DATUMS, Datum, convert, known
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.sources.datum.references import Reference
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.tables import Raw


def check_points(
    raw: Raw,
    table: str,
    references: Sequence[Reference],
    answers: Answers,
    *,
    county: Any = None,
    columns: tuple[str, str] = LON_LAT,
) -> tuple[Raw, list[Fault], dict[str, DatumVerdict]]:
    """Read, test and convert the points of a table, file by file.

    Coordinates are tidied into decimal degrees. Then each file is a source of its own, held
    against the references. An answer given before decides its datum; without one an accusation by
    the guard (or a mixture) is asked about, and where the guard cannot tell, the points are used
    as WGS-84 / CGCS2000, which is told. Points outside the county are listed with their distance.

    Parameters
    ----------
    raw
        The table as read; not changed.
    table
        Name of the table.
    references
        What the points are held against; zones and places in the order of the rows.
    answers
        What was decided before.
    county
        The county as a polygon in degrees; None for no list of points outside.
    columns
        Names of the columns of longitude and latitude.

    Returns
    -------
    tuple
        The table in WGS-84 / CGCS2000 (as far as decided), the findings, and the guard's verdict
        for each file that has points.

    Raises
    ------
    IndexError
        If a reference of zones or places is not as long as the table.

    Examples
    --------
    >>> import pandas as pd, shapely
    >>> from wushan_geo.sources.datum.references import Reference
    >>> from wushan_geo.study.answers import Answers
    >>> from wushan_geo.study.tables import Raw
    >>> seats = shapely.points(np.linspace(109.7, 110.0, 12), np.linspace(30.9, 31.2, 12))
    >>> lon, lat = convert(shapely.get_x(seats), shapely.get_y(seats), "wgs84", "gcj02")
    >>> frame = pd.DataFrame({"lon": lon.astype(str), "lat": lat.astype(str)}, dtype="str")
    >>> known_seats = [Reference("places", seats, 100)]
    >>> _, found, verdicts = check_points(
    ...     Raw(frame, "a.csv"), "facilities", known_seats, Answers())
    >>> verdicts["a.csv"].verdict, found[0].severity, found[0].ask.choices
    ('gcj02', 'decide', ('gcj02', 'wgs84', 'bd09', 'skip'))
    """
    done, faults = tidy(raw, columns, table=table, answers=answers)
    verdicts: dict[str, DatumVerdict] = {}
    if not set(columns) <= set(done.frame.columns):
        return done, faults, verdicts
    files = np.array(done.files or [done.file] * len(done.frame), dtype=object)
    for file in dict.fromkeys(files.tolist()):
        mine = files == file
        lon, lat = (one[mine] for one in numbers(done, columns))
        if not np.isfinite(lon).any():
            continue
        verdict = guard(lon, lat, [one.kept(mine) for one in references], county)
        verdicts[file] = verdict
        where = Where(file, None, _heading(done, columns))
        answer = answers.get("datum", table, file)
        if answer is None:
            faults.append(_unanswered(where, table, verdict))
            continue
        done, more = _answered(done, columns, mine, answer, where)
        faults += more
        faults += _against(where, answer, verdict)
    if county is not None:
        faults += _outside(done, columns, county)
    return done, faults, verdicts


def apply_datum(
    raw: Raw,
    columns: tuple[str, str],
    source: str,
    *,
    rows: np.ndarray | None = None,
) -> tuple[Raw, list[Fault]]:
    """Convert two columns of a table to WGS-84 / CGCS2000, and keep what stood there.

    Parameters
    ----------
    raw
        The table with decimal degrees as text; not changed.
    columns
        Names of the columns of longitude and latitude.
    source
        Datum in which they are.
    rows
        Which rows are converted; all of them if None.

    Returns
    -------
    tuple
        The table, with ``<column>_original`` (as in the file) and ``point_method``; and a note.
        Unchanged, with a note, where the source is WGS-84 or CGCS2000.

    Raises
    ------
    ParameterError
        If there is no such datum.
    KeyError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.study.tables import Raw
    >>> raw = Raw(pd.DataFrame({"lon": ["109.881133"], "lat": ["31.075048"]}, dtype="str"), "a.csv")
    >>> done, notes = apply_datum(raw, ("lon", "lat"), "gcj02")
    >>> done.frame[["lon", "lat", "lon_original"]].values.tolist()
    [['109.87639038', '31.07748986', '109.881133']]
    >>> notes[0].rule.partition(" (points")[2]
    ': 1, moved by 527 m on average)'
    """
    datum = known(source)
    lon, lat = numbers(raw, columns)
    there = np.isfinite(lon) & (True if rows is None else rows)
    file = raw.file
    if rows is not None and raw.files is not None and rows.any():
        file = raw.files[int(np.flatnonzero(rows)[0])]
    where = Where(file, None, _heading(raw, columns))
    if datum == "wgs84" or not there.any():
        words = rule("datum_answered", datum=datum_name(datum), count=int(there.sum()))
        return raw, [fault(where, words, hint("datum_none"), severity="note")]
    x, y = convert(lon[there], lat[there], datum, "wgs84")
    fresh: dict[str, list[str | None]] = {}
    for name, values in zip(columns, (x, y), strict=True):
        before = cells_of(raw, name)
        after = np.array(before, dtype=object)
        after[there] = text(values)
        fresh[name] = after.tolist()
        if name + ORIGINAL not in raw.frame.columns:
            fresh[name + ORIGINAL] = before
    how = method_text("converted", source=datum_name(datum)[1].partition(" ")[0])
    fresh[METHOD] = with_method(raw, [how if one else "" for one in there.tolist()])
    words = rule(
        "datum_converted",
        datum=datum_name(datum),
        count=int(there.sum()),
        shift=f"{_moved(lon[there], lat[there], x, y):.0f}",
    )
    note = fault(where, words, hint("point_read"), severity="note")
    return raw.with_columns(fresh), [note]


def _moved(lon: np.ndarray, lat: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    from pyproj import Geod

    return float(np.mean(Geod(ellps="GRS80").inv(lon, lat, x, y)[2]))


def _heading(raw: Raw, columns: tuple[str, str]) -> str:
    return " / ".join(raw.labels.get(one, one) for one in columns)


def _unanswered(where: Where, table: str, verdict: DatumVerdict) -> Fault:
    """Ask about an accusation or a mixture; else tell what is taken and why."""
    if verdict.verdict in {"gcj02", "bd09"}:
        others = tuple(one for one in DATUMS if one != verdict.best)
        ask = Ask("datum", table, where.file, (verdict.best, *others, LEAVE_OUT))
        words = rule(
            "datum_suspect",
            datum=datum_name(verdict.best),
            shift=f"{verdict.shift_m:.0f}",
            reason=verdict.reason,
        )
        advice = hint("datum_suspect", best=verdict.best)
        return fault(where, words, advice, severity="decide", ask=ask)
    if verdict.cause == "mixed":
        ask = Ask("datum", table, where.file, (*DATUMS, LEAVE_OUT))
        words = rule("datum_mixed", reason=verdict.reason)
        return fault(where, words, hint("datum_mixed"), severity="decide", ask=ask)
    if verdict.verdict == CANNOT_TELL:
        likely = (verdict.best, *(one for one in DATUMS if one != verdict.best))
        ask = Ask("datum", table, where.file, (*likely, LEAVE_OUT))
        words = rule("datum_untold", reason=verdict.reason)
        return fault(where, words, hint("datum_untold"), severity="note", ask=ask)
    words = rule("datum_sure", reason=verdict.reason)
    return fault(where, words, hint("datum_none"), severity="note")


def _answered(
    raw: Raw, columns: tuple[str, str], mine: np.ndarray, answer: str, where: Where
) -> tuple[Raw, list[Fault]]:
    """Do with a file's points what was answered."""
    if answer == LEAVE_OUT:
        count = int(np.isfinite(numbers(raw, columns)[0][mine]).sum())
        fresh: dict[str, list[str | None]] = {}
        for name in columns:
            before = cells_of(raw, name)
            fresh[name] = [
                None if out else old for old, out in zip(before, mine.tolist(), strict=True)
            ]
            if name + ORIGINAL not in raw.frame.columns:
                fresh[name + ORIGINAL] = before
        words = rule("datum_left", count=count)
        note = fault(where, words, hint("point_read"), severity="note")
        return raw.with_columns(fresh), [note]
    try:
        return apply_datum(raw, columns, answer, rows=mine)
    except ParameterError:
        place = Where(where.file, None, where.column, answer)
        return raw, [fault(place, rule("datum_name"), hint("datum_name"))]


def _against(where: Where, answer: str, verdict: DatumVerdict) -> list[Fault]:
    """Tell when the guard is sure of another datum than the one answered."""
    try:
        taken: Datum = known(answer)
    except ParameterError:
        return []
    if verdict.verdict in {CANNOT_TELL, taken}:
        return []
    words = rule("datum_answered", datum=datum_name(taken), count=verdict.used)
    advice = hint("datum_against", datum=datum_name(verdict.best))
    return [fault(where, words, advice, severity="note")]


def _outside(raw: Raw, columns: tuple[str, str], county: Any) -> list[Fault]:
    """List the points outside the county; they are welcome."""
    lon, lat = numbers(raw, columns)
    far = outside(lon, lat, county)
    found = []
    for at in np.flatnonzero(np.isfinite(far)).tolist():
        place = raw.where(at, columns[0])
        where = Where(place.file, place.row, _heading(raw, columns), f"{lon[at]:g}, {lat[at]:g}")
        words = rule("point_outside", km=f"{far[at]:.1f}")
        found.append(fault(where, words, hint("point_outside"), severity="note"))
    return found
