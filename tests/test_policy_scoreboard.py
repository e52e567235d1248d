"""The scoreboard: verdicts only where the data allow, demonstration beside, two ledgers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from built_in import study_of
from expected_example import COUNTY_VERDICTS, TOWNSHIP_PROMISE, VILLAGES
from variants import set_facility, shuffled

from wushan_geo.policy.scoreboard import COLUMNS, scoreboard
from wushan_geo.travel.times import travel_interval
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

OFFICIAL = {"pass", "fail"}
STUDIES = ["example", "wushan", "wushan-facts"]


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {name: study_of(name) for name in STUDIES}


@pytest.fixture(scope="module")
def minutes(studies: dict[str, Study]) -> dict[str, TravelMatrix | None]:
    times: dict[str, TravelMatrix | None] = {
        name: travel_interval(studies[name], "all").central for name in ("example", "wushan")
    }
    return {**times, "wushan-facts": None}


@pytest.fixture(scope="module")
def boards(
    studies: dict[str, Study], minutes: dict[str, TravelMatrix | None]
) -> dict[str, pd.DataFrame]:
    return {name: scoreboard(studies[name], minutes[name]) for name in STUDIES}


def plan(board: pd.DataFrame, rule: str | None = None) -> pd.DataFrame:
    rows = board[(board["ledger"] == "plan").to_numpy()]
    return rows if rule is None else rows[(rows["rule"] == rule).to_numpy()]


def verdicts(board: pd.DataFrame, rule: str, column: str = "verdict") -> dict[str, str]:
    rows = plan(board, rule)
    return dict(zip(rows["zone_id"], rows[column], strict=True))


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))


# --- the fictional county, by hand ---


def test_the_township_promise_is_as_computed_by_hand(boards: dict[str, pd.DataFrame]) -> None:
    assert verdicts(boards["example"], "township_facility") == TOWNSHIP_PROMISE


def test_the_village_promise_is_as_computed_by_hand(boards: dict[str, pd.DataFrame]) -> None:
    found = verdicts(boards["example"], "village_service")
    expected = {one.zone_id: one.promise for one in VILLAGES.values()}
    assert {zone: found[zone] for zone in expected} == expected


@pytest.mark.parametrize(("rule", "verdict"), COUNTY_VERDICTS.items())
def test_the_county_rules_are_as_computed_by_hand(
    boards: dict[str, pd.DataFrame], rule: str, verdict: str
) -> None:
    assert verdicts(boards["example"], rule) == {"990101": verdict}


def test_measured_data_need_no_demonstration(boards: dict[str, pd.DataFrame]) -> None:
    assert boards["example"]["demonstration_verdict"].isna().all()


def test_a_row_counts_the_certified_persons_of_its_unit(
    boards: dict[str, pd.DataFrame], studies: dict[str, Study]
) -> None:
    persons = studies["example"].group("all")
    for zone, number in zip(
        plan(boards["example"])["zone_id"], plan(boards["example"])["persons"], strict=True
    ):
        own = [count for village, count in persons.items() if str(village).startswith(zone)]
        assert number == sum(own)


# --- measured, modelled and the weakest that decides ---


def test_a_measured_facility_among_modelled_ones_gives_an_official_pass(
    studies: dict[str, Study],
) -> None:
    changed = set_facility(studies["example"], "F02", basis="modelled")
    board = scoreboard(changed, None)
    found = verdicts(board, "township_facility")
    assert found["990101001"] == "pass"  # F01 is measured
    assert found["990101002"] == "cannot_assess"  # F02 is modelled
    shown = verdicts(board, "township_facility", "demonstration_verdict")
    assert (shown["990101001"], shown["990101002"]) == ("pass", "pass")


def test_a_fail_on_a_register_with_one_modelled_record_is_no_official_fail(
    studies: dict[str, Study],
) -> None:
    changed = set_facility(studies["example"], "F05", basis="modelled")
    rows = plan(scoreboard(changed, None), "township_facility").set_index("zone_id")
    row = rows.loc["990101005"]
    assert (row["verdict"], row["demonstration_verdict"]) == ("cannot_assess", "fail")
    assert row["basis"] == "modelled"
    assert "推算或虚构" in row["reason_zh"]
    assert "modelled" in row["reason_en"]


@pytest.mark.parametrize("basis", ["stated", "inferred"])
def test_stated_and_inferred_records_still_give_a_verdict(
    studies: dict[str, Study], basis: str
) -> None:
    board = scoreboard(set_facility(studies["example"], "F05", basis=basis), None)
    row = plan(board, "township_facility").set_index("zone_id").loc["990101005"]
    assert (row["verdict"], row["basis"]) == ("fail", basis)


def test_a_modelled_indicator_has_a_demonstration_verdict_only(studies: dict[str, Study]) -> None:
    study = studies["example"]
    assert study.indicators is not None
    changed = replace(study, indicators=study.indicators.assign(basis="modelled"))
    board = scoreboard(changed, None)
    name = "indicator_10_assistive_device_rate"
    assert verdicts(board, name) == {"990101": "cannot_assess"}
    assert verdicts(board, name, "demonstration_verdict") == {"990101": "fail"}


# --- the real county ---


def test_no_official_verdict_is_given_on_modelled_data(boards: dict[str, pd.DataFrame]) -> None:
    assert not OFFICIAL & set(boards["wushan"]["verdict"])
    assert set(plan(boards["wushan"])["verdict"]) == {"cannot_assess"}


def test_a_demonstration_verdict_stands_beside_every_row_of_the_plan(
    boards: dict[str, pd.DataFrame],
) -> None:
    shown = plan(boards["wushan"])["demonstration_verdict"]
    assert shown.notna().all()
    assert set(shown) == {"pass", "fail", "cannot_assess"}


def test_a_withheld_verdict_says_that_its_data_are_modelled(
    boards: dict[str, pd.DataFrame],
) -> None:
    rows = plan(boards["wushan"])
    withheld = rows[rows["demonstration_verdict"].isin(OFFICIAL).to_numpy()]
    assert len(withheld) > 26
    assert set(withheld["basis"]) == {"modelled"}
    assert withheld["reason_zh"].str.contains("推算或虚构").all()
    assert withheld["reason_en"].str.contains("modelled").all()


def test_of_the_facts_alone_nothing_is_assessed_and_reasons_say_what_is_lacking(
    boards: dict[str, pd.DataFrame],
) -> None:
    board = boards["wushan-facts"]
    assert set(plan(board)["verdict"]) == {"cannot_assess"}
    assert board["demonstration_verdict"].isna().all()
    townships = plan(board, "township_facility")
    assert len(townships) == 26
    assert townships["reason_zh"].str.contains("名录不完整").all()
    assert set(townships["remedy"]) == {"remedy.facilities_data"}
    villages = plan(board, "village_service")
    assert len(villages) == 340
    assert set(villages["reason_zh"]) == {"缺村级服务台账"}
    assert set(villages["remedy"]) == {"remedy.services_data"}
    indicators = plan(board)[plan(board)["rule"].str.startswith("indicator").to_numpy()]
    assert indicators["reason_zh"].str.startswith("缺").all()


def test_counts_that_are_lacking_are_missing_and_not_zero(boards: dict[str, pd.DataFrame]) -> None:
    assert boards["wushan-facts"]["persons"].isna().all()


# --- the ledger of reach ---


@pytest.mark.parametrize("name", STUDIES)
def test_reach_is_for_reference_and_never_passes_or_fails(
    boards: dict[str, pd.DataFrame], name: str
) -> None:
    rows = boards[name][(boards[name]["ledger"] == "reach").to_numpy()]
    assert set(rows["verdict"]) == {"reference"}
    assert rows["demonstration_verdict"].isna().all()
    assert not rows["reason_zh"].str.contains("达标").any()
    plan_rows = boards[name][(boards[name]["ledger"] == "plan").to_numpy()]
    assert "reference" not in set(plan_rows["verdict"])


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_reach_is_told_at_three_limits(
    boards: dict[str, pd.DataFrame], studies: dict[str, Study], name: str
) -> None:
    rows = boards[name][(boards[name]["ledger"] == "reach").to_numpy()]
    for rule, key, zh, en in zip(
        rows["rule"], rows["reason"], rows["reason_zh"], rows["reason_en"], strict=True
    ):
        if key == "reason.reach_unknown":
            continue
        service = studies[name].config.services[rule.removeprefix("reach_")]
        assert len(service.limits) == 3
        for limit in service.limits:
            assert f"{limit:g} 分钟" in zh
            assert f"{limit:g} min" in en


def test_reach_without_travel_times_is_not_analysed(boards: dict[str, pd.DataFrame]) -> None:
    board = boards["wushan-facts"]
    rows = board[(board["ledger"] == "reach").to_numpy()]
    assert set(rows["reason"]) == {"reason.reach_unknown"}


def test_reach_of_a_township_is_as_computed_by_hand(boards: dict[str, pd.DataFrame]) -> None:
    board = boards["example"]
    own = board[
        ((board["rule"] == "reach_day_care") & (board["zone_id"] == "990101001")).to_numpy()
    ]
    classes = [one.classes for one in VILLAGES.values() if one.zone_id.startswith("990101001")]
    within = [sum(one[at] in {"effective", "neighbour"} for one in classes) for at in range(3)]
    assert within == [5, 7, 8]
    text = own["reason_en"].iloc[0]
    assert text.startswith("within 30 min: 7 of 8 villages")
    assert "20 min: 5 villages" in text
    assert "45 min: 8 villages" in text


# --- in all ---


@pytest.mark.parametrize("name", STUDIES)
def test_chinese_and_english_hold_the_same_numbers(
    boards: dict[str, pd.DataFrame], studies: dict[str, Study], name: str
) -> None:
    board = boards[name]
    table = studies[name].facilities
    # Names are no figures: an English one may hold a number that the Chinese one spells out.
    names = {*table["name"], *table["name_en"].dropna()}
    longest = sorted(names, key=len, reverse=True)

    def bare(text: str) -> str:
        for one in longest:
            text = text.replace(one, "")
        return text

    for part in ("reason", "remedy"):
        pairs = set(zip(board[f"{part}_zh"], board[f"{part}_en"], strict=True))
        for zh, en in pairs:
            assert numbers(bare(zh)) == numbers(bare(en)), (zh, en)


@pytest.mark.parametrize("name", STUDIES)
def test_the_table_has_its_columns_and_one_row_for_each_rule_and_unit(
    boards: dict[str, pd.DataFrame], name: str
) -> None:
    board = boards[name]
    assert board.columns.tolist() == COLUMNS
    assert not board.duplicated(["ledger", "rule", "zone_id"]).any()
    assert set(board["reason"]) <= set(MESSAGES)
    assert board["name"].notna().all()


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_only_what_passes_needs_no_remedy(boards: dict[str, pd.DataFrame], name: str) -> None:
    rows = plan(boards[name])
    rows = rows[~rows["rule"].str.startswith("indicator").to_numpy()]
    shown = rows["demonstration_verdict"].where(
        rows["demonstration_verdict"].notna(), rows["verdict"]
    )
    assert ((rows["remedy"] == "") == (shown == "pass")).all()


def test_the_order_of_rows_is_irrelevant(
    boards: dict[str, pd.DataFrame],
    studies: dict[str, Study],
    minutes: dict[str, TravelMatrix | None],
) -> None:
    found = scoreboard(shuffled(studies["example"], 7), minutes["example"])
    pd.testing.assert_frame_equal(found, boards["example"])


def test_the_study_stays_as_it_was(
    studies: dict[str, Study], minutes: dict[str, TravelMatrix | None]
) -> None:
    study = studies["example"]
    before = {name: getattr(study, name).copy() for name in ("facilities", "services", "persons")}
    scoreboard(study, minutes["example"])
    for name, table in before.items():
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(study, name)), pd.DataFrame(table))


def test_without_a_plan_only_reach_is_left(
    studies: dict[str, Study], minutes: dict[str, TravelMatrix | None]
) -> None:
    board = scoreboard(replace(studies["example"], plan=None), minutes["example"])
    assert set(board["ledger"]) == {"reach"}
