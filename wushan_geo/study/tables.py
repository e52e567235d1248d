"""The contract of each input table, and the one validator, which returns all faults at once."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from wushan_geo.study.answers import Answers
from wushan_geo.study.bounds import DURATION, FASTEST_KMH, LONGEST_MIN, SPEED
from wushan_geo.study.faults import Pair, Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from wushan_geo.errors import Fault

Kind = Literal["id", "text", "choice", "set", "number", "count", "date", "flag"]

BASES = ("measured", "stated", "inferred", "modelled")  # from the strongest to the weakest
STATUSES = ("open", "planned", "candidate", "closed", "unknown")
ADMITS = ("township", "county", "anyone", "agreement", "unknown")
SERVICE_STATUSES = ("delivered", "planned", "none", "unknown")
PROVIDERS = ("facility", "outreach", "home_visit", "online")
TOWNSHIP_KINDS = ("subdistrict", "town", "township")
VILLAGE_KINDS = ("community", "village")
TYPES = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
AGES = ("age_0_15", "age_16_59", "age_60_plus")
SEVERITIES = ("other", "severe")
ANY = "any"  # in the table of eligibility: whatever the type, the severity or the age
GROUPS = ("all", *TYPES, "severe", *AGES)
ELIGIBLE = "eligible_"
# Expressways, the five classes of the national numbering (国道, 省道, 县道, 乡道, 村道), streets of
# towns, special roads (专用公路), farm tracks, footpaths, and ferries.
ROAD_CLASSES = (
    "expressway", "national", "provincial", "county", "township", "village", "street", "special",
    "track", "path", "ferry",
)  # fmt: skip
# New, converted and shared homes, a shuttle, a team that comes round, visits at home.
HOME_WAYS = ("new_home", "conversion", "shared_home")
WAYS = (*HOME_WAYS, "shuttle", "mobile_team", "home_visit")
# Where a candidate site comes from, and what is known of it: empty means unknown too.
ORIGINS = ("seat", "community", "public_building", "idle_school", "care_home", "generated")
ASKED = ("yes", "no", "unknown")
NODE_KINDS = ("seat", "village", "crossing", "junction", "facility")

UNFOLDED = ("persons", "value", "status")  # into which the columns of a wide table are unfolded

COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS = 6, 9, 12


@dataclass(frozen=True, slots=True)
class Raw:
    """A table as it was read: cells are text, missing cells NA, the index the row of the file.

    Where a wide table was unfolded, or several files make one table, a row number stands more than
    once: places are then found by position, with :meth:`where`.
    """

    frame: pd.DataFrame
    """Cells as text, under the column names of the contract; for a layer its attributes."""
    file: str
    """File (and sheet) shown to the user; the first one where there are several."""
    geometry: np.ndarray | None = None
    """Shapely geometries by row, for a layer."""
    crs: Any = None
    """Coordinate reference system of the geometries; None if the file names none."""
    files: tuple[str, ...] | None = None
    """File of each row, where several files make the table."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Column of the contract to the header that the file has for it, where they differ."""
    row_labels: tuple[str, ...] | None = None
    """Header above each value, where a wide table was unfolded into one of ``UNFOLDED``."""
    header: int | None = 1
    """Row of the column names; None for the features of a layer."""

    def where(self, at: int, column: str, value: object = "") -> Where:
        """Give the place of a cell as the user sees it.

        Parameters
        ----------
        at
            Position of the row in the frame, from 0.
        column
            Column of the contract.
        value
            What stands there.

        Returns
        -------
        Where
            File, row, header and value.

        Raises
        ------
        IndexError
            If there is no such row.

        Examples
        --------
        >>> raw = Raw(pd.DataFrame({"name": ["A"]}, index=[7]), "t.xlsx", labels={"name": "名称"})
        >>> raw.where(0, "name", "A")
        Where(file='t.xlsx', row=7, column='名称', value='A')
        """
        file = self.file if self.files is None else self.files[at]
        shown = self.labels.get(column, column)
        if self.row_labels is not None and column in UNFOLDED:
            shown = self.row_labels[at]
        return Where(file, int(self.frame.index[at]), shown, value)

    def kept(self, keep: np.ndarray) -> Raw:
        """Give the same table with some of its rows.

        Parameters
        ----------
        keep
            Whether each row is kept.

        Returns
        -------
        Raw
            The rows kept, in their order.

        Raises
        ------
        IndexError
            If there are more or fewer flags than rows.

        Examples
        --------
        >>> raw = Raw(pd.DataFrame({"name": ["A", "B"]}, index=[2, 3]), "t.csv")
        >>> raw.kept(np.array([False, True])).frame.index.tolist()
        [3]
        """
        picked = np.flatnonzero(keep).tolist()
        return replace(
            self,
            frame=self.frame[keep],
            geometry=None if self.geometry is None else self.geometry[keep],
            files=None if self.files is None else tuple(self.files[at] for at in picked),
            row_labels=None
            if self.row_labels is None
            else tuple(self.row_labels[at] for at in picked),
        )

    def with_columns(self, columns: Mapping[str, str | Sequence[str | None] | None]) -> Raw:
        """Give the same table with some columns set, as text.

        Parameters
        ----------
        columns
            One text for all rows, or a sequence of texts and None, by column name.

        Returns
        -------
        Raw
            The table; this one is not changed.

        Raises
        ------
        ValueError
            If a sequence is not as long as the table.

        Examples
        --------
        >>> raw = Raw(pd.DataFrame({"name": ["A", "B"]}, index=[2, 3]), "t.csv")
        >>> raw.with_columns({"basis": "measured"}).frame["basis"].tolist()
        ['measured', 'measured']
        """
        frame = self.frame.copy(deep=False)
        for name, given in columns.items():
            one = given is None or isinstance(given, str)
            texts = np.array([given] * len(frame) if one else given, dtype=object)
            frame[name] = pd.array(texts, dtype="str")
        return replace(self, frame=frame)


