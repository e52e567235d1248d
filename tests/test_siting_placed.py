"""Candidates that the settings place, by plain loops over the tables of the example county."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from built_in import study_of

import wushan_geo as wg
from wushan_geo import pipeline
from wushan_geo.access.eligibility import group_count
from wushan_geo.access.gaps import Times
from wushan_geo.errors import InputError
from wushan_geo.proposal.answer import proposal_tables
from wushan_geo.proposal.wish import Wish
from wushan_geo.siting.placed import placed_origins, with_candidates
from wushan_geo.siting.programme import next_sites
from wushan_geo.study.candidates import ScreeningConfig
from wushan_geo.travel.times import between_villages

if TYPE_CHECKING:
    from collections.abc import Callable

    from wushan_geo.study.study import Study

SEATS = ["990101001001", "990101002001", "990101003001", "990101004001", "990101005001"]


def asking(study: Study, *words: str, **more: Any) -> Study:
    """Give a study whose settings place candidates; `more` are other settings of siting."""
    assert study.config.siting is not None
    siting = replace(study.config.siting, candidates=words, **more)
    return replace(study, config=replace(study.config, siting=siting))


def bare(name: str = "example") -> Study:
    """Give a study that lists no candidates."""
    study = study_of(name)
    real = (study.facilities["status"] != "candidate").to_numpy()
    return replace(study, facilities=study.facilities[real].reset_index(drop=True))


def placed(study: Study) -> pd.DataFrame:
    """Give the candidates of a study."""
    return pd.DataFrame(study.facilities[(study.facilities["status"] == "candidate").to_numpy()])


def zones(study: Study) -> list[str]:
    return placed(study)["zone_id"].tolist()


def test_a_study_that_asks_for_none_stays_the_very_same() -> None:
    study = study_of("example")
    assert with_candidates(study) is study
    without = replace(study, config=replace(study.config, siting=None))
    assert with_candidates(without) is without


def test_each_township_has_its_seat_as_a_candidate_like_a_listed_one() -> None:
    study = asking(bare(), "seats")
    before = study.facilities.copy()
    found = with_candidates(study)
    rows = placed(found).set_index("facility_id")
    villages = study.villages.set_index("zone_id")

    assert rows.index.tolist() == [f"at-{one}" for one in SEATS]
    for one in SEATS:
        row, home = rows.loc[f"at-{one}"], villages.loc[one]
        assert (row["zone_id"], row["kind"], row["admits"]) == (one, "candidate_site", "county")
        assert (row["lon"], row["lat"]) == (home["demand_lon"], home["demand_lat"])
        assert row["geometry"] == home["demand_point"]
        assert row["services"] == {"day_care", "sheltered_employment"}
        assert (row["basis"], row["point_basis"]) == ("inferred", "measured")
    assert rows["name"].iloc[0] == "子虚镇驻地备选点"
    assert rows["name_en"].iloc[0] == "Candidate site, seat of Zixu Town"
    assert found.candidates is not None
    assert found.candidates["origin"].tolist() == ["seat"] * 5
    assert found.facilities["facility_id"].is_monotonic_increasing
    assert (found.facilities.dtypes == study.facilities.dtypes).all()
    assert study.facilities.equals(before)
    assert study.candidates is None


def test_communities_are_the_villages_of_that_kind() -> None:
    study = bare()
    wanted = study.villages.loc[(study.villages["kind"] == "community").to_numpy(), "zone_id"]
    found = with_candidates(asking(study, "communities"))

    assert zones(found) == sorted(wanted)
    assert placed(found)["name"].iloc[1] == "子虚镇子虚二社区备选点"
    assert placed(found)["name_en"].iloc[1] == "Candidate site, Zixu No. 2 Community, Zixu Town"


def test_a_seat_that_is_a_community_too_stands_once_and_is_a_seat() -> None:
    found = with_candidates(asking(bare(), "seats", "communities"))

    assert len(zones(found)) == len(set(zones(found))) == 11
    assert found.candidates is not None
    origins = dict(zip(zones(found), found.candidates["origin"], strict=True))
    assert {one for one, what in origins.items() if what == "seat"} == set(SEATS)


def test_generated_ones_are_in_the_middle_of_the_persons_whom_siting_is_for() -> None:
    study = asking(bare(), "generated", generated=2)
    found = zones(with_candidates(study))
    persons = group_count(study, "eligible_day_care").persons.fillna(0.0)
    times = between_villages(study)
    costs, weights = times.dense(), persons.reindex(list(times.origin_ids)).to_numpy()
    far = costs[np.isfinite(costs)].sum()
    costs = np.where(np.isfinite(costs), costs, far)

    def total(pair: tuple[str, ...]) -> float:
        near = costs[:, [times.destination_ids.index(one) for one in pair]].min(axis=1)
        return float(near @ weights)

    own = total(tuple(found))
    for other in combinations(times.destination_ids, 2):
        if set(other) & set(found):  # no exchange of a single one saves anything
            assert total(other) >= own - 1e-9


def test_the_order_of_rows_and_words_plays_no_part() -> None:
    study = asking(bare(), "seats", "communities", "generated", generated=9)
    villages = study.villages.copy()
    rows = villages["zone_id"].isin(["990101003008", "990101004003"])  # two at one point
    villages.loc[rows, ["demand_lon", "demand_lat"]] = [101.074, 31.021]
    study = replace(study, villages=villages)
    turned = replace(
        study,
        villages=study.villages.iloc[::-1].reset_index(drop=True),
        townships=study.townships.iloc[::-1].reset_index(drop=True),
        facilities=study.facilities.iloc[::-1].reset_index(drop=True),
    )
    one, other = with_candidates(study), with_candidates(turned)

    assert "990101004003" not in zones(one)
    pd.testing.assert_frame_equal(pd.DataFrame(one.facilities), pd.DataFrame(other.facilities))
    assert one.candidates is not None
    assert other.candidates is not None
    pd.testing.assert_frame_equal(one.candidates, other.candidates)


def test_a_village_with_a_listed_candidate_gets_no_second_one() -> None:
    study = study_of("example")  # its eleven candidates stand in the eleven communities
    found = with_candidates(asking(study, "seats", "communities"))
    assert zones(found) == zones(study)
    assert found.candidates is None
    more = with_candidates(asking(study, "generated", generated=12))
    listed = set(zones(study))
    new = [one for one in placed(more)["facility_id"] if one.startswith("at-")]
    assert new
    assert not {one.removeprefix("at-") for one in new} & listed


def changed(study: Study, **values: Any) -> Study:
    """Give a study whose candidate C01, at the seat of Zixu, says something else."""
    table = study.facilities.copy()
    at = table.index[(table["facility_id"] == "C01").to_numpy()]
    for column, value in values.items():
        table.loc[at, column] = value
    return replace(study, facilities=table)


def test_a_seat_listed_elsewhere_in_the_township_or_at_the_same_point_is_no_second_one() -> None:
    study = asking(study_of("example"), "seats")
    assert "at-990101001001" not in placed(with_candidates(study))["facility_id"].tolist()
    same = changed(study, zone_id="990101001203")  # the point stays
    assert zones(with_candidates(same)).count("990101001001") == 0
    away = changed(study, zone_id="990101001203", lon=101.05)
    assert zones(with_candidates(away)).count("990101001001") == 1
    known = pd.DataFrame({"facility_id": ["C01"], "origin": ["seat"], "basis": ["stated"]})
    assert zones(with_candidates(replace(away, candidates=known))).count("990101001001") == 0
    opened = changed(study, facility_id="at-990101001001", status="open", lon=101.05)
    assert "at-990101001001" not in placed(with_candidates(opened))["facility_id"].tolist()


def test_a_weaker_point_makes_a_weaker_record() -> None:
    study = bare()
    villages = study.villages.copy()
    villages["point_basis"] = villages["point_basis"].where(
        villages["zone_id"] != SEATS[0], "modelled"
    )
    found = placed(with_candidates(asking(replace(study, villages=villages), "seats")))
    assert found["basis"].tolist() == ["modelled", *["inferred"] * 4]


def unmarked(study: Study) -> Study:
    """Give a study in which no village is marked as a seat."""
    villages = study.villages.copy()
    villages["is_seat"] = pd.array([False] * len(villages), dtype="boolean")
    return replace(study, villages=villages)


def test_where_no_village_is_marked_the_seat_is_the_point_of_the_township() -> None:
    study = asking(unmarked(bare()), "seats")
    found = placed(with_candidates(study))
    assert found["zone_id"].tolist() == study.townships["zone_id"].tolist()
    assert found["lon"].tolist() == study.townships["demand_lon"].tolist()
    assert found["name"].iloc[0] == "子虚镇驻地备选点"
    # The community at the same point is the same place.
    both = with_candidates(replace(study, config=asking(study, "seats", "communities").config))
    assert len(zones(both)) == 11


def test_a_seat_that_is_not_known_is_one_fault_that_names_the_township() -> None:
    study = asking(unmarked(bare()), "seats", "generated", generated=41)
    towns = study.townships.copy()
    towns.loc[0, ["demand_lon", "demand_lat"]] = np.nan
    with pytest.raises(InputError) as error:
        with_candidates(replace(study, townships=towns))
    faults = error.value.faults
    assert [one.column for one in faults] == ["siting.candidates", "siting.generated"]
    assert "子虚镇" in faults[0].rule
    assert "40" in faults[1].rule


def test_times_from_elsewhere_are_known_to_listed_candidates_only() -> None:
    study = asking(bare(), "seats")
    travel = replace(study.config.travel, engine="matrix")
    with pytest.raises(InputError, match="another tool"):
        with_candidates(replace(study, config=replace(study.config, travel=travel)))


def test_without_times_or_counts_none_are_generated() -> None:
    study = asking(bare(), "generated", generated=3)
    for lacking in (
        replace(study, roads=None),
        asking(study, "generated", demand="no such group"),
    ):
        assert zones(with_candidates(lacking)) == []
    closed = replace(study.roads, closed=np.ones_like(study.roads.closed)) if study.roads else None
    assert zones(with_candidates(replace(study, roads=closed))) == []


def test_a_county_without_any_facility_has_its_generated_candidates_too() -> None:
    study = bare()
    study = replace(study, facilities=study.facilities.iloc[:0])
    assert len(zones(with_candidates(asking(study, "generated", generated=3)))) == 3


def test_plans_choose_among_them_and_say_what_they_rest_on() -> None:
    study = with_candidates(asking(bare(), "seats", "communities", max_sites=2, also=()))
    plans = next_sites(study, wg.travel_matrix(study, "all")).plans.set_index("plan")

    # The same eleven places as the listed ones, of which C08 and C09 are the best pair.
    row = plans.loc["day_care-30min-2"]
    assert (row["covered_places"], row["covered_persons"]) == (29, 127)
    assert row["chosen"] == "at-990101004003;at-990101004004"
    assert row["basis"] == "inferred"


def answered(study: Study, **wishes: Any) -> dict[str, pd.DataFrame]:
    """Answer a wish; the slowest and the fastest roads are the usual ones."""
    times = wg.travel_matrix(study, "all")
    ends = Times(times, times, times)
    return proposal_tables(study, ends, Wish(**wishes), tell=lambda _: None)


@cache
def with_placed() -> tuple[Study, dict[str, pd.DataFrame]]:
    """Propose among listed candidates and ten generated ones; not to be changed."""
    own = study_of("example")
    listed = own.facilities["facility_id"].isin([f"C{one:02d}" for one in range(1, 7)])
    real = (own.facilities["status"] != "candidate").to_numpy()
    own = replace(own, facilities=own.facilities[real | listed.to_numpy()].reset_index(drop=True))
    study = with_candidates(asking(own, "seats", "generated", generated=10, ways=None))
    return study, answered(study, sites=4)


def note(tables: dict[str, pd.DataFrame], key: str, tongue: str = "zh") -> str:
    rows = tables["notes"]
    return str(rows.loc[(rows["key"] == key).to_numpy(), tongue].item())


def test_candidates_that_nobody_listed_are_told_with_the_plan_and_marked_in_its_table() -> None:
    study, tables = with_placed()
    places = tables["facilities"].set_index("facility_id")
    assert study.candidates is not None
    stated = study.candidates.set_index("facility_id")["origin"].to_dict()
    own = {one for one in places.index if one.startswith("at-")}

    for one, row in places.iterrows():
        if row["status"] != "candidate":
            assert pd.isna(row["origin"])
        else:
            assert row["origin"] == (stated[one] if one in own else "listed")
    counts = Counter(stated[one] for one in own)
    assert counts["seat"]
    assert 0 < counts["generated"] < 10
    chosen = set(tables["plans"]["chosen"].item().split(";")) & own
    assert chosen
    zh, en = (note(tables, "explain_placed", one) for one in ("zh", "en"))
    assert zh == (
        f"按设定列入备选点 {len(own)} 处（乡镇（街道）驻地 {counts['seat']}、按人口和路程选取 "
        f"{counts['generated']}；要求选取 10 处，其余处已有备选点），未经现场察看；"
        f"建议布点中有 {len(chosen)} 处属此类。"
    )
    assert re.findall("[0-9]+", zh) == re.findall("[0-9]+", en)


def test_without_placed_candidates_nothing_is_said_of_them() -> None:
    tables = answered(asking(study_of("example"), ways=None), sites=1)
    assert "explain_placed" not in set(tables["notes"]["key"])
    assert set(tables["facilities"]["origin"].dropna()) == {"listed"}


def test_a_row_that_is_copied_into_the_table_of_facilities_is_listed() -> None:
    study = asking(bare(), "seats")
    found = with_candidates(study)
    assert placed_origins(found) == {f"at-{one}": "seat" for one in SEATS}
    copied = with_candidates(replace(study, facilities=found.facilities))
    assert zones(copied) == SEATS
    assert placed_origins(copied) == {}
    assert found.candidates is not None
    known = found.candidates.assign(slope_deg=[3.0, *[np.nan] * 4])
    assert "at-990101001001" not in placed_origins(replace(found, candidates=known))


def test_the_weakest_input_of_a_plan_is_named_with_it() -> None:
    tables = with_placed()[1]
    assert set(tables["plans"]["basis"]) == {"inferred"}
    assert note(tables, "explain_basis") == "数据性质：推断数据（以最弱的一项为准：备选点）。"
    assert note(tables, "explain_basis", "en").endswith("weakest input: candidates).")


def test_places_of_a_placed_candidate_are_asked_for_where_they_can_be_written() -> None:
    with pytest.raises(InputError) as caught:
        answered(with_placed()[0], sites=1, capacity=True)
    (one,) = caught.value.faults
    assert "tables/facilities.csv" in one.suggestion_zh
    assert "tables/facilities.csv" in one.suggestion


def test_rules_that_send_every_candidate_away_are_named_with_how_many_each() -> None:
    rules = ScreeningConfig(max_slope_deg=25, barrier_free="require", unknown="drop")
    study = asking(study_of("example"), screening=rules, ways=None)
    free = placed(study)["barrier_free"].tolist()
    with pytest.raises(InputError) as caught:
        answered(study, sites=1)
    (one,) = caught.value.faults
    assert (one.file, one.column) == ("study.toml", "siting.screening")
    assert f"{len(free)} 处备选点全部被筛选排除" in one.rule_zh
    unknown = sum(pd.isna(row) for row in free)
    assert f"“坡度（度）不大于 25”未核实、按设定不保留 {len(free)} 处" in one.rule_zh
    assert (f"“无障碍”未核实、按设定不保留 {unknown} 处" in one.rule_zh) == (unknown > 0)
    failing = sum(not pd.isna(row) and not row for row in free)
    assert (f"不符合“无障碍” {failing} 处" in one.rule_zh) == (failing > 0)
    assert f"screening sends all {len(free)} away" in one.rule
    kept = replace(rules, barrier_free=None, unknown="keep")
    assert answered(asking(study, screening=kept), sites=1)["plans"]["verified"].all()


@pytest.mark.parametrize("answer", [wg.run_study, wg.analyse_gaps, wg.propose_sites])
def test_every_answer_places_them_before_it_asks_for_a_time(
    answer: Callable[[Study], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, asked = study_of("example"), []

    class TimesAskedError(Exception):
        """Stops the answer where it comes to the times."""

    def times(given: Study) -> None:
        asked.append(given)
        raise TimesAskedError

    other = bare()
    monkeypatch.setattr(pipeline, "with_candidates", lambda one: other if one is study else one)
    monkeypatch.setattr(pipeline, "StandingRoads", times)
    with pytest.raises(TimesAskedError):
        answer(study)
    assert asked == [other]
