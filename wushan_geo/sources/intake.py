"""One file in: its sheets or its layer, understood and put into the columns of a contract."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import Ask
from wushan_geo.sources.formats import read_grids
from wushan_geo.sources.understanding import understand
from wushan_geo.sources.vocabulary import Vocabulary, built_in
from wushan_geo.study.answers import LEAVE_OUT, Answers
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import CONTRACTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Arrival, Grid
    from wushan_geo.study.tables import Raw

LAYER_SUFFIXES = {
    ".geojson", ".json", ".gpkg", ".shp", ".kml", ".kmz", ".geoparquet", ".zip", ".fgb", ".gml",
}  # fmt: skip
ZONE_TABLES = ("townships", "villages")
# What the end of a GeoParquet file says of itself; many are named as any parquet file.
_GEO, _FOOTER = b'"primary_column"', 1_000_000
# Sheets that explain and hold no records, as templates and offices name them.
EXPLAINING = {
    "说明",
    "填表说明",
    "填报说明",
    "使用说明",
    "目录",
    "封面",
    "guide",
    "readme",
    "notes",
    "代码表",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a study before one of its files is read."""

    county: str = ""
    """Six-digit code of the county."""
    as_of: dt.date | None = None
    """Cut-off date of the study."""
    services: tuple[str, ...] = ()
    """Keys of the services that the study knows."""
    vocabulary: Vocabulary = field(default_factory=built_in)
    """Words of the offices."""
    answers: Answers = field(default_factory=Answers)
    """What was decided before."""
    told: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the study file says of the source of each table."""
    clean: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Typed tables that were read before."""
    raw: Mapping[str, Raw] = field(default_factory=dict)
    """The same tables as read."""
    changes: pd.DataFrame | None = None
    """Renamed, merged, split and moved units."""


@dataclass(slots=True)
class Taken:
    """What came out of one file, or of several that make one table."""

    raw: Raw | None = None
    """The canonical table, or None if nothing could be read."""
    arrivals: list[Arrival] = field(default_factory=list)
    """What arrived, sheet by sheet."""
    matches: list[pd.DataFrame] = field(default_factory=list)
    """Names and the units they were taken for."""
    addresses: list[pd.DataFrame] = field(default_factory=list)
    """Facilities that have an address and no point."""
    pending: set[tuple[str, int | None]] = field(default_factory=set)
    """File and row of the records whose unit is still asked about."""
    faults: list[Fault] = field(default_factory=list)
    """Errors, questions and notes."""

    def add(self, other: Taken) -> None:
        """Take over what another file brought, but for its table."""
        self.arrivals += other.arrivals
        self.matches += other.matches
        self.addresses += other.addresses
        self.faults += other.faults


def split_sheet(name: str, folder: Path) -> tuple[str, str]:
    """Part the name of a file from the sheet that follows it after a number sign.

    Parameters
    ----------
    name
        What the study file says, such as ``book.xlsx#Sheet1``.
    folder
        Folder of the study file: a file whose own name has such a sign is one file.

    Returns
    -------
    tuple of str
        File and sheet; no sheet is an empty text.

    Raises
    ------
    TypeError
        If `name` is not a text.

    Examples
    --------
    >>> from pathlib import Path
    >>> split_sheet("台账.xlsx#机构", Path())
    ('台账.xlsx', '机构')
    """
    if "#" not in name or is_file(folder / name):
        return name, ""
    cuts = [at for at, sign in enumerate(name) if sign == "#"]
    cut = next((at for at in reversed(cuts) if is_file(folder / name[:at])), cuts[-1])
    return name[:cut], name[cut + 1 :]


def is_file(path: Path) -> bool:
    """Tell whether a file is there; a name that no system takes is none.

    Parameters
    ----------
    path
        The path.

    Returns
    -------
    bool
        Whether it is a file.

    Raises
    ------
    AttributeError
        If `path` is no path.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_file(Path("x" * 5000))
    False
    """
    try:
        return path.is_file()
    except OSError:  # longer than the system's names
        return False


