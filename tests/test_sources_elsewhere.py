"""A study whose times come from another router, or from the lie of the land."""

import shutil
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

import wushan_geo as wg
from wushan_geo.errors import InputError
from wushan_geo.reports.answer import answers
from wushan_geo.reports.desk import desk_of
from wushan_geo.results import StudyResult
from wushan_geo.sources.elsewhere import Elsewhere, given_times
from wushan_geo.sources.opening import data_folder, open_study, read_study
from wushan_geo.study.geometry import metric_crs
from wushan_geo.study.travelling import Engine, MatrixConfig
from wushan_geo.terminal import show_study
from wushan_geo.travel.friction import off_land
from wushan_geo.travel.times import between_villages, travel_interval
from wushan_geo.wording import MESSAGES, Language

ON_GIVEN = """[travel]
engine = "matrix"
boarding_min = 5.0

[travel.matrix]
unit = "s"
origin = "村代码"
destination = "机构编号"
cost = "秒"

[travel.interval]
low = 0.9
central = 1.0
high = 1.2
"""
OVER_LAND = """[travel]
engine = "terrain"
boarding_min = 4.0
snap_speed_kmh = 4.0

[travel.terrain]
elevation = "data/dem.tif"
walking_kmh = 4.0
neighbours = 16

[travel.speeds_kmh]
national = 45.0
provincial = 40.0
county = 30.0
township = 25.0
village = 15.0
ferry = 6.0

[travel.interval]
low = 0.8
central = 1.0
high = 1.3
"""


def rewritten(text: str, travel: str, tables: str = "") -> str:
    """Put other travel settings into a study file, and name one table more."""
    kept, keep = [], True
    for line in text.splitlines(keepends=True):
        if line.startswith("["):
            keep = not line.startswith(("[travel]", "[travel."))
        if keep:
            kept.append(line)
    whole = "".join(kept).replace("[tables]\n", f"[tables]\n{tables}", 1)
    return whole + "\n" + travel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "county"
    shutil.copytree(data_folder() / "example", home)
    return home


def given(folder: Path, change: Any = None) -> Path:
    """Let the example take its times from a file: 600 s to the first facility, 60 s more a step."""
    study = open_study("example")
    villages, sites = study.villages["zone_id"], study.facilities["facility_id"]
    table = pd.DataFrame(
        [(v, f, 600 + 60 * at) for v in villages for at, f in enumerate(sites)],
        columns=["村代码", "机构编号", "秒"],
    )
    if change is not None:
        table = change(table)
    table.to_csv(folder / "times.csv", index=False)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    tables = 'travel_times = "times.csv"\n'
    (folder / "study.toml").write_text(rewritten(text, ON_GIVEN, tables), encoding="utf-8")
    return folder


def test_times_of_another_router_are_charged_and_stretched_like_any_other(folder: Path) -> None:
    study = open_study(given(folder))
    times = travel_interval(study)

    # 600 s are 10 minutes on the way, and boarding takes 5 in any case.
    assert times.low.dense()[0, :2].tolist() == [14.0, 14.9]
    assert times.central.dense()[0, :2].tolist() == [15.0, 16.0]
    assert times.high.dense()[0, :2].tolist() == [17.0, 18.2]
    assert list(times.conditions) == ["ordinary"]
    files = study.provenance.set_index("table")
    assert files.loc["travel_times", "file"] == "times.csv"
    assert files.loc["travel_times", "rows"] == len(study.villages) * len(study.facilities)


def test_a_study_on_given_times_runs_to_the_end(folder: Path) -> None:
    result = wg.run_study(open_study(given(folder)))

    assert result.tables["villages"]["minutes_central"].notna().all()
    # Nobody says what snow does to times that are given.
    assert result.tables["villages"]["minutes_snow"].isna().all()
    assert result.tables["villages"]["class_snow"].isna().all()


KM = 111.19508372419141  # of one degree along the equator of a sphere of 6371.0088 km


