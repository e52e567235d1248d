"""Settings against data: what only both together can tell, found when a study is opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import builders
import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InputError
from wushan_geo.sources.opening import open_study, read_study
from wushan_geo.study.editions import edition_faults, first_day, is_possible
from wushan_geo.study.faults import Where
from wushan_geo.study.fitting import Fitting, fitting_faults, on_land
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.tables import Raw
from wushan_geo.study.terrain import Terrain, standing
from wushan_geo.study.travelling import ConditionConfig, TerrainConfig

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.study.travelling import TravelConfig

CHINESE = "".join(chr(one) for one in range(0x4E00, 0x9FA6))
SNOW = """
[travel.conditions.snow]
closed_edges = ["e1", "e7", "e8"]
closed_crossings = ["bridge", "brigde"]
source = "a test"
"""
ROADS = RoadNetwork.from_tables(
    pd.DataFrame({"node_id": ["a", "b"], "lon": [109.9, 110.0], "lat": [31.0, 31.0]}),
    pd.DataFrame(
        {
            "edge_id": ["e1", "e2"],
            "u": ["a", "b"],
            "v": ["b", "a"],
            "length_m": [9600.0, 9700.0],
            "road_class": "county",
            "crossing_id": ["ford", ""],
            "edition": ["2025-13-45", "2026-01"],
            "speed_kmh": [np.nan, 50_000.0],
        }
    ),
)


@pytest.fixture(scope="module")
def travel(tmp_path_factory: pytest.TempPathFactory) -> TravelConfig:
    folder = builders.make_study_folder(tmp_path_factory.mktemp("tiny"))
    found = read_study(folder).travel
    assert found is not None
    return found


def changed(travel: TravelConfig, **settings: Any) -> TravelConfig:
    return replace(travel, **settings)


def told(fit: Fitting) -> list[tuple[str, str, str]]:
    return [(one.column, one.value, one.severity) for one in fitting_faults(fit)]


def bilingual(one: Fault) -> bool:
    """Tell whether a fault can be read in both languages."""
    return all(set(text) & set(CHINESE) for text in (one.rule_zh, one.suggestion_zh)) and not any(
        set(text) & set(CHINESE) for text in (one.rule, one.suggestion)
    )


# --- What a condition closes


def test_what_a_condition_closes_and_there_is_not_is_told_with_all_other_faults(
    tmp_path: Path,
) -> None:
    folder = builders.make_study_folder(
        tmp_path,
        study=lambda text: (
            text.replace("\n[travel.speeds_kmh]", SNOW + "\n[travel.speeds_kmh]")
            # A fault elsewhere in the settings does not hide what the conditions name.
            .replace("period_days = 365", "period_days = 0")
        ),
        persons=builders.replaced(("990201001001,all,10", "990201001001,all,-1")),
    )

    with pytest.raises(InputError) as caught:
        open_study(folder)

    faults = {(one.column, one.value): one for one in caught.value.faults}
    assert ("study.period_days", "0") in faults
    assert ("persons", "-1") in faults
    names = "travel.conditions.snow.closed_edges", "travel.conditions.snow.closed_crossings"
    told = {key for key in faults if key[0] in names}
    assert told == {(names[0], "e7"), (names[0], "e8"), (names[1], "brigde")}
    one = faults[names[1], "brigde"]
    assert one.suggestion == "Did you mean bridge?"
    assert one.file == "study.toml"
    assert bilingual(one)


def test_crossings_of_the_network_count_and_unread_tables_make_no_second_fault(
    travel: TravelConfig,
) -> None:
    closed = ConditionConfig("snow", closed_crossings=("ford", "bridge"), closed_edges=("e9",))
    settings = changed(travel, conditions={"snow": closed})
    table = {"crossings": pd.DataFrame({"crossing_id": ["bridge"]})}
    roads = {"roads": ROADS, "roads_file": "r.npz"}

    def columns(fit: Fitting) -> list[str]:
        return [value for column, value, _ in told(fit) if column.startswith("travel.cond")]

    assert columns(Fitting("s.toml", settings, None, table, {}, **roads)) == ["e9"]
    assert columns(Fitting("s.toml", settings, None, {}, {}, **roads)) == ["e9", "bridge"]
    # The table of crossings is named and could not be read: that has been said.
    unread = Fitting("s.toml", settings, None, {}, {}, **roads, named=frozenset({"crossings"}))
    assert columns(unread) == ["e9"]
    assert columns(Fitting("s.toml", settings, None, {}, {})) == []


# --- Dates and speeds of a network


def test_the_first_day_of_a_date_is_given_and_an_impossible_one_is_none() -> None:
    assert first_day("2026") == dt.date(2026, 1, 1)
    assert first_day("2026年6月") == dt.date(2026, 6, 1)
    assert first_day(" 2026/6/3 ") == dt.date(2026, 6, 3)
    assert first_day("2026年6月3日") == dt.date(2026, 6, 3)
    assert first_day("third edition") is None
    assert [is_possible(one) for one in ("", "2024-02-29", "2025-02-29", "2025-13", "0000")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_an_edition_after_the_cut_off_is_a_note_and_an_impossible_one_a_fault() -> None:
    texts = np.array(["2025", "2025-13-45", "2025-07", "2025-13-45", "", "v2"], dtype=object)
    faults = list(
        edition_faults(
            texts, lambda at, text: Where("r", at, "edition", text), dt.date(2025, 6, 30)
        )
    )

    assert [(one.row, one.value, one.severity) for one in faults] == [
        (1, "2025-13-45", "error"),
        (2, "2025-07", "note"),
    ]
    assert "(edges with it: 2)" in faults[0].rule
    assert "2025-06-30" in faults[1].rule
    assert all(bilingual(one) for one in faults)


def test_a_year_that_holds_the_cut_off_date_is_not_after_it() -> None:
    texts = np.array(["2025", "2025-06", "2025-06-30", "2025-07-01"], dtype=object)
    faults = edition_faults(texts, lambda at, text: Where("r", at, "", text), dt.date(2025, 6, 30))

    assert [one.value for one in faults] == ["2025-07-01"]


def test_dates_and_speeds_of_a_network_file_are_looked_at(travel: TravelConfig) -> None:
    fit = Fitting("s.toml", travel, dt.date(2025, 6, 30), {}, {}, ROADS, "roads.npz")

    assert told(fit) == [
        ("edition", "2025-13-45", "error"),
        ("edition", "2026-01", "note"),
        ("speed_kmh", "50000", "error"),
    ]
    assert {one.file for one in fitting_faults(fit)} == {"roads.npz"}


def test_dates_and_speeds_of_a_table_are_told_with_their_rows(tmp_path: Path) -> None:
    edges = builders.EDGES.replace("crossing_id,basis", "crossing_id,basis,edition,speed_kmh")
    for edge, more in (("e1", ",2025-13-45,"), ("e2", ",2026,"), ("e3", ",,50000")):
        edges = "\n".join(
            line + more if line.startswith(edge) else line for line in edges.split("\n")
        )
    folder = builders.make_study_folder(tmp_path, road_edges=edges)

    with pytest.raises(InputError) as caught:
        open_study(folder)

    faults = {one.column: one for one in caught.value.faults}
    assert {name: (one.row, one.value) for name, one in faults.items()} == {
        "edition": (2, "2025-13-45"),
        "speed_kmh": (4, "50000"),
    }
    assert faults["speed_kmh"].rule == "is at most 200"
    assert "km/h" in faults["speed_kmh"].suggestion


# --- Roads of another county


def test_roads_far_from_every_point_of_the_study_are_refused(tmp_path: Path) -> None:
    moved = builders.NODES.replace(",109.", ",119.")  # some 950 km further east
    folder = builders.make_study_folder(tmp_path, road_nodes=moved)

    with pytest.raises(InputError) as caught:
        open_study(folder)

    (one,) = caught.value.faults
    assert one.file == "roads/nodes.csv"
    # Along the parallel of 31 degrees from the westernmost node to the nearest village.
    km = float(one.rule.split(" km away")[0].rsplit(" ", 1)[1])
    assert km == pytest.approx(np.radians(9.9) * 6371 * np.cos(np.radians(31.05)), rel=0.01)
    assert bilingual(one)


@pytest.mark.parametrize(("lon", "faults"), [(110.4, 0), (110.6, 1)])
def test_fifty_kilometres_from_the_nearest_point_are_the_most(
    travel: TravelConfig, lon: float, faults: int
) -> None:
    # A degree of longitude is 95.5 km at 31 degrees: 38 km and 57 km.
    table = pd.DataFrame({"demand_lon": [lon, 112.0], "demand_lat": 31.0})
    fit = Fitting("s.toml", travel, None, {"villages": table}, {}, ROADS, "roads.npz")

    assert len([one for one in fitting_faults(fit) if "km away" in one.rule]) == faults
    other = changed(travel, engine="straight")
    fit = Fitting("s.toml", other, None, {"villages": table}, {}, ROADS, "roads.npz")
    assert not [one for one in fitting_faults(fit) if "km away" in one.rule]


# --- Places and codes against the rasters

LAND = Terrain(
    np.array([[1.0, 2.0, np.nan, 4.0]]),
    np.array([[1, 9, 1, -1]]),
    (100, 0, 4e5, 0, -100, 344e4),
    "EPSG:4546",
)
FACTORS = {1: 1.0, 9: 0.0}


def points(*cells: int | None, **more: Any) -> pd.DataFrame:
    """Give places in cells; None lies far outside."""
    lon, lat = LAND.points(np.array([0 if one is None else one for one in cells]))
    away = np.array([one is None for one in cells])
    return pd.DataFrame({"lon": np.where(away, 100.0, lon), "lat": lat, **more})


def villages(*cells: int | None) -> pd.DataFrame:
    ids = [f"v{at}" for at in range(len(cells))]
    names = {"zone_id": ids, "name": ids, "name_en": None}
    return points(*cells, **names).rename(columns={"lon": "demand_lon", "lat": "demand_lat"})


def sites(*cells: int | None) -> pd.DataFrame:
    ids = [f"f{at}" for at in range(len(cells))]
    return points(*cells, facility_id=ids, name=ids, name_en="site")


def over(travel: TravelConfig, tables: dict[str, pd.DataFrame], **land: Any) -> Fitting:
    told = {"land_cover": "lc.tif", "walking_kmh": 4.0, "factors": FACTORS, "neighbours": 16}
    settings = changed(travel, engine="terrain", terrain=TerrainConfig("dem.tif", **(told | land)))
    return Fitting("s.toml", settings, None, tables, {}, terrain=LAND)


def test_why_nobody_walks_at_a_place_is_told() -> None:
    table = points(0, 1, 2, 3, None)
    found = standing(LAND, FACTORS, table["lon"].to_numpy(), table["lat"].to_numpy())

    assert found.tolist() == ["", "barrier", "no_data", "no_data", "outside"]
    bare = Terrain(LAND.elevation, None, LAND.transform, LAND.crs)
    found = standing(bare, {}, table["lon"].to_numpy(), table["lat"].to_numpy())
    assert found.tolist() == ["", "", "no_data", "", "outside"]


def test_places_off_the_raster_are_named_one_by_one_and_the_others_stay(
    travel: TravelConfig,
) -> None:
    tables = {"villages": villages(0, None, 1), "facilities": sites(0, 2)}
    faults = list(fitting_faults(over(travel, tables)))

    assert [(one.file, one.severity) for one in faults] == [("dem.tif", "note")] * 3
    assert "does not reach 1 villages and facilities" in faults[0].rule
    assert [one.rule.rsplit(": ", 1)[1] for one in faults] == ["v1", "site", "v2"]
    assert all(bilingual(one) for one in faults)
    found = on_land(LAND, FACTORS, tables)
    assert found["why"].tolist() == ["", "outside", "barrier", "", "no_data"]
    assert found["kind"].tolist() == ["village"] * 3 + ["facility"] * 2


@pytest.mark.parametrize(
    ("homes", "others"), [((None, 1), (0,)), ((0,), (None, 2)), ((None,), (None,))]
)
def test_a_raster_without_any_village_or_any_facility_is_one_fault(
    travel: TravelConfig, homes: tuple[Any, ...], others: tuple[Any, ...]
) -> None:
    tables = {"villages": villages(*homes), "facilities": sites(*others)}
    (one,) = fitting_faults(over(travel, tables))

    assert (one.file, one.severity) == ("dem.tif", "error")
    assert one.rule.startswith("holds villages and facilities of the study")
    assert bilingual(one)


def test_a_village_is_off_the_raster_as_soon_as_some_of_its_people_are() -> None:
    spread = points(
        0, None, 0, None, zone_id=["v0", "v0", "v1", "v1"], persons=[3.0, 1.0, 2.0, 0.0]
    )
    tables = {"villages": villages(0, None, 0), "demand_points": spread}

    # A point without persons is none; v2 has no points of its own.
    assert on_land(LAND, FACTORS, tables)["why"].tolist() == ["outside", "", ""]


def test_a_place_without_a_point_is_not_off_the_raster() -> None:
    table = villages(0, 0)
    table.loc[1, ["demand_lon", "demand_lat"]] = np.nan

    assert on_land(LAND, FACTORS, {"villages": table})["id"].tolist() == ["v0"]


def test_land_cover_without_a_factor_is_a_fault_and_so_is_a_factor_without_land_cover(
    travel: TravelConfig,
) -> None:
    tables = {"villages": villages(0), "facilities": sites(0)}
    (one,) = fitting_faults(over(travel, tables, factors={1: 1.0}))
    assert (one.column, one.severity) == ("travel.terrain.factors.9", "error")
    assert bilingual(one)

    bare = Terrain(LAND.elevation, None, LAND.transform, LAND.crs)
    fit = over(travel, tables)
    fit = Fitting(fit.study, fit.travel, None, tables, {}, terrain=bare)
    (one,) = fitting_faults(fit)
    assert one.column == "travel.terrain.factors"
    assert bilingual(one)


# --- Settings that do nothing, and known lengths


def test_settings_that_do_nothing_are_one_note_that_names_the_engine(travel: TravelConfig) -> None:
    assert told(Fitting("s.toml", travel, None, {}, {})) == []
    settings = changed(travel, engine="straight", idle=("travel.departure", "travel.profiles"))

    (one,) = fitting_faults(Fitting("s.toml", settings, None, {}, {}))

    assert (one.file, one.column, one.value, one.severity) == (
        "s.toml", "travel.departure, travel.profiles", "", "note",
    )  # fmt: skip
    assert one.rule == 'does nothing with engine = "straight"'
    assert bilingual(one)


def test_known_lengths_are_looked_at_when_the_study_is_opened(travel: TravelConfig) -> None:
    starts = [109.0, 110.0, 111.0, 111.125]
    table = pd.DataFrame(
        {
            "pair_id": ["a", "b", "c", "d"],
            "from_lon": starts,
            "from_lat": 0.0,
            "to_lon": [109.125, 110.125, 111.125, 111.0],
            "to_lat": 0.0,
            "road_km": [20.0, 20_000.0, 21.0, 22.0],
            "used": pd.array([None] * 4, dtype="boolean"),
        }
    )
    raw = Raw(table.astype(str).set_axis([2, 3, 5, 6]), "km.csv", labels={"road_km": "里程"})
    fit = Fitting("s.toml", travel, None, {"road_distances": table}, {"road_distances": raw})

    assert told(fit) == []  # the detour is not told from them
    found = [*fitting_faults(replace(fit, travel=changed(travel, detour_from_pairs=True)))]

    assert [(one.file, one.row, one.column, one.value) for one in found] == [
        ("km.csv", 3, "里程", "b: 20000"),
        ("km.csv", 6, "pair_id", "c, d"),
    ]
    assert all(bilingual(one) for one in found)
    # A length that could not be read has been told of.
    table.loc[0, "road_km"] = np.nan
    assert told(replace(fit, travel=changed(travel, detour_from_pairs=True))) == []