def take_in(table: str, content: bytes, path: Path, name: str, context: Context) -> Taken:
    r"""Read one file of a table: its sheets or its layer, understood and put into columns.

    Parameters
    ----------
    table
        Table of the study.
    content
        Bytes of the file.
    path
        Its path.
    name
        Its name as the study file has it, with a sheet after a number sign where one is meant.
    context
        What is known of the study.

    Returns
    -------
    Taken
        The table as far as one file can tell, what arrived, and all findings.

    Raises
    ------
    KeyError
        If `table` is no table of the contract.

    Examples
    --------
    >>> text = "indicator,value,basis\ni1,5,measured\n".encode()
    >>> from pathlib import Path
    >>> take_in("indicators", text, Path("i.csv"), "i.csv", Context()).raw.frame["value"].tolist()
    ['5']
    """
    file, sheet = _parted(name, path.name)
    if path.suffix.lower() in LAYER_SUFFIXES or _GEO in content[-_FOOTER:]:
        if sheet:  # a layer of the file, as if it had been answered
            told = {**context.answers.known, ("table", table, path.name): sheet}
            context = replace(context, answers=Answers(told))
        return _take_layer(table, content, path, file, context)
    grids, faults = read_grids(content, path, answers=context.answers, sheet=sheet)
    grids = [replace(one, file=file) for one in grids]
    taken = Taken(faults=[_named(one, path.name, file) for one in faults])
    if sheet:
        wanted = [one for one in grids if one.sheet == sheet]
        if grids and not wanted:
            known = [one.sheet for one in grids]
            where = Where(file, None, "", sheet)
            taken.faults.append(fault(where, rule("sheet"), hint("sheet", known="、".join(known))))
        grids = wanted
    _take_grids(table, grids, taken, context)
    return taken


def _parted(name: str, file: str) -> tuple[str, str]:
    """Part what the study file says into the file that was read and the sheet meant."""
    at = name.find(f"{file}#")
    if name.endswith(file) or at < 0:
        return name, ""
    end = at + len(file)
    return name[:end], name[end + 1 :]


def _named(one: Fault, old: str, new: str) -> Fault:
    """Name a file as the study file does."""
    return replace(one, file=new + one.file.removeprefix(old)) if one.file.startswith(old) else one


def _take_grids(table: str, grids: Sequence[Grid], taken: Taken, context: Context) -> None:
    """Understand each sheet; those that are no such table are asked about, never dropped."""
    parts: list[Raw] = []
    others = []
    for grid in grids:
        place = f"{grid.file}#{grid.sheet}"
        if len(grids) > 1 and context.answers.get("table", table, place) == LEAVE_OUT:
            continue
        if len(grids) > 1 and grid.sheet.strip().lower() in EXPLAINING:
            taken.faults.append(_explaining(grid))
            continue
        found = understand(
            grid,
            table,
            vocabulary=context.vocabulary,
            answers=context.answers,
            services=context.services,
        )
        if found.raw is None and len(grids) > 1:
            others.append((grid, found))
            continue
        taken.arrivals.append(found.arrival)
        taken.faults += found.faults
        if found.raw is not None:
            parts.append(found.raw)
    for grid, found in others:
        if not parts:
            taken.arrivals.append(found.arrival)
            taken.faults += found.faults
        else:
            taken.faults.append(_other_sheet(table, grid))
    taken.raw = joined(parts)


def _explaining(grid: Grid) -> Fault:
    where = Where(grid.file, None, "", grid.sheet)
    return fault(where, rule("sheet_note"), hint("nothing"), severity="note")


def _other_sheet(table: str, grid: Grid) -> Fault:
    where = Where(grid.file, None, "", grid.sheet)
    asked = Ask("table", table, f"{grid.file}#{grid.sheet}", (LEAVE_OUT,))
    return fault(where, rule("sheet_other"), hint("sheet_other"), severity="decide", ask=asked)


def _take_layer(table: str, content: bytes, path: Path, file: str, context: Context) -> Taken:
    from wushan_geo.sources.layers import points_as_columns, read_layer_grid

    layer, faults = read_layer_grid(
        content, path, table=table, answers=context.answers, near=_near(context)
    )
    taken = Taken(faults=[_named(one, path.name, file) for one in faults])
    if layer is None:
        return taken
    pointed = any(column.name == "lon" for column in CONTRACTS[table].columns)
    grid = replace(points_as_columns(layer) if pointed else layer.grid, file=file)
    found = understand(
        grid,
        table,
        vocabulary=context.vocabulary,
        answers=context.answers,
        services=context.services,
    )
    taken.arrivals.append(replace(found.arrival, layout="layer"))
    taken.faults += found.faults
    taken.faults += _blank_features(grid)
    if found.raw is not None:
        # Rows that were left out (totals, remarks) take their shapes with them.
        kept = found.raw.frame.index.to_numpy(dtype=int) - (grid.first_row + 1)
        if pointed:
            taken.faults += _not_points(layer.geometry, file)
        shapes = None if pointed else layer.geometry[kept]
        taken.raw = replace(found.raw, geometry=shapes, crs=layer.crs, header=None)
    return taken