def paces(hours: list[float], unit: str = "h", apart: float = 5.0) -> list[Any]:
    """Give the faults of villages so many kilometres from the one facility, in so many hours."""
    count = len(hours)
    ids = [f"V{at}" for at in range(count)]
    clean = {
        "villages": pd.DataFrame(
            {"zone_id": ids, "demand_lon": [apart / KM] * count, "demand_lat": 0.0}
        ),
        "facilities": pd.DataFrame({"facility_id": ["F"], "lon": [0.0], "lat": [0.0]}),
    }
    rows = "".join(f"{one},F,{cost!r}\n" for one, cost in zip(ids, hours, strict=True))
    found = Elsewhere()
    config = MatrixConfig(unit, "from", "to", "cost", None)
    content = f"from,to,cost\n{rows}".encode()
    given_times(found, (Path("times.csv"), "data/times.csv", content), config, clean)
    return found.faults


def test_times_that_nobody_can_travel_are_in_another_unit() -> None:
    # 5 km in 0.02 h are 250 km/h, in 0.024 h 208 km/h and in 0.026 h 192 km/h.
    (one,) = paces([0.02, 0.024, 0.026])

    assert (one.file, one.row, one.column) == ("times.csv", 3, "cost")
    assert (one.value, one.severity) == ("V1 -> F: 0.024", "error")
    assert "5.0 km along the straight line in 0.024 h, or 208 km/h" in one.rule
    assert "unit under [travel.matrix] is h" in one.suggestion
    assert "unit 现为 h" in one.suggestion_zh
    # Minutes that are called seconds: 12 minutes for 5 km.
    assert "1500 km/h" in paces([12.0, 12.0, 12.0], "s")[0].rule
    # Seconds that are called minutes, and no time at all for a way.
    assert "0.42 km/h" in paces([720.0, 720.0, 720.0], "min")[0].rule
    assert "inf km/h" in paces([0.0, 0.0, 0.0])[0].rule


def test_a_few_strange_times_and_places_close_by_say_nothing_of_the_unit() -> None:
    assert paces([0.02, 0.026, 0.026]) == []
    assert paces([0.0251, 0.0251]) == []  # 199 km/h
    assert paces([9.9, 9.9]) == []  # 0.505 km/h
    assert paces([0.001, 0.001], apart=1.9) == []
    assert paces([float("inf"), float("inf"), 0.2]) == []


