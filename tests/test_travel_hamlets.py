"""Villages whose trips start at the points of their people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from builders import STUDY, VILLAGES, faults_of, make_study_folder

from wushan_geo.errors import UnknownIdError
from wushan_geo.sources.opening import open_study
from wushan_geo.travel.hamlets import Starts, starts
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.places import places

if TYPE_CHECKING:
    from pathlib import Path

HOMES = places(pd.DataFrame({"lon": [109.0], "lat": [31.0]}, index=["v1"]), "villages")
POINTS = pd.DataFrame(
    {
        "zone_id": ["v2", "v2", "v0"],
        "point_id": ["a", "b", "c"],
        "lon": [109.1, 109.2, 109.3],
        "lat": 31.0,
        "persons": [3.0, 1.0, 2.0],
    }
)
MINUTES = pd.Series({"v2": 5.0, "v0": 6.0})


def found() -> Starts:
    return starts(HOMES, POINTS, MINUTES)


def matrix(*costs: float) -> TravelMatrix:
    return TravelMatrix(found().at.ids, ("H",), "min", np.array(costs)[:, None])


def test_points_follow_the_villages_and_carry_the_minutes_of_theirs() -> None:
    assert found().at.ids == ("v1", "v2/a", "v2/b", "v0/c")
    assert found().at.minutes.tolist() == [0, 5, 5, 6]
    assert found().at.lon.tolist() == [109.0, 109.1, 109.2, 109.3]
    assert found().zones == ("v1", "v2", "v2", "v0")
    assert not found().alone


def test_the_time_of_a_village_is_the_mean_over_its_persons() -> None:
    times = found().by_village(matrix(7.0, 10.0, 30.0, 4.0))

    assert times.origin_ids == ("v0", "v1", "v2")
    assert times.dense().ravel().tolist() == [4.0, 7.0, (3 * 10 + 30) / 4]


def test_one_person_who_cannot_get_there_makes_it_infinite() -> None:
    times = found().by_village(matrix(7.0, 10.0, np.inf, np.inf))

    assert times.dense().ravel().tolist() == [np.inf, 7.0, np.inf]


def test_of_the_snaps_the_longest_and_the_cut_off_part_are_told() -> None:
    table = pd.DataFrame(
        {
            "place_id": pd.array([*found().at.ids, "H"], dtype="str"),
            "role": ["origin"] * 4 + ["destination"],
            "snap_m": [10.0, 900.0, 20.0, 30.0, 40.0],
            "part": [0, 0, 2, 1, 0],
            "node_id": ["n1", "n2", "n3", "n4", "n5"],
        }
    )
    before = table.copy()
    rows = found().snaps(table)

    assert list(rows.columns) == list(table.columns)
    assert rows.to_numpy().tolist() == [
        ["v0", "origin", 30.0, 1, "n4"],
        ["v1", "origin", 10.0, 0, "n1"],
        ["v2", "origin", 900.0, 2, "n2"],
        ["H", "destination", 40.0, 0, "n5"],
    ]
    pd.testing.assert_frame_equal(table, before)


def test_without_points_nothing_is_averaged_or_copied() -> None:
    plain = starts(HOMES, POINTS.iloc[:0], MINUTES)
    times = TravelMatrix(("v1",), ("H",), "min", np.array([[1.0]]))
    table = pd.DataFrame({"place_id": ["v1"]})

    assert plain.alone
    assert plain.by_village(times) is times
    assert plain.snaps(table) is table


def test_times_of_other_places_are_refused() -> None:
    with pytest.raises(UnknownIdError):
        found().by_village(TravelMatrix(("x",), ("H",), "min", np.array([[1.0]])))


def with_points(folder: Path, *rows: str) -> Path:
    """Make the tiny study with a table of points."""
    line = 'rivers = "rivers.geojson"\n'
    told = STUDY.replace(line, f'{line}demand_points = "points.csv"\n')
    home = make_study_folder(folder, study=told)
    head = "zone_id,point_id,lon,lat,persons,basis"
    (home / "points.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return home


@pytest.mark.parametrize("basis", ["measured", "modelled"])
def test_a_study_may_name_a_table_of_points(tmp_path: Path, basis: str) -> None:
    rows = (f"{VILLAGES[0]},{one},109.8{one},31.02,2.5,{basis}" for one in (7, 6))
    study = open_study(with_points(tmp_path, *rows))

    assert study.demand_points is not None
    assert study.demand_points["point_id"].tolist() == ["6", "7"]
    assert study.demand_points["lon"].tolist() == [109.86, 109.87]
    # Times that rest on points of a model are those of a demonstration.
    assert study.demonstration == (basis == "modelled")


def test_what_is_wrong_with_the_points_is_told_row_by_row(tmp_path: Path) -> None:
    home = with_points(
        tmp_path,
        f"{VILLAGES[0]},a,109.85,31.02,-1,measured",
        f"{VILLAGES[0]},a,109.86,31.02,1,measured",
        "990201001999,c,109.86,,1,measured",
    )

    told = {(one.row, one.column) for one in faults_of(home)}
    assert told >= {(2, "persons"), (3, "point_id"), (4, "zone_id"), (4, "lat")}
