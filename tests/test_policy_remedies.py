"""The nearest remedy: a real candidate, facility or record, found again by plain loops."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from built_in import study_of
from expected_example import VILLAGES
from variants import one_service, set_facility, shuffled, with_registers

from wushan_geo.errors import UnknownIdError
from wushan_geo.policy.answers import Answer, answers
from wushan_geo.policy.remedies import Remedies, Remedy
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.times import travel_interval
from wushan_geo.wording import put

if TYPE_CHECKING:
    from wushan_geo.study.plan import Rule
    from wushan_geo.study.study import Study

T = "990101005"
S2 = "990101003202"


@pytest.fixture(scope="module")
def example() -> Study:
    return study_of("example")


@pytest.fixture(scope="module")
def minutes(example: Study) -> TravelMatrix:
    return travel_interval(example, "all").central


@pytest.fixture(scope="module")
def wushan() -> Study:
    return study_of("wushan")


@pytest.fixture(scope="module")
def wushan_minutes(wushan: Study) -> TravelMatrix:
    return travel_interval(wushan, "all").central


def said(remedy: Remedy) -> tuple[str, str]:
    return put(remedy.message, remedy.values)


def rule(study: Study, name: str) -> Rule:
    assert study.plan is not None
    return next(one for one in study.plan.rules if one.id == name)


def mended(study: Study, matrix: TravelMatrix | None, name: str, zone: str) -> Remedy:
    asked = rule(study, name)
    found = {one.zone_id: one for one in answers(study, asked)}
    return Remedies(study, matrix, 30.0).find(asked, found[zone])


def without(study: Study, *facilities: str) -> Study:
    table = study.facilities
    return replace(study, facilities=table[~table["facility_id"].isin(facilities).to_numpy()])


def loop_best(study: Study, matrix: TravelMatrix, ids: list[str], township: str) -> str | None:
    """Most persons within 30 min, fewest without a way, fewest person-minutes, smallest id."""
    times = {
        (zone, site): matrix.dense()[row, column]
        for row, zone in enumerate(matrix.origin_ids)
        for column, site in enumerate(matrix.destination_ids)
    }
    persons = study.group("all")
    best: tuple[float, float, float, str] | None = None
    for site in ids:
        reached = lost = effort = 0.0
        for zone, parent in zip(
            study.villages["zone_id"], study.villages["parent_id"], strict=True
        ):
            count = persons[zone]
            if parent != township or math.isnan(count):
                continue
            time = times.get((zone, site), math.inf)
            reached += count if time <= 30 else 0
            lost += count if math.isinf(time) else 0
            effort += 0 if math.isinf(time) else count * time
        mine = (-reached, lost, effort, site)
        best = mine if best is None or mine < best else best
    return None if best is None else best[3]


def candidates(study: Study, township: str) -> list[str]:
    table = study.facilities
    rows = zip(table["facility_id"], table["status"], table["zone_id"], strict=True)
    return [one for one, status, zone in rows if status == "candidate" and zone[:9] == township]


# --- which candidate ---


def test_the_best_candidate_of_each_township_agrees_with_plain_loops(
    example: Study, minutes: TravelMatrix
) -> None:
    found = Remedies(example, minutes, 30.0)
    for zone in example.townships["zone_id"]:
        expected = loop_best(example, minutes, candidates(example, zone), zone)
        assert found.best_candidate(zone) == expected


def test_the_best_candidate_agrees_with_plain_loops_in_wushan(
    wushan: Study, wushan_minutes: TravelMatrix
) -> None:
    found = Remedies(wushan, wushan_minutes, 30.0)
    for zone in wushan.townships["zone_id"]:
        expected = loop_best(wushan, wushan_minutes, candidates(wushan, zone), zone)
        assert found.best_candidate(zone) == expected


def in_township_t(example: Study, **minutes_of: list[float]) -> Remedies:
    """Make a matrix by hand from the villages T1, T2 (and the rest far off) to C10 and C11."""
    zones = example.villages["zone_id"].tolist()
    wide = np.full((len(zones), 2), math.inf)
    for at, site in enumerate(("C10", "C11")):
        for label, value in zip(("T1", "T2"), minutes_of[site], strict=True):
            wide[zones.index(VILLAGES[label].zone_id), at] = value
    matrix = TravelMatrix(tuple(zones), ("C10", "C11"), "min", wide)
    return Remedies(example, matrix, 30.0)


def counted(example: Study, **counts: float) -> Study:
    """Count persons in T1 and T2 alone."""
    assert example.persons is not None
    table = example.persons.copy()
    everybody = (table["group"] == "all").to_numpy()
    table.loc[everybody, "persons"] = 0.0
    for label, value in counts.items():
        own = (table["zone_id"] == VILLAGES[label].zone_id).to_numpy()
        table.loc[everybody & own, "persons"] = value
    return replace(example, persons=table)


@pytest.mark.parametrize(
    ("c10", "c11", "best"),
    [
        ([30, 90], [29, 31], "C11"),  # as many within 30 min, but less far for the others
        ([30, 30], [5, 31], "C10"),  # exactly at the limit counts
        ([20, 30], [30, 20], "C10"),  # all the same: the smaller id
        ([20, math.inf], [29, 200], "C11"),  # no way at all is worse than a long one
        ([31, 31], [40, 30], "C11"),
    ],
)
def test_ties_go_to_the_easier_way_and_then_to_the_smaller_id(
    example: Study, c10: list[float], c11: list[float], best: str
) -> None:
    some = counted(example, T1=10.0, T2=10.0)
    assert in_township_t(some, C10=c10, C11=c11).best_candidate(T) == best


def test_persons_decide_and_not_villages(example: Study) -> None:
    some = counted(example, T1=3.0, T2=50.0)
    assert in_township_t(some, C10=[5, 35], C11=[35, 30]).best_candidate(T) == "C11"


def test_a_township_without_candidates_has_no_best_one(
    example: Study, minutes: TravelMatrix
) -> None:
    assert Remedies(without(example, "C10", "C11"), None, 30.0).best_candidate(T) is None
    assert Remedies(example, minutes, None).best_candidate(T) in {"C10", "C11"}


def test_without_travel_times_a_candidate_is_still_named(example: Study) -> None:
    assert Remedies(example, None, 30.0).best_candidate(T) == "C10"


# --- townships and the county ---


def test_a_planned_facility_is_to_be_finished(example: Study, minutes: TravelMatrix) -> None:
    remedy = mended(example, minutes, "township_facility", T)
    assert (remedy.subject, remedy.message) == ("F06", "remedy.finish")
    assert said(remedy) == (
        "推动“太虚乡残疾人之家（拟建）”建成运行",
        "complete and open Taixu Home of Disabled Persons (planned)",
    )


def test_without_a_planned_one_the_best_candidate_is_named(
    example: Study, minutes: TravelMatrix
) -> None:
    remedy = mended(without(example, "F06"), minutes_to(minutes, "F06"), "township_facility", T)
    assert remedy.message == "remedy.build"
    assert remedy.subject == loop_best(example, minutes, ["C10", "C11"], T)


def minutes_to(matrix: TravelMatrix, *gone: str) -> TravelMatrix:
    return matrix.select(destinations=[one for one in matrix.destination_ids if one not in gone])


def test_without_a_candidate_an_open_facility_of_the_county_is_shared(
    example: Study, minutes: TravelMatrix
) -> None:
    gone = ("F06", "C10", "C11")
    remedy = mended(without(example, *gone), minutes_to(minutes, *gone), "township_facility", T)
    assert remedy.message == "remedy.share"
    # F07 is a county centre and F08 and F09 lie beyond the county: none of them would count.
    others = ["F01", "F02", "F03", "F04", "F10"]
    assert remedy.subject == loop_best(example, minutes, others, T)


def test_where_nothing_is_listed_one_is_to_be_established(example: Study) -> None:
    gone = ("F06", "C10", "C11")
    remedy = mended(without(example, *gone), None, "township_facility", T)
    assert remedy.subject == remedy.message == "remedy.establish"


def test_an_unknown_status_is_to_be_verified(example: Study, minutes: TravelMatrix) -> None:
    changed = set_facility(example, "F05", status="unknown")
    remedy = mended(changed, minutes, "township_facility", T)
    assert (remedy.subject, remedy.message) == ("F05", "remedy.verify")


def test_a_kind_that_is_lacking_is_to_be_established(example: Study, minutes: TravelMatrix) -> None:
    remedy = mended(example, minutes, "county_full_coverage", "990101")
    assert remedy.message == "remedy.establish"


def test_a_share_names_how_many_townships_lack(example: Study, minutes: TravelMatrix) -> None:
    changed = set_facility(set_facility(example, "F03", status="closed"), "F10", status="closed")
    changed = set_facility(changed, "F04", status="closed")
    remedy = mended(changed, minutes, "psychiatric_rehab", "990101")
    assert remedy.message == "remedy.townships"
    assert said(remedy)[1] == "start it in 2 more townships"


def test_a_share_that_is_not_known_needs_data(example: Study, minutes: TravelMatrix) -> None:
    changed = set_facility(example, "F10", status="closed")
    remedy = mended(changed, minutes, "psychiatric_rehab", "990101")
    assert remedy.message == "remedy.facilities_data"


@pytest.mark.parametrize("state", ["partial", "missing"])
def test_where_the_register_is_lacking_the_remedy_is_data(
    example: Study, minutes: TravelMatrix, state: str
) -> None:
    changed = with_registers(example, facilities=state)
    for name, zone in (("township_facility", T), ("county_full_coverage", "990101")):
        remedy = mended(changed, minutes, name, zone)
        assert remedy.subject == remedy.message == "remedy.facilities_data"


# --- villages ---


def test_what_is_planned_is_to_be_started(example: Study, minutes: TravelMatrix) -> None:
    remedy = mended(example, minutes, "village_service", VILLAGES["T7"].zone_id)
    assert remedy.message == "remedy.start_planned"
    assert said(remedy) == ("落实计划中的走访探视", "start what is planned: visits")


def test_what_has_lapsed_is_to_be_resumed(example: Study, minutes: TravelMatrix) -> None:
    remedy = mended(example, minutes, "village_service", VILLAGES["S7"].zone_id)
    assert remedy.message == "remedy.renew"


def test_a_date_after_the_cut_off_is_a_plan(example: Study, minutes: TravelMatrix) -> None:
    later = one_service(example, "delivered", "2025-07-01")
    assert mended(later, minutes, "village_service", S2).message == "remedy.start_planned"


def test_outreach_comes_from_the_nearest_that_may_come(
    example: Study, minutes: TravelMatrix
) -> None:
    zone = VILLAGES["Z7"].zone_id
    remedy = mended(example, minutes, "village_service", zone)
    assert remedy.message == "remedy.outreach"
    # F01 is its own township's, F02 and F07 admit the county; F03, F04 and F10 admit only theirs.
    row = minutes.origin_ids.index(zone)
    times = {
        one: minutes.dense()[row, minutes.destination_ids.index(one)]
        for one in ("F01", "F02", "F07")
    }
    assert remedy.subject == min(times, key=lambda one: (times[one], one))


def test_a_village_that_nobody_reaches_starts_by_itself(
    example: Study, minutes: TravelMatrix
) -> None:
    remedy = mended(example, minutes, "village_service", VILLAGES["T4"].zone_id)
    assert remedy.message == "remedy.start_any"
    assert all(one in said(remedy)[0] for one in ("走访探视", "社区照顾", "邻里互助"))


def test_an_unknown_service_is_to_be_recorded(example: Study, minutes: TravelMatrix) -> None:
    remedy = mended(example, minutes, "village_service", VILLAGES["T8"].zone_id)
    assert remedy.message == "remedy.record"


@pytest.mark.parametrize("state", ["partial", "missing"])
def test_a_lacking_register_of_services_needs_data(
    example: Study, minutes: TravelMatrix, state: str
) -> None:
    changed = with_registers(one_service(example, "none"), services=state)
    assert mended(changed, minutes, "village_service", S2).message == "remedy.services_data"


# --- in all ---


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_a_pass_needs_no_remedy_and_every_other_answer_has_one(
    request: pytest.FixtureRequest, name: str
) -> None:
    study = request.getfixturevalue(name)
    matrix = request.getfixturevalue({"example": "minutes"}.get(name, "wushan_minutes"))
    found = Remedies(study, matrix, 30.0)
    named = set(study.facilities["facility_id"])
    for one in study.plan.rules:
        for answer in answers(study, one):
            remedy = found.find(one, answer)
            assert (remedy.subject == "") == (answer.answer == "yes")
            subject = remedy.subject
            assert subject in named or subject.startswith("remedy.") or subject == ""


def test_the_order_of_rows_is_irrelevant(example: Study, minutes: TravelMatrix) -> None:
    mixed = Remedies(shuffled(example, 5), minutes, 30.0)
    plain = Remedies(example, minutes, 30.0)
    assert example.plan is not None
    for one in example.plan.rules:
        for answer in answers(example, one):
            assert mixed.find(one, answer) == plain.find(one, answer)


def test_times_to_strange_places_are_refused(example: Study) -> None:
    zone = example.villages["zone_id"].iloc[0]
    for row, column in ((zone, "nowhere"), ("nowhere", "F01")):
        matrix = TravelMatrix((row,), (column,), "min", np.array([[1.0]]))
        with pytest.raises(UnknownIdError, match="nowhere"):
            Remedies(example, matrix, 30.0)


def test_a_village_without_counts_weighs_nothing(example: Study) -> None:
    assert example.persons is not None
    bare = replace(example, persons=None)
    remedies = in_township_t(bare, C10=[50, 50], C11=[20, 20])
    # Nobody is counted anywhere, so the way itself decides.
    assert remedies.best_candidate(T) == "C11"


def test_an_answer_of_a_strange_unit_is_refused(example: Study) -> None:
    answer = Answer("123456789012", "no", "measured", "reason.no_service")
    with pytest.raises(KeyError, match="123456789012"):
        Remedies(example, None, 30.0).find(rule(example, "village_service"), answer)


def test_remedies_leave_the_study_as_it_was(example: Study, minutes: TravelMatrix) -> None:
    before = pd.DataFrame(example.facilities.copy())
    mended(example, minutes, "township_facility", T)
    pd.testing.assert_frame_equal(pd.DataFrame(example.facilities), before)


def only_t(study: Study, costs: dict[str, list[float]]) -> TravelMatrix:
    """Give minutes from the villages of township T to some facilities."""
    rows = study.villages["zone_id"].tolist()
    homes = tuple(one for one in rows if one.startswith("990101005"))
    return TravelMatrix(homes, tuple(costs), "min", np.array(list(costs.values())).T)


def test_only_a_kind_that_counts_is_worth_sharing(example: Study) -> None:
    # Within 30 min F04 brings T1 (21.5) and F02 only T2 (25), where fewer live. Of the welfare
    # homes F09 is nearer than F03, but it stands beyond the county.
    study = set_facility(example, "F06", status="closed")
    for one in ("C10", "C11"):
        study = set_facility(study, one, status="closed")
    asked = rule(study, "township_facility")
    answer = Answer("990101005", "no", "measured", "reason.no_facility")
    found = Remedies(study, travel_interval(study).central, 30.0)
    assert found.find(asked, answer).subject == "F04"
    welfare = replace(asked, kinds=("welfare_home",))
    assert found.find(welfare, answer) == Remedy(
        "F03",
        "remedy.share",
        {"name": ("水月乡敬老院托养点", "Shuiyue care point in the welfare home")},
    )


def test_outreach_comes_from_a_facility_that_admits_the_village(example: Study) -> None:
    # F04 at N1 is nearest to T1 (21.5 min) and admits N only; F08 (22.5) stands beyond the county.
    asked = rule(example, "village_service")
    answer = Answer("990101005001", "no", "measured", "reason.no_service")
    found = Remedies(example, travel_interval(example).central, 30.0)
    assert found.find(asked, answer).subject == "F02"


def test_where_two_candidates_reach_as_many_the_way_of_the_persons_decides(
    example: Study,
) -> None:
    persons = example.group("all")
    homes = [one for one in persons.index if one.startswith("990101005")]
    big = homes.index(max(homes, key=lambda one: persons[one]))
    small = homes.index(min(homes, key=lambda one: persons[one]))
    assert persons[homes[big]] * 30 > persons[homes[small]] * 40
    near, far = [5.0] * len(homes), [5.0] * len(homes)
    near[big], near[small] = 10.0, 60.0
    far[big], far[small] = 40.0, 20.0  # shorter in all, longer for the persons
    matrix = only_t(example, {"C10": near, "C11": far})
    assert Remedies(example, matrix, None).best_candidate("990101005") == "C10"
    swapped = only_t(example, {"C10": far, "C11": near})
    assert Remedies(example, swapped, None).best_candidate("990101005") == "C11"
