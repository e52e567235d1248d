"""What the data say of each rule: hand-computed verdicts, edges, and what is not known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from built_in import study_of
from expected_example import TOWNSHIP_PROMISE, VILLAGES
from variants import S2, one_service, set_basis, set_facility, shuffled, with_registers

from wushan_geo.policy.answers import (
    Answer,
    answers,
    indicator_answer,
    needed,
    offered,
    unit_words,
)

if TYPE_CHECKING:
    from wushan_geo.study.plan import Indicator, Rule
    from wushan_geo.study.study import Study

VERDICTS = {"yes": "pass", "no": "fail", "unknown": "cannot_assess"}
COUNTY = "990101"


@pytest.fixture(scope="module")
def example() -> Study:
    return study_of("example")


def rule(study: Study, name: str) -> Rule:
    assert study.plan is not None
    return next(one for one in study.plan.rules if one.id == name)


def indicator(study: Study, at: int, **changes: Any) -> Indicator:
    assert study.plan is not None
    return replace(study.plan.indicators[at - 1], **changes)


def asked(study: Study, name: str) -> dict[str, Answer]:
    return {one.zone_id: one for one in answers(study, rule(study, name))}


# --- a facility in every township ------------------------------------------------------------


def test_the_township_promise_is_as_computed_by_hand(example: Study) -> None:
    found = asked(example, "township_facility")
    assert {zone: VERDICTS[one.answer] for zone, one in found.items()} == TOWNSHIP_PROMISE


def test_a_hosted_facility_counts(example: Study) -> None:
    answer = asked(example, "township_facility")["990101003"]
    assert (answer.answer, answer.subjects) == ("yes", ("F03",))


@pytest.mark.parametrize("status", ["closed", "candidate"])
def test_closed_and_candidate_facilities_do_not_count(example: Study, status: str) -> None:
    answer = asked(set_facility(example, "F03", status=status), "township_facility")["990101003"]
    assert (answer.answer, answer.reason) == ("no", "reason.no_facility")


def test_a_planned_facility_does_not_count_and_is_named(example: Study) -> None:
    answer = asked(set_facility(example, "F03", status="planned"), "township_facility")["990101003"]
    assert (answer.answer, answer.reason, answer.subjects) == (
        "no",
        "reason.facility_planned",
        ("F03",),
    )


def test_a_candidate_that_is_open_is_still_no_facility(example: Study) -> None:
    assert asked(set_facility(example, "C10", status="open"), "township_facility")[
        "990101005"
    ].answer == ("no")


def test_an_unknown_status_leaves_the_promise_open(example: Study) -> None:
    changed = set_facility(example, "F03", status="unknown")
    answer = asked(changed, "township_facility")["990101003"]
    assert (answer.answer, answer.reason) == ("unknown", "reason.facility_unknown")


def test_an_open_facility_outweighs_an_unknown_one(example: Study) -> None:
    changed = set_facility(example, "F01", kind="home_of_disabled", status="unknown")
    changed = set_facility(changed, "F07", kind="home_of_disabled")
    assert asked(changed, "township_facility")["990101001"].subjects == ("F07",)


def test_an_unknown_one_outweighs_a_planned_one(example: Study) -> None:
    changed = set_facility(example, "F05", status="unknown")
    assert asked(changed, "township_facility")["990101005"].answer == "unknown"


def test_facilities_beyond_the_county_belong_to_no_township(example: Study) -> None:
    found = asked(example, "township_facility")
    assert not {"F08", "F09"} & {name for one in found.values() for name in one.subjects}


@pytest.mark.parametrize("state", ["partial", "missing", None])
def test_an_incomplete_register_cannot_prove_absence(example: Study, state: str | None) -> None:
    found = asked(with_registers(example, facilities=state), "township_facility")
    assert found["990101005"].answer == "unknown"
    assert found["990101005"].reason == f"reason.facilities_{state or 'missing'}"
    assert found["990101001"].answer == "yes"


def test_the_strongest_open_facility_decides_a_yes(example: Study) -> None:
    changed = set_facility(example, "F04", basis="modelled")
    assert asked(changed, "township_facility")["990101004"].basis == "measured"
    changed = set_facility(changed, "F10", basis="inferred")
    assert asked(changed, "township_facility")["990101004"].basis == "inferred"


def test_the_weakest_record_of_the_register_decides_a_no(example: Study) -> None:
    found = asked(set_facility(example, "F05", basis="modelled"), "township_facility")
    assert found["990101005"].basis == "modelled"
    assert found["990101001"].basis == "measured"


def test_a_modelled_candidate_decides_no_verdict(example: Study) -> None:
    found = asked(set_facility(example, "C10", basis="modelled"), "township_facility")
    assert (found["990101005"].answer, found["990101005"].basis) == ("no", "measured")


def test_a_yes_names_only_what_it_rests_on(example: Study) -> None:
    table = example.facilities.copy()
    twin = table[(table["facility_id"] == "F01").to_numpy()].assign(
        facility_id="F11", name="推算之家", name_en="Modelled Home", basis="modelled"
    )
    both = replace(example, facilities=pd.concat([table, twin], ignore_index=True))
    answer = asked(both, "township_facility")["990101001"]
    assert (answer.basis, answer.subjects) == ("measured", ("F01",))
    assert answer.details["names"] == ("子虚镇阳光家园", "Zixu Sunshine Home")


def test_a_service_is_named_only_where_its_record_decides(example: Study) -> None:
    assert example.services is not None
    records = example.services.copy()
    zone = VILLAGES["Z1"].zone_id
    weak = ((records["zone_id"] == zone) & (records["service"] != "visiting")).to_numpy()
    records.loc[weak, "basis"] = "modelled"
    answer = asked(replace(example, services=records), "village_service")[zone]
    assert (answer.answer, answer.basis, answer.subjects) == ("yes", "measured", ("visiting",))


def test_a_rate_over_nobody_has_no_verdict(example: Study) -> None:
    assert example.indicators is not None
    assert example.plan is not None
    nobody = replace(example, indicators=example.indicators.assign(denominator=0.0))
    rates = [one for one in example.plan.indicators if not one.accumulates and one.target]
    assert {indicator_answer(nobody, one).reason for one in rates} == {"reason.denominator_zero"}
    trained = indicator(example, 2)
    assert indicator_answer(nobody, trained).answer == "yes"  # adds up persons: no denominator


def test_large_numbers_of_an_indicator_are_written_out(example: Study) -> None:
    assert example.indicators is not None
    many = replace(example, indicators=example.indicators.assign(value=1234567.0))
    answer = indicator_answer(many, indicator(example, 2, target=1000000.0))
    assert (answer.details["value"], answer.details["target"]) == ("1234567", "1000000")


def test_a_reason_names_three_facilities_and_marks_the_rest(example: Study) -> None:
    table = example.facilities.copy()
    more = table[table["facility_id"].isin(["C01", "C02", "C05"]).to_numpy()].copy()
    more["kind"], more["status"], more["zone_id"] = "sunshine_home", "open", "990101003001"
    changed = replace(example, facilities=pd.concat([table, more], ignore_index=True))
    names = asked(changed, "township_facility")["990101003"].details["names"]
    assert isinstance(names, tuple)
    assert names[0] == "子虚一社区备选点、子虚二社区备选点、水月一社区备选点…"


def test_a_facility_without_an_english_name_is_named_in_chinese(example: Study) -> None:
    changed = set_facility(example, "F03", name_en=None)
    names = asked(changed, "township_facility")["990101003"].details["names"]
    assert names == ("水月乡敬老院托养点", "水月乡敬老院托养点")


# --- a service in every village --------------------------------------------------------------


def test_the_village_promise_is_as_computed_by_hand(example: Study) -> None:
    found = asked(example, "village_service")
    expected = {one.zone_id: one.promise for one in VILLAGES.values()}
    assert {zone: VERDICTS[found[zone].answer] for zone in expected} == expected


@pytest.mark.parametrize(
    ("last", "answer", "reason"),
    [
        ("2025-06-30", "yes", "service_delivered"),
        ("2024-06-30", "yes", "service_delivered"),  # 365 days back
        ("2024-06-29", "no", "service_old"),  # 366 days back
        ("2025-07-01", "no", "service_later"),  # after the cut-off date
        (None, "unknown", "service_undated"),
    ],
)
def test_the_first_and_last_day_of_the_period_count(
    example: Study, last: str | None, answer: str, reason: str
) -> None:
    found = asked(one_service(example, "delivered", last), "village_service")[S2]
    assert (found.answer, found.reason) == (answer, f"reason.{reason}")


def test_the_period_is_the_studys_own(example: Study) -> None:
    shorter = replace(example, config=replace(example.config, period_days=30))
    assert asked(one_service(shorter, "delivered", "2025-05-31"), "village_service")[S2].answer == (
        "yes"
    )
    assert asked(one_service(shorter, "delivered", "2025-05-30"), "village_service")[S2].answer == (
        "no"
    )


def test_an_unknown_service_leaves_the_promise_open(example: Study) -> None:
    answer = asked(one_service(example, "unknown"), "village_service")[S2]
    assert (answer.answer, answer.reason) == ("unknown", "reason.service_unknown")


def test_only_planned_is_a_no_that_names_what_is_planned(example: Study) -> None:
    answer = asked(one_service(example, "planned"), "village_service")[S2]
    assert (answer.answer, answer.reason) == ("no", "reason.service_planned")
    assert answer.details["services"] == ("走访探视", "visits")


def test_no_record_in_a_complete_register_is_a_no(example: Study) -> None:
    assert example.services is not None
    rest = example.services[(example.services["zone_id"] != S2).to_numpy()]
    answer = asked(replace(example, services=rest), "village_service")[S2]
    assert (answer.answer, answer.reason) == ("no", "reason.no_service")


@pytest.mark.parametrize("state", ["partial", "missing", None])
def test_an_incomplete_register_of_services_cannot_prove_absence(
    example: Study, state: str | None
) -> None:
    found = asked(with_registers(one_service(example, "none"), services=state), "village_service")
    assert found[S2].answer == "unknown"
    assert found[S2].reason == f"reason.services_{state or 'missing'}"
    assert found[VILLAGES["Z1"].zone_id].answer == "yes"


def test_without_a_register_of_services_every_village_is_open(example: Study) -> None:
    found = asked(replace(example, services=None), "village_service")
    assert {one.reason for one in found.values()} == {"reason.services_missing"}
    assert len(found) == 40


def test_a_service_that_the_rule_does_not_name_does_not_count(example: Study) -> None:
    narrower = replace(rule(example, "village_service"), services=("neighbour_help",))
    found = {one.zone_id: one.answer for one in answers(one_service(example, "none"), narrower)}
    visits_only = VILLAGES["Z5"].zone_id  # community care online, nothing else
    assert found[visits_only] == "no"


def test_one_measured_record_among_modelled_ones_is_enough_for_a_yes(example: Study) -> None:
    assert example.services is not None
    table = example.services.copy()
    own = (table["zone_id"] == VILLAGES["Z1"].zone_id).to_numpy()
    table.loc[own & (table["service"] != "visiting").to_numpy(), "basis"] = "modelled"
    changed = set_basis(replace(example, services=table), "services", "modelled")
    found = asked(changed, "village_service")
    assert found[VILLAGES["Z1"].zone_id].basis == "measured"


def test_a_no_rests_on_its_own_records_where_each_service_is_recorded(example: Study) -> None:
    # Z7 has a record of none for each of the three, so nothing is inferred from the register.
    doubtful = with_registers(set_basis(example, "services", "modelled"), services="partial")
    answer = asked(doubtful, "village_service")[VILLAGES["Z7"].zone_id]
    assert (answer.answer, answer.reason, answer.basis) == ("no", "reason.no_service", "measured")


def test_a_no_rests_on_the_whole_register_where_a_record_is_lacking(example: Study) -> None:
    doubtful = set_basis(one_service(example, "none"), "services", "modelled")
    answer = asked(doubtful, "village_service")[S2]
    assert (answer.answer, answer.basis) == ("no", "modelled")


# --- a share of the townships ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "total", "number"),
    [
        (0.8, 5, 4),
        (0.8, 26, 21),
        (1.0, 26, 26),
        (0.5, 5, 3),
        (0.0, 7, 0),
        (0.7, 10, 7),
        (0.8, 0, 0),
    ],
)
def test_a_share_is_rounded_up_to_whole_townships(target: float, total: int, number: int) -> None:
    assert needed(target, total) == number


def test_a_share_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        needed(float("nan"), 5)


def test_four_of_five_townships_are_eighty_percent(example: Study) -> None:
    answer = asked(example, "psychiatric_rehab")[COUNTY]
    # F04 does not say what it offers, but N has F10; only T has none.
    assert (answer.answer, answer.details["have"], answer.details["need"]) == ("yes", 4, 4)
    assert answer.details["unclear"] == 0


def test_three_of_five_townships_are_too_few(example: Study) -> None:
    answer = asked(set_facility(example, "F03", status="closed"), "psychiatric_rehab")[COUNTY]
    assert (answer.answer, answer.details["have"], answer.details["unclear"]) == ("no", 3, 0)


@pytest.mark.parametrize(("facility", "status"), [("F10", "closed"), ("F03", "unknown")])
def test_a_share_that_unknowns_decide_is_open(example: Study, facility: str, status: str) -> None:
    # Three surely have it; the fourth is F04, which does not say what it offers, or F03.
    answer = asked(set_facility(example, facility, status=status), "psychiatric_rehab")[COUNTY]
    assert (answer.answer, answer.basis) == ("unknown", "missing")
    assert (answer.details["have"], answer.details["unclear"]) == (3, 1)


def test_unknowns_that_cannot_reach_the_share_do_not_save_it(example: Study) -> None:
    changed = set_facility(example, "F10", status="closed")
    changed = set_facility(changed, "F03", status="closed")
    answer = asked(changed, "psychiatric_rehab")[COUNTY]
    assert (answer.answer, answer.details["have"], answer.details["unclear"]) == ("no", 2, 1)


def test_in_a_partial_register_a_low_share_is_open(example: Study) -> None:
    changed = with_registers(set_facility(example, "F03", status="closed"), facilities="partial")
    assert asked(changed, "psychiatric_rehab")[COUNTY].answer == "unknown"


def test_the_weakest_township_that_is_needed_decides_a_share(example: Study) -> None:
    changed = set_facility(example, "F03", basis="modelled")
    assert asked(changed, "psychiatric_rehab")[COUNTY].basis == "modelled"
    # With a fifth township the modelled one is not needed any more: the other four are measured.
    changed = set_facility(
        changed, "F05", status="open", services=frozenset({"psychiatric_community_rehab"})
    )
    answer = asked(changed, "psychiatric_rehab")[COUNTY]
    assert (answer.answer, answer.details["have"], answer.basis) == ("yes", 5, "measured")


def test_townships_offer_a_service_surely_perhaps_or_not(example: Study) -> None:
    assert offered(example, "day_care") == {
        "990101001": "yes",
        "990101002": "yes",
        "990101003": "yes",
        "990101004": "unknown",
        "990101005": "no",
    }


# --- a facility of each kind in the county ---------------------------------------------------


def test_full_coverage_fails_when_one_kind_is_lacking(example: Study) -> None:
    answer = asked(example, "county_full_coverage")[COUNTY]
    assert (answer.answer, answer.reason) == ("no", "reason.no_kind")


def test_full_coverage_passes_with_one_of_each_kind(example: Study) -> None:
    changed = set_facility(example, "F03", kind="county_care_centre")
    assert asked(changed, "county_full_coverage")[COUNTY].answer == "yes"


def test_the_weakest_kind_decides_full_coverage(example: Study) -> None:
    changed = set_facility(example, "F03", kind="county_care_centre", basis="modelled")
    assert asked(changed, "county_full_coverage")[COUNTY].basis == "modelled"
    changed = set_facility(changed, "F07", basis="modelled")
    changed = set_facility(changed, "F03", basis="measured")
    assert asked(changed, "county_full_coverage")[COUNTY].basis == "modelled"


def test_a_centre_of_unknown_status_leaves_the_rule_open(example: Study) -> None:
    answer = asked(set_facility(example, "F07", status="unknown"), "county_rehab_centre")[COUNTY]
    assert (answer.answer, answer.subjects) == ("unknown", ("F07",))


def test_a_centre_planned_in_a_complete_register_is_not_there(example: Study) -> None:
    answer = asked(set_facility(example, "F07", status="planned"), "county_rehab_centre")[COUNTY]
    assert (answer.answer, answer.reason) == ("no", "reason.kind_planned")


@pytest.mark.parametrize("basis", ["stated", "inferred", "modelled"])
def test_a_plan_on_paper_does_not_tell_whether_the_centre_has_opened(
    example: Study, basis: str
) -> None:
    changed = set_facility(example, "F07", status="planned", basis=basis)
    answer = asked(changed, "county_rehab_centre")[COUNTY]
    assert (answer.answer, answer.reason, answer.basis) == (
        "unknown",
        "reason.kind_planned_only",
        basis,
    )


def test_a_planned_centre_of_a_partial_register_may_have_opened(example: Study) -> None:
    changed = with_registers(
        set_facility(example, "F07", status="planned", basis="measured"), facilities="partial"
    )
    assert asked(changed, "county_rehab_centre")[COUNTY].answer == "unknown"


@pytest.mark.parametrize("state", ["partial", "missing"])
def test_an_incomplete_register_cannot_prove_that_a_kind_is_lacking(
    example: Study, state: str
) -> None:
    answer = asked(with_registers(example, facilities=state), "county_full_coverage")[COUNTY]
    assert (answer.answer, answer.reason) == ("unknown", f"reason.facilities_{state}")


# --- indicators ------------------------------------------------------------------------------


def observed(study: Study, name: str, **changes: Any) -> Study:
    assert study.indicators is not None
    table = study.indicators.copy()
    for column, value in changes.items():
        table.loc[(table["indicator"] == name).to_numpy(), column] = value
    return replace(study, indicators=table)


@pytest.mark.parametrize(
    ("operator", "value", "answer"),
    [
        (">=", 90.0, "yes"),
        (">", 90.0, "no"),
        (">=", 89.9, "no"),
        (">", 90.1, "yes"),
        (">=", 90.1, "yes"),
    ],
)
def test_a_target_reached_exactly_passes_at_least_and_fails_more_than(
    example: Study, operator: str, value: float, answer: str
) -> None:
    one = indicator(example, 6, operator=operator, target=90.0)
    found = indicator_answer(observed(example, one.id, value=value), one)
    assert (found.answer, found.reason) == (answer, "reason.indicator_value")
    assert found.details["operator"] == {">=": "≥", ">": ">"}[operator]


def test_an_indicator_without_a_value_has_no_status(example: Study) -> None:
    one = indicator(example, 3)
    assert example.indicators is not None
    gone = example.indicators[(example.indicators["indicator"] != one.id).to_numpy()]
    for study in (
        replace(example, indicators=None),
        replace(example, indicators=gone),
        observed(example, one.id, value=float("nan")),
    ):
        found = indicator_answer(study, one)
        assert (found.answer, found.reason) == ("unknown", "reason.indicator_missing")


def test_a_rate_needs_its_denominator_and_a_total_does_not(example: Study) -> None:
    rate = indicator(example, 3)
    found = indicator_answer(observed(example, rate.id, denominator=float("nan")), rate)
    assert (found.answer, found.reason) == ("unknown", "reason.denominator_missing")
    assert found.details["denominator"] == (rate.denominator.zh, rate.denominator.en)
    assert indicator_answer(example, indicator(example, 2)).answer == "yes"


def test_an_indicator_that_tracks_another_series_has_no_status(example: Study) -> None:
    assert indicator_answer(example, indicator(example, 1)).reason == "reason.tracks"


def test_an_indicator_rests_on_its_own_basis(example: Study) -> None:
    one = indicator(example, 3)
    assert indicator_answer(observed(example, one.id, basis="modelled"), one).basis == "modelled"


def test_a_unit_without_words_stands_as_it_is() -> None:
    assert unit_words("km") == ("km", "km")
    assert unit_words("%") == ("%", " %")


# --- in all ------------------------------------------------------------------------------------


def test_the_order_of_rows_is_irrelevant(example: Study) -> None:
    assert example.plan is not None
    mixed = shuffled(example, 3)
    for one in example.plan.rules:
        assert answers(mixed, one) == answers(example, one)
    for figure in example.plan.indicators:
        assert indicator_answer(mixed, figure) == indicator_answer(example, figure)


def test_a_test_that_nobody_knows_is_refused(example: Study) -> None:
    strange: Any = "no_such_test"
    with pytest.raises(KeyError, match="no_such_test"):
        answers(example, replace(rule(example, "village_service"), test=strange))


def test_the_cut_off_date_of_the_example_is_the_one_the_edges_are_computed_from(
    example: Study,
) -> None:
    assert example.config.as_of == dt.date(2025, 6, 30)
    assert example.config.period_days == 365