@dataclass(frozen=True, slots=True)
class Column:
    """What one column holds."""

    name: str
    """Column name."""
    kind: Kind
    """How its cells are read."""
    needed: bool = True
    """Whether the column must be there."""
    filled: bool = False
    """Whether each cell must be filled."""
    options: tuple[str, ...] = ()
    """Words it may hold (choice and set)."""
    least: float | None = None
    """Smallest allowed number."""
    most: float | None = None
    """Largest allowed number."""
    above: float | None = None
    """Number it must exceed."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What one table holds."""

    columns: tuple[Column, ...]
    """Columns in the order in which they are kept."""
    key: tuple[str, ...]
    """Columns that together name a row once."""


def _some(*names: str, kind: Kind = "text") -> tuple[Column, ...]:
    return tuple(Column(name, kind, needed=False) for name in names)


_LON = Column("lon", "number", least=-180, most=180)
_LAT = Column("lat", "number", least=-90, most=90)
_BASIS = Column("basis", "choice", filled=True, options=BASES)
_SIGNED = _some("source_unit", "signer", "as_of")
_BANK = Column("bank", "choice", needed=False, options=("N", "S", "unknown"))
_POINT = (
    Column("demand_lon", "number", needed=False, least=-180, most=180),
    Column("demand_lat", "number", needed=False, least=-90, most=90),
    Column("point_basis", "choice", needed=False, options=BASES),
    Column("boundary_basis", "choice", needed=False, options=BASES),
)


def _zones(kinds: tuple[str, ...], *more: Column) -> Contract:
    return Contract(
        (
            Column("zone_id", "id", filled=True),
            Column("name", "text", filled=True),
            *_some("name_en"),
            Column("kind", "choice", filled=True, options=kinds),
            *more,
            _BANK,
            Column("priority", "flag", needed=False),
            _BASIS,
            *_POINT,
            *_SIGNED,
        ),
        ("zone_id",),
    )