def _blank_features(grid: Grid) -> list[Fault]:
    """Tell of features without any attribute: as rows they are blank, but their shapes are not."""
    rows = enumerate(grid.rows[1:], grid.first_row + 1)
    blank = [at for at, row in rows if not any(str("" if c is None else c).strip() for c in row)]
    if not blank:
        return []
    where = Where(grid.file, blank[0])
    return [fault(where, rule("feature_blank", count=len(blank)), hint("feature_blank"))]


def _near(context: Context) -> tuple[float, ...] | None:
    """Give where the county lies, in degrees, if its outline has been read."""
    county = context.raw.get("county")
    if county is None or county.geometry is None or county.crs is None:
        return None
    import shapely

    drawn = county.geometry[~shapely.is_missing(county.geometry)]
    return tuple(shapely.total_bounds(drawn).tolist()) if len(drawn) else None


def _not_points(geometry: np.ndarray, file: str) -> list[Fault]:
    """Refuse shapes where a place is asked for: an area is no home."""
    import shapely

    kinds = shapely.get_type_id(geometry)
    wrong = (kinds != shapely.GeometryType.POINT) & ~shapely.is_missing(geometry)
    if not wrong.any():
        return []
    where = Where(file, int(np.flatnonzero(wrong)[0]) + 1, "geometry")
    return [fault(where, rule("is_point", count=int(wrong.sum())), hint("is_point"))]


def joined(parts: Sequence[Raw]) -> Raw | None:
    """Put the sheets or files of one table together, in their order.

    Parameters
    ----------
    parts
        The parts; layers and plain tables are not mixed here.

    Returns
    -------
    Raw or None
        One table that knows the file of each row; None if there is no part.

    Raises
    ------
    ValueError
        If only some of the parts have shapes.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> one = Raw(pd.DataFrame({"name": ["A"]}, index=[2]), "a.csv")
    >>> two = Raw(pd.DataFrame({"name": ["B"]}, index=[2]), "b.csv")
    >>> joined([one, two]).where(1, "name").file
    'b.csv'
    """
    if len(parts) <= 1:
        return parts[0] if parts else None
    shaped = [one.geometry is not None for one in parts]
    if any(shaped) and not all(shaped):
        message = "some parts of the table have shapes and some have none"
        raise ValueError(message)
    labels: dict[str, str] = {}
    for one in reversed(parts):
        labels.update(one.labels)
    row_labels: tuple[str, ...] | None = None
    if any(one.row_labels is not None for one in parts):
        row_labels = tuple(
            label
            for one in parts
            for label in (one.row_labels or [one.labels.get("persons", "persons")] * len(one.frame))
        )
    return replace(
        parts[0],
        frame=pd.concat([one.frame for one in parts]),
        geometry=np.concatenate([one.geometry for one in parts]) if all(shaped) else None,
        files=tuple(
            file
            for one in parts
            for file in (one.files if one.files is not None else (one.file,) * len(one.frame))
        ),
        labels=labels,
        row_labels=row_labels,
    )


def combined(table: str, parts: Sequence[Raw], context: Context) -> tuple[Raw | None, list[Fault]]:
    """Put the files of one table together; a list of units takes its shapes from the layers.

    Parameters
    ----------
    table
        Table of the study.
    parts
        What each file held, in the order of the study file.
    context
        What is known of the study.

    Returns
    -------
    tuple
        The table (None if there is no part), and the findings.

    Raises
    ------
    KeyError
        If a list of units has no codes or names.

    Examples
    --------
    >>> combined("persons", [], Context())
    (None, [])
    """
    layers = [one for one in parts if one.geometry is not None]
    plain = [one for one in parts if one.geometry is None]
    units, shapes = joined(plain), joined(layers)
    if units is None or shapes is None:
        return units or shapes, []
    lacking = [one for one in ("zone_id", "name") if one not in units.frame.columns]
    if table not in ZONE_TABLES or lacking:
        words = rule("list_and_layer")
        return shapes, [fault(Where(units.file), words, hint("list_and_layer"))]
    from wushan_geo.sources.zones import shaped

    return shaped(table, units, shapes, context.answers)