MORE = """
[travel.speeds_kmh]
village = 15.0

[travel.conditions.snow]
speed_factor = 0.5
source = "a test"

[travel.profiles.walker]
kind = "walk"
speed_kmh = 4.0
source = "a test"
"""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Leave three villages out of a table that ends at 9000 s, and state what does nothing."""
    home = tmp_path_factory.mktemp("limited") / "county"
    shutil.copytree(data_folder() / "example", home)
    lost = open_study("example").villages["zone_id"].head(3)
    given(home, lambda table: table[~table["村代码"].isin(lost)])
    text = (home / "study.toml").read_text(encoding="utf-8")
    text = text.replace('cost = "秒"', 'cost = "秒"\nlimit = 9000') + MORE
    text = text.replace('engine = "matrix"', 'engine = "matrix"\ndeparture = "8:30"')
    (home / "study.toml").write_text(text, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def limited_result(limited: Path) -> StudyResult:
    return wg.run_study(open_study(limited))


def test_settings_that_do_nothing_with_given_times_are_named(
    limited: Path, limited_result: StudyResult
) -> None:
    (one,) = [one for one in read_study(limited).faults if "does nothing" in one.rule]

    names = ["departure", "speeds_kmh", "profiles", "conditions.snow"]
    assert sorted(one.column.split(", ")) == sorted(f"travel.{name}" for name in names)
    assert (one.severity, one.value) == ("note", "")
    findings = limited_result.tables["findings"]
    (idle,) = findings.loc[(findings["topic"] == "idle").to_numpy(), "text_zh"]
    assert "travel.conditions.snow" in idle


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_a_study_on_given_times_is_shown_with_what_does_nothing(
    limited: Path, tongue: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    show_study(open_study(limited), tongue)

    shown = "".join(capsys.readouterr().out.split())
    assert ("其他工具算好的到达时间表" if tongue == "zh" else "thetableofanotherrouter") in shown
    assert "travel.conditions.snow" in shown
    engines = {f"engine.{one}" for one in get_args(Engine)}
    assert engines <= set(MESSAGES)
    assert {"info.table.travel_times", "info.table.terrain"} <= set(MESSAGES)


def test_a_condition_without_times_takes_no_village_away(limited_result: StudyResult) -> None:
    assert limited_result.tables["gaps"]["class_snow"].isna().all()
    assert "condition" not in set(limited_result.tables["findings"]["topic"])


def test_what_a_limited_table_does_not_list_is_not_said_to_be_cut_off(
    limited_result: StudyResult,
) -> None:
    findings = limited_result.tables["findings"]
    rows = findings[(findings["topic"] == "unreachable").to_numpy()]
    assert len(rows) > 0
    assert (rows["value"] == 3.0).all()
    for zh, en in zip(rows["text_zh"], rows["text_en"], strict=True):
        assert "在 150 分钟内不能到达任何接收机构（到达时间表只列到该时限）" in zh
        assert "无法到达" not in zh
        assert "Not within 150 min" in en
    points = [zh for one in answers(desk_of(limited_result)) for zh, _ in one.points]
    (told,) = [one for one in points if "最近的" in one]
    assert "150 分钟内不能到达的 3 个" in told


def test_every_page_says_what_unreachable_means_where_times_end_at_a_limit(
    limited_result: StudyResult,
) -> None:
    assert limited_result.info.known_min == 150.0
    zh, en = limited_result.info.notice_texts["notice.given"]
    assert "“无法到达”在此指 150 分钟内不能到达" in zh
    assert "not reached within 150 min" in en
    assert open_study("example").config.travel.known_min is None


def test_ids_are_held_against_the_study_in_both_directions(folder: Path) -> None:
    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[3, "村代码"] = "999999999999"
        table.loc[5, "秒"] = -1
        return pd.concat([table, table.iloc[[7]]])

    with pytest.raises(InputError) as caught:
        open_study(given(folder, spoil))

    rows = {(one.file, one.row, one.column) for one in caught.value.faults}
    assert ("times.csv", 5, "村代码") in rows
    assert ("times.csv", 7, "秒") in rows
    # The pair that row 5 should have held is missing, and row 9 is there twice.
    text = str(caught.value)
    assert "999999999999" in text


def test_given_times_without_settings_that_read_them_are_refused(folder: Path) -> None:
    text = (folder / "study.toml").read_text(encoding="utf-8")
    named = text.replace("[tables]\n", '[tables]\ntravel_times = "times.csv"\n', 1)
    (folder / "times.csv").write_text("a,b,c\n", encoding="utf-8")
    (folder / "study.toml").write_text(named, encoding="utf-8")

    with pytest.raises(InputError, match="travel_times"):
        open_study(folder)


def flat(path: Path, study: Any, height: float = 500.0) -> None:
    """Write a plain of one height under a county."""
    import rasterio
    from affine import Affine

    code = metric_crs(float(study.villages["demand_lon"].mean()))
    shapes = study.county.to_crs(code)
    west, south, east, north = shapes.total_bounds
    side = 200.0
    rows, columns = int((north - south) / side) + 11, int((east - west) / side) + 11
    path.parent.mkdir(exist_ok=True)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=columns,
        count=1,
        dtype="float32",
        crs=f"EPSG:{code}",
        transform=Affine(side, 0.0, west - 5 * side, 0.0, -side, north + 5 * side),
    ) as file:
        file.write(np.full((rows, columns), height, dtype="float32"), 1)


def test_a_study_over_land_walks_rides_and_runs_to_the_end(folder: Path) -> None:
    study = open_study("example")
    flat(folder / "data" / "dem.tif", study)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(rewritten(text, OVER_LAND), encoding="utf-8")

    over_land = open_study(folder)
    result = wg.run_study(over_land)

    assert over_land.terrain is not None
    minutes = result.tables["villages"]["minutes_central"]
    assert np.isfinite(minutes).all()
    # No way is inferred worse or better than it is: Tobler's rule on a surveyed plain.
    assert set(result.tables["gaps"]["basis"]) == {"inferred"}
    files = over_land.provenance
    assert files.loc[files["table"] == "terrain", "file"].tolist() == ["data/dem.tif"]


def test_a_raster_that_is_not_there_is_one_fault_among_the_others(folder: Path) -> None:
    text = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(rewritten(text, OVER_LAND), encoding="utf-8")

    with pytest.raises(InputError, match=r"dem\.tif"):
        open_study(folder)


def test_a_time_of_more_than_a_day_in_the_table_of_a_study_is_refused(folder: Path) -> None:
    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(秒=table["秒"].where(table.index != 2, 86_401))

    with pytest.raises(InputError) as caught:
        open_study(given(folder, spoil))
    (one,) = caught.value.faults
    assert (one.file, one.row, one.column, one.value) == ("times.csv", 4, "秒", "86401.0")
    assert "at most 86400 s" in one.rule


def corner(folder: Path, *, east: float, south: float) -> Any:
    """Let the example walk over a raster whose south-eastern part was cut off."""
    import rasterio

    flat(folder / "data" / "whole.tif", open_study("example"))
    with rasterio.open(folder / "data" / "whole.tif") as file:
        kept = file.read(1)
        profile = file.profile
    kept = kept[: int(kept.shape[0] * south), : int(kept.shape[1] * east)]
    profile.update(height=kept.shape[0], width=kept.shape[1])
    with rasterio.open(folder / "data" / "dem.tif", "w", **profile) as file:
        file.write(kept, 1)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(rewritten(text, OVER_LAND), encoding="utf-8")
    return read_study(folder)


def test_places_off_a_raster_are_named_and_the_study_opens(folder: Path) -> None:
    reading = corner(folder, east=0.8, south=1.0)

    notes = [one for one in reading.faults if "does not reach" in one.rule]
    assert [(one.file, one.severity) for one in notes] == [("data/dem.tif", "note")]
    assert not [one for one in reading.faults if one.severity != "note"]


def test_villages_off_a_raster_are_unknown_by_name_and_the_others_keep_their_minutes(
    folder: Path,
) -> None:
    corner(folder, east=1.0, south=1.0)
    before = travel_interval(open_study(folder)).central
    corner(folder, east=0.8, south=1.0)
    study = open_study(folder)

    result = wg.run_study(study)

    villages_off, facilities_off = off_land(study)
    assert 0 < len(villages_off) < len(study.villages)
    after = result.tables["villages"].set_index("zone_id")
    off = after.index.isin(villages_off)
    ends = ["minutes_low", "minutes_central", "minutes_high"]
    assert after.loc[off, ends].isna().all().all()
    assert set(after.loc[off, "class"]) == {"unknown"}
    assert np.isfinite(after.loc[~off, ends]).all().all()
    kept = travel_interval(study).central
    assert set(kept.origin_ids) == set(after.index[~off])
    assert kept == before.select(kept.origin_ids, kept.destination_ids)
    told = result.tables["findings"].set_index("topic").loc["no_point"]
    assert told["value"] == len(villages_off) + len(facilities_off)
    named = study.villages.set_index("zone_id")["name"][after.index[off][0]]
    assert named in told["text_zh"]
    # They are no place for a facility either, and the others are not lost for it.
    between = between_villages(study)
    assert set(between.origin_ids) == set(between.destination_ids) == set(after.index[~off])
    assert np.isfinite(between.dense()).all()


def test_a_raster_that_reaches_no_village_is_refused_in_both_languages(folder: Path) -> None:
    corner(folder, east=0.05, south=0.05)

    with pytest.raises(InputError) as caught:
        open_study(folder)
    (one,) = caught.value.faults
    assert one.file == "data/dem.tif"
    assert one.rule.startswith("holds villages and facilities of the study")
    assert one.rule_zh.startswith("应覆盖本研究的村（社区）和机构")