CONTRACTS: dict[str, Contract] = {
    "county": Contract(
        (
            Column("zone_id", "id", filled=True),
            Column("name", "text", filled=True),
            *_some("name_en"),
            _BASIS,
        ),
        ("zone_id",),
    ),
    "townships": _zones(TOWNSHIP_KINDS),
    "villages": _zones(
        VILLAGE_KINDS,
        Column("parent_id", "id", filled=True),
        Column("is_seat", "flag", needed=False),
    ),
    "facilities": Contract(
        (
            Column("facility_id", "id", filled=True),
            Column("name", "text", filled=True),
            *_some("name_en"),
            Column("kind", "text", filled=True),
            *_some("host"),
            Column("services", "set", needed=False),
            Column("capacity", "number", needed=False, least=0),
            Column("status", "choice", filled=True, options=STATUSES),
            Column("opened", "date", needed=False),
            Column("grade", "number", needed=False, least=1, most=5),
            Column("admits", "choice", needed=False, options=ADMITS),
            Column("barrier_free", "flag", needed=False),
            Column("open_days", "number", needed=False, least=0, most=7),
            Column("zone_id", "id"),
            _LON,
            _LAT,
            _BASIS,
            Column("point_basis", "choice", needed=False, options=BASES),
            *_SIGNED,
            *_some("note"),
        ),
        ("facility_id",),
    ),
    "persons": Contract(
        (
            Column("zone_id", "id", filled=True),
            Column("group", "text", filled=True),
            Column("persons", "count", least=0),
            _BASIS,
            *_SIGNED,
        ),
        ("zone_id", "group"),
    ),
    "person_cells": Contract(
        (
            Column("zone_id", "id", filled=True),
            Column("type", "choice", filled=True, options=TYPES),
            Column("severity", "choice", filled=True, options=SEVERITIES),
            Column("age_band", "choice", filled=True, options=AGES),
            Column("persons", "count", least=0),
            _BASIS,
            *_SIGNED,
        ),
        ("zone_id", "type", "severity", "age_band"),
    ),
    "residence": Contract(
        (
            Column("zone_id", "id", filled=True),
            Column("group", "text", filled=True),
            Column(
                "residence",
                "choice",
                filled=True,
                options=("at_home", "elsewhere_in_county", "away", "institution"),
            ),
            Column("persons", "count", least=0),
            _BASIS,
            *_SIGNED,
        ),
        ("zone_id", "group", "residence"),
    ),
    "services": Contract(
        (
            Column("zone_id", "id", filled=True),
            Column("service", "text", filled=True),
            Column("status", "choice", filled=True, options=SERVICE_STATUSES),
            Column("provider", "choice", needed=False, options=PROVIDERS),
            Column("last", "date", needed=False),
            Column("per_quarter", "number", needed=False, least=0),
            _BASIS,
            *_SIGNED,
        ),
        ("zone_id", "service"),
    ),
    "eligibility": Contract(
        (
            Column("service", "text", filled=True),
            Column("type", "text", filled=True),
            Column("severity", "choice", filled=True, options=("severe", "any")),
            Column("age_band", "text", filled=True),
            Column("eligible", "flag", filled=True),
            *_some("clause"),
        ),
        ("service", "type", "severity", "age_band"),
    ),
    "crossings": Contract(
        (
            Column("crossing_id", "id", filled=True),
            *_some("name", "name_en"),
            Column("kind", "choice", filled=True, options=("bridge", "ferry")),
            *_some("river", "opened", "hours"),
            Column("headway_min", "number", needed=False, least=0, most=7 * LONGEST_MIN),
            *_some("closures"),
            _LON,
            _LAT,
            _BASIS,
            Column("point_basis", "choice", needed=False, options=BASES),
            *_some("source"),
        ),
        ("crossing_id",),
    ),
    "road_nodes": Contract(
        (
            Column("node_id", "id", filled=True),
            Column("lon", "number", filled=True, least=-180, most=180),
            Column("lat", "number", filled=True, least=-90, most=90),
            Column("kind", "choice", needed=False, options=NODE_KINDS),
            Column("zone_id", "id", needed=False),
            Column("elevation_m", "number", needed=False, least=-500, most=9000),
            _BASIS,
        ),
        ("node_id",),
    ),
    "road_edges": Contract(
        (
            Column("edge_id", "id", filled=True),
            Column("u", "id", filled=True),
            Column("v", "id", filled=True),
            Column("length_m", "number", filled=True, above=0),
            Column("road_class", "choice", filled=True, options=ROAD_CLASSES),
            Column("grade", "number", needed=False, least=-100, most=100),
            Column("speed_kmh", "number", needed=False, above=0, most=FASTEST_KMH),
            Column("oneway", "flag", needed=False),
            Column("closed", "flag", needed=False),
            Column("bridge", "flag", needed=False),
            Column("crossing_id", "id", needed=False),
            *_some("name", "edition"),
            _BASIS,
        ),
        ("edge_id",),
    ),
    "road_distances": Contract(
        (
            Column("pair_id", "id", filled=True),
            *_some("from_name", "to_name"),
            Column("from_lon", "number", filled=True, least=-180, most=180),
            Column("from_lat", "number", filled=True, least=-90, most=90),
            Column("to_lon", "number", filled=True, least=-180, most=180),
            Column("to_lat", "number", filled=True, least=-90, most=90),
            Column("road_km", "number", filled=True, above=0),
            Column("used", "flag", needed=False),
            _BASIS,
            *_some("source", "note"),
        ),
        ("pair_id",),
    ),
    "demand_points": Contract(
        (
            Column("zone_id", "id", filled=True),
            Column("point_id", "id", filled=True),
            Column("lon", "number", filled=True, least=-180, most=180),
            Column("lat", "number", filled=True, least=-90, most=90),
            Column("persons", "number", filled=True, least=0),
            _BASIS,
            *_some("source"),
        ),
        ("point_id",),
    ),
    "indicators": Contract(
        (
            Column("indicator", "id", filled=True),
            Column("value", "number"),
            Column("denominator", "number", needed=False, least=0),
            _BASIS,
            *_SIGNED,
        ),
        ("indicator",),
    ),
    "costs": Contract(
        (
            Column("way", "choice", filled=True, options=WAYS),
            Column("facility_id", "id", needed=False),
            Column("build", "number", least=0),
            Column("years", "number", needed=False, above=0),
            Column("run", "number", least=0),
            Column("unit_run", "number", needed=False, least=0),
            Column("capacity", "number", needed=False, above=0),
            Column("minimum_load", "number", needed=False, least=0),
            Column("staff", "number", needed=False, least=0),
            _BASIS,
            *_SIGNED,
            *_some("note"),
        ),
        ("way", "facility_id"),
    ),
    "candidates": Contract(
        (
            Column("facility_id", "id", filled=True),
            Column("origin", "choice", filled=True, options=ORIGINS),
            Column("hazard", "choice", needed=False, options=ASKED),
            Column("reservoir_zone", "choice", needed=False, options=ASKED),
            Column("slope_deg", "number", needed=False, least=0, most=90),
            Column("road_m", "number", needed=False, least=0),
            Column("area_m2", "number", needed=False, above=0),
            Column("ground_floor", "choice", needed=False, options=ASKED),
            _BASIS,
            *_SIGNED,
            *_some("source", "note"),
        ),
        ("facility_id",),
    ),
    "rivers": Contract((*_some("name", "name_en"), _BASIS), ()),
}

