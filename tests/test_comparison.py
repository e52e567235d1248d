"""Two results side by side: every change is named, and counted in places and persons."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely
from comparison_cases import CHANGES, COUNTY, REACHED, TOWNS, VILLAGES, after, before
from hypothesis import given
from hypothesis import strategies as st

from wushan_geo.comparison import COLUMNS, Comparison, compare, delta
from wushan_geo.comparison.units import _comparable
from wushan_geo.errors import ParameterError
from wushan_geo.results import StudyResult
from wushan_geo.storage import table_bytes
from wushan_geo.wording.notices import ScenarioWords

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = re.compile(r"[±+−]?\d+")


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(before(), after())


def rows(comparison: Comparison, level: str, limit: float = 30.0) -> pd.DataFrame:
    table = comparison.table
    own = (table["level"] == level) & (table["service"] == "day_care") & (table["limit"] == limit)
    return table[own.to_numpy()].set_index("zone_id")


def test_each_village_changes_in_its_own_way(found: Comparison) -> None:
    assert rows(found, "village")["change"].to_dict() == dict(zip(VILLAGES, CHANGES, strict=True))


def test_minutes_of_both_sides_stand_with_their_delta(found: Comparison) -> None:
    own = rows(found, "village")
    assert own["minutes_central_delta"].tolist() == pytest.approx(
        [2.0, 0.0, np.inf, -5.4, -np.inf, np.nan], nan_ok=True
    )
    assert own["minutes_low_delta"].iloc[0] == pytest.approx(1.6)
    assert own["minutes_high_delta"].iloc[0] == pytest.approx(2.4)


def test_who_is_reached_is_counted_in_places_persons_and_eligible_persons(
    found: Comparison,
) -> None:
    own = rows(found, "village")
    assert own["places_reached_delta"].tolist()[:5] == [0, 0, -1, 1, 0]
    assert own["persons_reached_delta"].tolist()[:5] == [0, 0, -5, 7, 0]
    assert own["eligible_reached_delta"].tolist()[:5] == [0, 0, -2, 3, 0]
    # Not known before, so that how many more is not known.
    assert np.isnan(own["places_reached_delta"].iloc[5])
    assert own["places_reached_b"].iloc[5] == 1


def test_townships_and_the_county_take_their_sums_from_the_long_table(found: Comparison) -> None:
    towns, county = rows(found, "township"), rows(found, "county")
    for zone, groups in REACHED.items():
        for group, (first, last) in groups.items():
            assert towns.loc[zone, f"{group}_reached_a"] == first
            assert towns.loc[zone, f"{group}_reached_b"] == last
            assert towns.loc[zone, f"{group}_reached_delta"] == last - first
    assert county.loc[COUNTY, "places_reached_delta"] == 1
    assert county.loc[COUNTY, "persons_reached_delta"] == 2
    assert county.loc[COUNTY, "eligible_reached_delta"] == 1


def test_a_township_from_unreachable_to_minutes_is_named(found: Comparison) -> None:
    towns = rows(found, "township")
    assert towns["change"].tolist() == ["worse", "now_reachable"]
    assert towns.loc[TOWNS[1], "minutes_central_delta"] == -np.inf
    assert towns.loc[TOWNS[0], "minutes_central_delta"] == 2


def test_a_unit_that_wins_places_and_loses_persons_is_mixed() -> None:
    table = after().tables["access"].copy()
    table.loc[(table["zone_id"] == COUNTY) & (table["measure"] == "persons_reached"), "value"] = 3
    mixed = compare(before(), after(tables={"access": table}))
    assert rows(mixed, "county")["change"].tolist() == ["mixed"]


def test_what_lies_beyond_the_end_of_a_table_of_times_is_not_known_to_have_changed() -> None:
    one = np.array([130.0, 100.0, np.inf, np.inf, 10.0])
    two = np.array([np.inf, np.inf, np.inf, 100.0, 20.0])
    nan = np.nan

    def told(a: float | None, b: float | None) -> list[float]:
        return delta(*_comparable(one, two, (a, b))).tolist()

    # The first is 130 minutes in one and beyond 120 in the other, which may be the same.
    assert told(None, 120.0) == pytest.approx([nan, np.inf, nan, -np.inf, 10], nan_ok=True)
    assert told(90.0, None) == pytest.approx([np.inf, np.inf, nan, nan, 10], nan_ok=True)
    assert told(120.0, 120.0)[1:] == [np.inf, 0, -np.inf, 10]
    assert told(None, None) == [np.inf, np.inf, 0, -np.inf, 10]
    assert (one[2:4] == np.inf).all()


def test_a_village_beyond_the_times_of_one_side_has_not_become_unreachable() -> None:
    # The third village is reached in one and unreachable in the other.
    limited = after(known_min=15.0)
    own = rows(compare(before(), limited), "village")

    assert own["minutes_central_a"].iloc[2] > 15
    assert own["change"].iloc[2] == "now_unknown"
    assert np.isnan(own["minutes_central_delta"].iloc[2])


def test_the_same_result_twice_changes_nothing() -> None:
    same = compare(before(), before())
    assert set(same.table["change"]) == {"same"}
    deltas = same.table[[one for one in COLUMNS if one.endswith("_delta")]].to_numpy(dtype=float)
    assert not np.nan_to_num(deltas).any()
    assert same.roads.empty
    assert same.units.empty
    assert same.table.equals(compare(before(), before()).table)


def test_two_that_do_not_differ_are_said_so_plainly_and_two_that_do_are_not(
    found: Comparison,
) -> None:
    same = compare(before(), before()).findings
    assert same["topic"].iloc[0] == "nothing"
    assert same["text_zh"].iloc[0].startswith("两者没有差别")
    assert same["text_en"].iloc[0].startswith("The two do not differ")
    assert "nothing" not in set(found.findings["topic"])


@pytest.mark.parametrize("what", ["minutes", "persons", "facility_id", "class", "snow", "as_of"])
def test_one_difference_of_any_kind_is_one(what: str) -> None:
    gaps = before().tables["gaps"].copy()
    first = snowy(before(), minutes=[30.0] * 6, classes=["gap"] * 6).tables["gaps"]
    other: dict[str, Any] = {}
    if what == "as_of":
        other["as_of"] = dt.date(2026, 1, 31)
    elif what == "snow":
        gaps = snowy(before(), minutes=[30.0] * 5 + [31.0], classes=["gap"] * 6).tables["gaps"]
    else:
        gaps = first.copy()
        value = {"minutes": 1.5, "persons": 6.0, "facility_id": "f2", "class": "neighbour"}[what]
        gaps.loc[0, what] = value
    pair = compare(before(tables={"gaps": first}), before(tables={"gaps": gaps}, **other))
    assert "nothing" not in set(pair.findings["topic"])
    twin = compare(before(tables={"gaps": first}), before(tables={"gaps": first}))
    assert twin.findings["topic"].iloc[0] == "nothing"


def snowy(result: StudyResult, minutes: list[float], classes: list[str]) -> StudyResult:
    """Tell what the six villages have in snow, at 30 min of day care; elsewhere nothing."""
    gaps = result.tables["gaps"].copy()
    own = ((gaps["service"] == "day_care") & (gaps["limit"] == 30.0)).to_numpy()
    gaps["minutes_snow"] = np.nan
    gaps["class_snow"] = pd.array([None] * len(gaps), dtype="str")
    gaps.loc[own, "minutes_snow"] = minutes
    gaps.loc[own, "class_snow"] = classes
    return StudyResult(result.info, {**result.tables, "gaps": gaps}, result.layers, result.manifest)


def test_conditions_that_both_state_stand_beside_each_other() -> None:
    a = snowy(before(), [20.0, 40.0, np.inf, 20.0, np.nan, 20.0], ["effective", "gap"] * 3)
    b = snowy(after(), [25.0, np.inf, np.inf, 20.0, 20.0, 20.0], ["effective"] * 6)

    pair = compare(a, b)

    own = rows(pair, "village")
    assert own["minutes_snow_a"].tolist() == pytest.approx(
        [20.0, 40.0, np.inf, 20.0, np.nan, 20.0], nan_ok=True
    )
    assert own["minutes_snow_delta"].tolist() == pytest.approx(
        [5.0, np.inf, 0.0, 0.0, np.nan, 0.0], nan_ok=True
    )
    assert own["class_snow_a"].tolist() == ["effective", "gap"] * 3
    assert own["class_snow_b"].tolist() == ["effective"] * 6
    # Three of six villages and then all, with 5 + 5 + 0 and then all 25 persons.
    (text,) = pair.findings.loc[pair.findings["topic"] == "reached_snow", "text_en"]
    persons = own["persons_total_a"]
    first, last = persons.iloc[[0, 2, 4]].sum(), persons.sum()
    assert "villages reached go from 3 to 6 (+3)" in text
    assert f"certified persons from {first:.0f} to {last:.0f} (+{last - first:.0f})" in text


def test_a_condition_that_one_does_not_state_is_empty_on_both_sides() -> None:
    a = snowy(before(), [20.0] * 6, ["effective"] * 6)

    pair = compare(a, after())

    names = [f"{kind}_snow_{side}" for kind in ("minutes", "class") for side in ("a", "b")]
    assert pair.table[[*names, "minutes_snow_delta"]].isna().all(axis=None)
    assert "reached_snow" not in set(pair.findings["topic"])


def test_turned_round_every_delta_has_the_other_sign(found: Comparison) -> None:
    back = compare(after(), before())
    for name in (one for one in COLUMNS if one.endswith("_delta")):
        assert found.table[name].tolist() == pytest.approx(
            (-back.table[name]).tolist(), nan_ok=True
        ), name
    turned = {"slower": "faster", "better": "worse", "now_reachable": "now_unreachable"}
    there = rows(found, "village")["change"].map(turned).dropna()
    assert rows(back, "village")["change"].loc[there.index].tolist() == there.tolist()


def test_the_order_of_rows_changes_nothing(found: Comparison) -> None:
    def shuffled(result: StudyResult) -> StudyResult:
        names = ("gaps", "access", "villages", "townships", "facilities")
        tables = {name: result.tables[name].iloc[::-1] for name in names}
        layers = {"roads": result.layers["roads"].iloc[::-1]}
        return StudyResult(
            result.info, {**result.tables, **tables}, {**result.layers, **layers}, result.manifest
        )

    other = compare(shuffled(before()), shuffled(after()))
    for name, table in found.tables.items():
        assert table_bytes(table) == table_bytes(other.tables[name]), name


def test_no_result_is_changed() -> None:
    a, b = before(), after()
    copies = [{name: one.copy() for name, one in side.tables.items()} for side in (a, b)]
    compare(a, b)
    for side, copy in zip((a, b), copies, strict=True):
        assert all(side.tables[name].equals(one) for name, one in copy.items())


def test_roads_that_are_closed_and_new_are_listed_and_drawn(found: Comparison) -> None:
    told = found.roads[["edge_id", "change", "crossing_id"]].fillna("").to_numpy().tolist()
    assert told == [["r2", "closed", "bridge"], ["r9", "new", ""]]
    assert found.layers["changed_roads"]["edge_id"].tolist() == ["r2", "r9"]
    assert found.layers["changed_roads"].geometry.notna().all()
    back = compare(after(), before()).roads
    assert back["change"].tolist() == ["opened", "gone"]


def test_slower_roads_are_told_where_the_layers_have_their_minutes() -> None:
    first = before().layers["roads"].assign(minutes=[5.0, 3.0, np.inf])
    last = after().layers["roads"].assign(minutes=[9.0, np.inf, np.inf, 1.0])
    told = compare(before(layers={"roads": first}), after(layers={"roads": last})).roads
    assert told["change"].tolist() == ["slower", "closed", "new"]
    back = compare(after(layers={"roads": last}), before(layers={"roads": first})).roads
    assert back["change"].tolist() == ["faster", "opened", "gone"]


# Minutes along a line and against it, before and after, and what that is called.
WAYS = [
    ((5, np.inf), (5, 5), "two_way"),
    ((5, 5), (np.inf, 5), "one_way"),
    ((5, np.inf), (np.inf, 5), "reversed"),
    ((5, 6), (6, 5), "mixed"),
    ((5, 6), (5, 7), "slower"),
    ((5, 6), (4, 6), "faster"),
    ((5, 6), (5, 6), ""),
    ((5, np.inf), (5, np.inf), ""),
    ((np.inf, np.inf), (5, np.inf), "opened"),
    ((5, 5), (np.inf, np.inf), "closed"),
]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("first", "last", "change"), WAYS)
def test_both_ways_of_a_road_are_compared(
    first: tuple[float, float], last: tuple[float, float], change: str, *, turned: bool
) -> None:
    lines = before().layers["roads"].iloc[:1]
    one = lines.assign(forward=[first[0]], backward=[first[1]])
    two = lines.assign(forward=[last[0]], backward=[last[1]])
    if turned:  # the same road, drawn from the other end
        two = two.assign(forward=[last[1]], backward=[last[0]]).set_geometry(two.reverse())
    found = compare(before(layers={"roads": one}), before(layers={"roads": two}))
    assert found.roads["change"].tolist() == ([change] if change else [])
    assert (found.findings["topic"].iloc[0] == "nothing") == (not change)


def test_a_loop_that_is_drawn_the_other_way_round_is_the_same_road() -> None:
    loop = shapely.LineString([(101, 31), (101.1, 31), (101.1, 31.1), (101, 31.1), (101, 31)])
    lines = before().layers["roads"].iloc[:1]
    one = lines.assign(forward=[5.0], backward=[np.inf]).set_geometry([loop], crs=lines.crs)
    two = lines.assign(forward=[np.inf], backward=[5.0])
    same = two.set_geometry([loop.reverse()], crs=lines.crs)
    other = two.set_geometry([loop], crs=lines.crs)
    first = before(layers={"roads": one})
    assert compare(first, before(layers={"roads": same})).roads.empty
    assert compare(first, before(layers={"roads": other})).roads["change"].tolist() == ["reversed"]


def test_one_way_roads_without_minutes_are_compared_as_well() -> None:
    lines = before().layers["roads"]
    one = lines.assign(oneway=[True, False, False])
    two = lines.assign(oneway=[False, False, True])
    found = compare(before(layers={"roads": one}), before(layers={"roads": two})).roads
    assert found["change"].tolist() == ["two_way", "one_way"]


def test_networks_that_are_numbered_apart_are_said_so_once_and_not_listed() -> None:
    last = after().layers["roads"]
    renamed = last.assign(edge_id=[f"x{one}" for one in last["edge_id"]])
    found = compare(before(), after(layers={"roads": renamed}))
    assert found.roads.empty
    assert "changed_roads" not in found.layers
    told = found.findings[(found.findings["topic"] == "roads_apart").to_numpy()]
    assert "编号相同的 0 段" in told["text_zh"].item()
    assert "cannot be compared one by one" in told["text_en"].item()
    # Nothing else differs, and yet the two are not alike.
    first = before().layers["roads"]
    again = first.assign(edge_id=[f"x{one}" for one in first["edge_id"]])
    topics = compare(before(), before(layers={"roads": again})).findings["topic"].tolist()
    assert "nothing" not in topics


def test_how_each_side_works_out_its_times_is_said_first() -> None:
    on_roads = {"engine": "network", "settings": {"boarding_min": "5"}}
    line = {"straight_speed_kmh": "25", "detour.central": "1.9", "boarding_min": "5"}
    found = compare(before(**on_roads), before(engine="straight", settings=line)).findings
    assert found["topic"].iloc[0] == "method"
    assert found["text_zh"].iloc[0].startswith("到达时间的算法不同：甲为路网最短时间，乙为直线距离")
    assert "绕行系数中间值 1.9" in found["text_zh"].iloc[0]
    assert "detour factor, central 1.9" in found["text_en"].iloc[0]
    assert "settings" not in set(found["topic"])  # what only one engine asks is no difference
    assert "nothing" not in set(found["topic"])


def test_settings_that_differ_are_named_with_both_values() -> None:
    one = {"speeds_kmh.national": "45", "profiles.wheelchair.speed_kmh": "3", "x": "1"}
    two = {"speeds_kmh.national": "60", "profiles.wheelchair.speed_kmh": "2.5", "x": "1"}
    found = compare(
        before(engine="network", settings=one),
        before(engine="network", settings={**two, "conditions.snow.speed_factor": "0.5"}),
    ).findings
    assert found["topic"].tolist().count("settings") == 1
    assert found["topic"].iloc[0] == "settings"
    assert found["value"].iloc[0] == 3
    assert found["text_zh"].iloc[0] == (
        "到达时间的设定有 3 项不同（甲 → 乙）：国道车速（公里/小时）：45 → 60；"
        "出行方式“轮椅”的速度（公里/小时）：3 → 2.5；冰雪路况的车速系数：未设 → 0.5。"
    )
    same = compare(before(engine="network", settings=one), before(engine="network", settings=one))
    assert same.findings["topic"].iloc[0] == "nothing"
    many = {f"k{at}": str(at) for at in range(20)}
    told = compare(before(engine="network"), before(engine="network", settings=many)).findings
    assert "comparison.json" in told["text_en"].iloc[0]


def test_the_notice_of_a_scenario_on_either_side_carries_over() -> None:
    named = ScenarioWords(("断桥", "no bridge"), "甲", "modelled")
    found = compare(before(demonstration=False), after(demonstration=False, scenario=named))
    assert found.notices[0] == "notice.scenario"
    assert "断桥" in found.notice_texts["notice.scenario"][0]
    assert found.watermark == "notice.watermark.scenario"
    told_apart = found.findings.loc[(found.findings["topic"] == "reached").to_numpy(), "text_zh"]
    assert all(one.startswith("情景测算：") for one in told_apart)
    other = ScenarioWords(("新路", "new road"), "乙", "stated")
    both_sides = compare(before(scenario=named), after(demonstration=True, scenario=other))
    told = both_sides.notice_texts["notice.scenario"][0]
    assert "断桥" in told
    assert "新路" in told
    assert both_sides.notices[0] == "notice.demonstration"
    assert both_sides.watermark == "notice.watermark"


def test_units_services_and_limits_that_only_one_has_are_listed() -> None:
    import dataclasses

    a, b = before(), after()
    keep = [one for one in VILLAGES if one != VILLAGES[5]]
    fewer = {
        "villages": b.tables["villages"][b.tables["villages"]["zone_id"].isin(keep)],
        "gaps": b.tables["gaps"][b.tables["gaps"]["zone_id"].isin(keep)],
        "facilities": b.tables["facilities"].iloc[1:],
    }
    services = tuple(
        dataclasses.replace(one, limits=(20.0, 30.0)) if one.key == "day_care" else one
        for one in b.info.services
        if one.key != "county_rehab"
    )
    found = compare(a, after(tables=fewer, services=services))
    told = [tuple(one) for one in found.units[["what", "id", "only_in"]].to_numpy().tolist()]
    assert told == [
        ("facility", "f1", "a"),
        ("limit", "day_care 45", "a"),
        ("service", "county_rehab", "a"),
        ("village", VILLAGES[5], "a"),
    ]
    assert VILLAGES[5] not in set(found.table["zone_id"])


def test_a_demonstration_on_either_side_carries_over() -> None:
    def notices(*, first: bool, last: bool) -> tuple[bool, bool]:
        both = compare(before(demonstration=first), after(demonstration=last))
        told = both.findings["text_en"].str.startswith("Demonstration").any()
        assert ("notice.demonstration" in both.notices) == both.demonstration
        return both.demonstration, bool(told)

    assert notices(first=False, last=False) == (False, False)
    assert notices(first=True, last=False) == (True, True)
    assert notices(first=False, last=True) == (True, True)


def test_the_basis_of_a_change_is_the_weaker_of_the_two() -> None:
    gaps = before().tables["gaps"].assign(basis="measured")
    for other, weaker in (("measured", "measured"), ("inferred", "inferred")):
        last = after(tables={"gaps": after().tables["gaps"].assign(basis=other)})
        assert set(compare(before(tables={"gaps": gaps}), last).table["basis"]) == {weaker}


def test_the_answer_names_places_and_persons_with_the_same_numbers_in_both_languages(
    found: Comparison,
) -> None:
    table = found.findings
    (text,) = table.loc[(table["topic"] == "reached").to_numpy(), "text_en"]
    assert text == (
        "Demonstration: day care within 30 min: villages reached go from 3 to 4 (+1), certified "
        "persons from 15 to 17 (+2), eligible persons from 6 to 7 (+1)."
    )
    (changes,) = table.loc[(table["topic"] == "changes").to_numpy(), "text_en"]
    assert "reachable, now unreachable: 1 (5 persons)" in changes
    assert changes.endswith("the other 0 of 6 stay the same.")
    for zh, en in zip(found.findings["text_zh"], found.findings["text_en"], strict=True):
        assert sorted(NUMBER.findall(zh)) == sorted(NUMBER.findall(en))


def test_different_conditions_and_dates_are_said() -> None:
    other = after(condition="snow", as_of=dt.date(2026, 1, 31))
    found = compare(before(), other).findings
    assert {"condition", "as_of"} <= set(found["topic"])
    assert found["text_zh"].str.contains("冰雪").any()


def test_medians_are_those_of_the_condition_of_the_result() -> None:
    table = before().tables["access"]
    medians = table[table["measure"].str.startswith("minutes_median")]
    snow = medians.assign(
        value=99.0, parameters="condition=snow; weights=eligible or certified persons"
    )
    both = pd.concat([snow, table], ignore_index=True)
    same = compare(before(), before(tables={"access": both}))
    assert set(same.table["change"]) == {"same"}


def test_results_of_two_counties_are_refused() -> None:
    with pytest.raises(ParameterError, match="of one county"):
        compare(before(), after(county="500237"))


def test_tables_are_written_with_named_infinities(found: Comparison) -> None:
    lines = table_bytes(found.table).decode("utf-8-sig").splitlines()
    assert any(",-inf," in one for one in lines)
    assert not any("nan" in one.lower() for one in lines)


values = st.one_of(st.floats(0, 1e6), st.just(np.inf), st.just(np.nan))


@given(st.lists(st.tuples(values, values), min_size=1, max_size=8))
def test_a_delta_is_nan_only_where_something_is_not_known(
    pairs: Sequence[tuple[float, float]],
) -> None:
    a, b = (np.array(one) for one in zip(*pairs, strict=True))
    got: Any = delta(a, b)
    assert (np.isnan(got) == (np.isnan(a) | np.isnan(b))).all()
    assert (got[np.isinf(a) & np.isinf(b)] == 0).all()
