"""Round trip: the built-in county in 13 dialects comes back as the same tables.

What a dialect cannot carry is listed with it, and the list is checked in both directions: nothing
else may differ, and what is listed must really be lost.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import shapely
from dialects import DIALECTS, KEYS, TABLES, Dialect

from wushan_geo.sources import opening
from wushan_geo.sources.opening import Reading, open_study

if TYPE_CHECKING:
    from collections.abc import Callable

    from wushan_geo.study.study import Study

    Opened = tuple[Study, Reading]

pytestmark = pytest.mark.slow  # whole folders are written, read and checked

DEGREE = 111_320.0  # metres of a degree of latitude, the longest that a degree is here
POSITIONS = {"lon", "lat", "demand_lon", "demand_lat"}
SHAPES = {"geometry", "demand_point"}
NAMES = [one.name for one in DIALECTS]


@cache
def built_in() -> Study:
    """Open the built-in county once."""
    return open_study("wushan")


@pytest.fixture(scope="module")
def county_in(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Dialect], Opened]:
    """Write and open the county in a dialect, each once; with the study comes what was read."""

    @cache
    def opened(dialect: Dialect) -> Opened:
        folder = tmp_path_factory.mktemp("dialects") / dialect.name
        dialect.write(folder)
        readings: list[Reading] = []

        def kept(*given: Any, **named: Any) -> Reading:
            readings.append(read(*given, **named))
            return readings[-1]

        read = opening.read_study
        with mock.patch.object(opening, "read_study", kept):
            return open_study(folder), readings[-1]

    return opened


def keyed(study: Study, table: str) -> pd.DataFrame:
    """Give a table by its key."""
    frame = getattr(study, table)
    assert frame is not None, f"no {table}"
    key = list(KEYS[table])
    found: pd.DataFrame = pd.DataFrame(frame).set_index(key, drop=False).sort_index()
    assert found.index.is_unique
    return found


def apart(one: Any, other: Any, column: str, metres: float) -> list[int]:
    """Give the positions at which two columns differ."""
    if column in SHAPES:
        return apart_shapes(one, other, metres)
    gone, missing = one.isna().to_numpy(), other.isna().to_numpy()
    if column in POSITIONS:
        tolerance = metres / DEGREE
        different = np.abs(one.to_numpy(float) - other.to_numpy(float)) > tolerance
    else:
        left, right = (side.astype(object).where(side.notna(), None) for side in (one, other))
        different = np.array([a != b for a, b in zip(left, right, strict=True)], dtype=bool)
    return np.flatnonzero((gone != missing) | (different & ~gone & ~missing)).tolist()


def apart_shapes(one: Any, other: Any, metres: float) -> list[int]:
    """Give the positions at which two columns of shapes differ, wherever their rings begin."""
    left, right = (shapely.normalize(np.asarray(side.array)) for side in (one, other))
    gone, missing = shapely.is_missing(left), shapely.is_missing(right)
    same = shapely.equals_exact(left, right, tolerance=metres / DEGREE)
    far = shapely.hausdorff_distance(left, right) > metres / DEGREE
    return np.flatnonzero((gone != missing) | (~same & far & ~gone & ~missing)).tolist()


def differences(study: Study, metres: float) -> dict[tuple[str, str], str]:
    """Give each column that differs from the built-in county, with its first difference."""
    found = {}
    for table in TABLES:
        mine, theirs = keyed(study, table), keyed(built_in(), table)
        assert mine.index.equals(theirs.index), f"other rows in {table}"
        for column in theirs.columns:
            places = apart(mine[column], theirs[column], column, metres)
            if places:
                at = places[0]
                seen = f"{mine[column].iloc[at]!r} for {theirs[column].iloc[at]!r}"
                found[table, column] = f"{len(places)} times, first {mine.index[at]}: {seen}"
    return found


@pytest.mark.parametrize("dialect", DIALECTS, ids=NAMES)
def test_the_county_comes_back_from_each_dialect_but_for_what_it_cannot_carry(
    dialect: Dialect, county_in: Callable[[Dialect], Opened]
) -> None:
    found = differences(county_in(dialect)[0], dialect.metres)

    listed = {(one.table, one.column): one.reason for one in dialect.losses}
    unlisted = {place: said for place, said in found.items() if place not in listed}
    assert not unlisted, f"{dialect.about}: changed on the way"
    unharmed = [place for place in listed if place not in found]
    assert not unharmed, f"{dialect.about}: listed as lost and came through"


def test_the_dialects_differ_in_format_encoding_and_layout(
    county_in: Callable[[Dialect], Opened],
) -> None:
    arrived = [one for dialect in DIALECTS for one in county_in(dialect)[1].taken.arrivals]

    assert len(DIALECTS) == len(set(NAMES)) >= 12
    assert {one.layout for one in arrived} == {"long", "wide", "layer"}
    assert {one.format for one in arrived} == {
        "csv", "tsv", "xlsx", "xls", "ods", "parquet",
        "geojson", "fgb", "shp", "gpkg", "kml", "geoparquet",
    }  # fmt: skip
    assert {one.encoding for one in arrived} == {"", "utf-8", "utf-16", "gb18030", "big5"}


def test_every_loss_says_why() -> None:
    for dialect in DIALECTS:
        for loss in dialect.losses:
            assert loss.table in TABLES
            assert len(loss.reason) > 20