_FLAGS = {"yes": True, "no": False}
# What is most likely wrong with a number out of its bounds, by column.
_ADVICE = {one: hint("swapped") for one in ("lon", "lat", "demand_lon", "demand_lat")}
_ADVICE |= {"speed_kmh": SPEED.advice, "headway_min": DURATION.advice}
_LOOKS_ALIKE = (
    0.88  # how alike an unknown column and a missing one must be to be the same, misspelt
)


def check_table(
    name: str, raw: Raw, excused: Collection[str] = ()
) -> tuple[pd.DataFrame, list[Fault]]:
    """Turn a table of texts into typed columns, noting every cell that breaks its contract.

    Parameters
    ----------
    name
        Table name, one of the keys of ``CONTRACTS``.
    raw
        The table as read; not changed.
    excused
        Columns that may be missing, since a question about them stands already.

    Returns
    -------
    tuple
        The typed table (rows in the order of the file, columns of the contract; numbers as float
        with NaN for an empty cell, flags as nullable booleans, sets as frozensets or None) and all
        faults. Where there are faults the table is only good for looking for more of them.

    Raises
    ------
    KeyError
        If `name` is no table of the contract.

    Examples
    --------
    >>> frame = pd.DataFrame({"zone_id": ["1"], "group": ["all"], "persons": ["-2"]}, index=[2])
    >>> for fault in check_table("persons", Raw(frame, "persons.csv"))[1]:
    ...     print(fault.column, "|", fault.rule)
    persons | is at least 0
    basis | has a column 'basis'
    """
    contract = CONTRACTS[name]
    faults: list[Fault] = []
    typed: dict[str, Any] = {}
    for column in contract.columns:
        if column.name in raw.frame.columns:
            typed[column.name] = _read_column(raw, column, faults)
            continue
        typed[column.name] = _empty(column, len(raw.frame))
        if column.needed and column.name not in excused:
            faults.append(_missing_column(raw, column.name))
    faults += _misspelt(raw, contract)
    table = pd.DataFrame(typed, index=raw.frame.index)
    if contract.key and all(one in raw.frame.columns for one in contract.key):
        faults += _duplicates(raw, contract.key)
    return table, faults


def _missing_column(raw: Raw, name: str) -> Fault:
    near = difflib.get_close_matches(name, [str(one) for one in raw.frame.columns], n=1)
    words = hint("column_near", near=near[0]) if near else hint("column")
    shown = raw.labels.get(name, name)
    return fault(Where(raw.file, _header(raw), shown), rule("column", name=shown), words)


def _header(raw: Raw) -> int | None:
    """Give the row of the column names: the features of a layer start at 1 and have none."""
    return raw.header if raw.geometry is None else None


def _misspelt(raw: Raw, contract: Contract) -> Iterable[Fault]:
    """Find columns that look like an optional one; what else an office keeps is its own."""
    there = [str(one) for one in raw.frame.columns]
    known = [column.name for column in contract.columns]
    free = [one.name for one in contract.columns if not one.needed and one.name not in there]
    for name in there:
        if name not in known:
            near = difflib.get_close_matches(name.lower(), free, n=1, cutoff=_LOOKS_ALIKE)
            if near:
                where = Where(raw.file, _header(raw), name, name)
                yield fault(where, rule("column_exists"), hint("did_you_mean", near=near[0]))


def _empty(column: Column, rows: int) -> Any:
    if column.kind in {"number", "count"}:
        return np.full(rows, np.nan)
    if column.kind == "flag":
        return pd.array([pd.NA] * rows, dtype="boolean")
    if column.kind == "date":
        return np.full(rows, np.datetime64("NaT", "s"))
    if column.kind == "set":
        return np.full(rows, None, dtype=object)
    return pd.array([None] * rows, dtype="str")


def _read_column(raw: Raw, column: Column, faults: list[Fault]) -> Any:
    cells = raw.frame[column.name]
    missing = cells.isna().to_numpy()
    if column.filled:
        faults += _blame(raw, column, missing, rule("filled"), hint("filled"))
    return _READERS[column.kind](raw, column, cells, missing, faults)


def _blame(
    raw: Raw, column: Column, wrong: np.ndarray, words: Pair, advice: Pair
) -> Iterable[Fault]:
    cells = raw.frame[column.name]
    for at in np.flatnonzero(wrong).tolist():
        value = cells.iloc[at]
        shown = "" if pd.isna(value) else value
        yield fault(raw.where(at, column.name, shown), words, advice)


def _read_text(
    _raw: Raw, _column: Column, cells: pd.Series, _missing: np.ndarray, _faults: list[Fault]
) -> Any:
    return pd.array(_objects(cells), dtype="str")


def _objects(cells: pd.Series) -> np.ndarray:
    """Give texts as an array with None for a missing cell."""
    # A copy: without pyarrow the texts themselves are handed out, and inputs are never changed.
    values: np.ndarray = cells.astype("str").to_numpy(dtype=object, copy=True)
    values[cells.isna().to_numpy()] = None
    return values


def _read_choice(
    raw: Raw, column: Column, cells: pd.Series, missing: np.ndarray, faults: list[Fault]
) -> Any:
    lowered = cells if column.name == "bank" else cells.str.lower()
    wrong = ~lowered.isin(column.options).to_numpy() & ~missing
    words = rule("choice", options=", ".join(column.options))
    for at in np.flatnonzero(wrong).tolist():
        only = np.arange(len(cells)) == at
        near = difflib.get_close_matches(str(lowered.iloc[at]).lower(), column.options, n=1)
        advice = hint("did_you_mean", near=near[0]) if near else hint("choice")
        faults += _blame(raw, column, only, words, advice)
    return pd.array(_objects(lowered), dtype="str")


def _read_set(
    _raw: Raw, _column: Column, cells: pd.Series, _missing: np.ndarray, _faults: list[Fault]
) -> Any:
    found = np.empty(len(cells), dtype=object)
    for at, cell in enumerate(_objects(cells)):
        found[at] = None if cell is None else frozenset(_split(cell))
    return found


def _split(cell: str) -> Iterable[str]:
    return (part.strip() for part in cell.replace("；", ";").split(";") if part.strip())


def _read_number(
    raw: Raw, column: Column, cells: pd.Series, missing: np.ndarray, faults: list[Fault]
) -> Any:
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isfinite(numbers) & ~missing
    if column.kind == "count":
        wrong |= np.isfinite(numbers) & (numbers != np.floor(numbers))
    faults += _blame(raw, column, wrong, rule(column.kind), hint(column.kind))
    tests: tuple[tuple[str, float | None, Callable[[Any, Any], Any]], ...] = (
        ("least", column.least, np.less),
        ("most", column.most, np.greater),
        ("above", column.above, np.less_equal),
    )
    advice = _ADVICE.get(column.name, hint("correct_number"))
    for key, bound, breaks in tests:
        if bound is not None:
            with np.errstate(invalid="ignore"):
                wrong = breaks(numbers, bound) & np.isfinite(numbers)
            faults += _blame(raw, column, wrong, rule(key, bound=f"{bound:g}"), advice)
    return numbers


def _read_date(
    raw: Raw, column: Column, cells: pd.Series, missing: np.ndarray, faults: list[Fault]
) -> Any:
    # Excel writes 2025-06-30 back as 2025/6/30; year first, the two can mean nothing else.
    dates = pd.to_datetime(cells.str.replace("/", "-"), format="%Y-%m-%d", errors="coerce")
    wrong = dates.isna().to_numpy() & ~missing
    faults += _blame(raw, column, wrong, rule("date"), hint("date"))
    return dates.to_numpy(dtype="datetime64[s]")


def _read_flag(
    raw: Raw, column: Column, cells: pd.Series, missing: np.ndarray, faults: list[Fault]
) -> Any:
    flags = cells.str.lower().map(_FLAGS).astype("boolean")
    wrong = flags.isna().to_numpy() & ~missing
    faults += _blame(raw, column, wrong, rule("flag"), hint("flag"))
    return flags.array


_READERS: dict[str, Callable[..., Any]] = {
    "id": _read_text,
    "text": _read_text,
    "choice": _read_choice,
    "set": _read_set,
    "number": _read_number,
    "count": _read_number,
    "date": _read_date,
    "flag": _read_flag,
}


def _duplicates(raw: Raw, key: Sequence[str]) -> list[Fault]:
    keys = raw.frame[list(key)]
    again = keys.duplicated(keep="first").to_numpy() & keys.notna().all(axis=1).to_numpy()
    if not again.any():
        return []
    filled = keys.notna().all(axis=1).to_numpy()
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for at, values in enumerate(keys.itertuples(index=False)):
        one = tuple(str(value) for value in values)
        if one in first and filled[at]:
            place = raw.where(at, key[0])
            shown = " + ".join(raw.labels.get(part, part) for part in key)
            where = Where(place.file, place.row, shown, " / ".join(one))
            row = raw.where(first[one], key[0]).row
            faults.append(fault(where, rule("once"), hint("once", row=row)))
        first.setdefault(one, at)
    return faults


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a study with the files they came from, for the checks across tables."""

    clean: Mapping[str, pd.DataFrame]
    """Typed tables by name."""
    raw: Mapping[str, Raw]
    """The same tables as read."""
    services: Sequence[str]
    """Service keys that the study file knows."""
    county: str
    """Six-digit code of the county."""
    answers: Answers = field(default_factory=Answers)
    """What was decided before."""
    settled: Collection[tuple[str, int | None]] = ()
    """File and row of the totals that have been asked about or accepted."""
