"""Whom a service is for, counted: jointly, as stated or between bounds, and those at home."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from builders import VILLAGES
from built_in import study_of
from joint import ALL_AT_HOME, joint_folder

from wushan_geo.access.change import gap_change
from wushan_geo.access.eligibility import (
    counted_as,
    eligible_cells,
    eligible_count,
    frechet_bounds,
    group_count,
)
from wushan_geo.access.gaps import Times
from wushan_geo.access.survey import eligible_persons, study_gaps
from wushan_geo.analysis.asked import asked_basis, service_asked
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.siting.programme import next_sites
from wushan_geo.sources.opening import open_study
from wushan_geo.study.person_cells import cells_by_village, kinds_served, margins
from wushan_geo.study.tables import AGES, GROUPS, SEVERITIES, TYPES
from wushan_geo.travel.times import travel_interval

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

DAY_CARE = "eligible_day_care"
Rule = tuple[str, str, str, bool]
# Eligible by the cells 3, 4 and 6; village 4 is not listed and states 0.
JOINT = [3.0, 4.0, 6.0, 0.0]


def rules(*rows: Rule) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["type", "severity", "age_band", "eligible"])


def cells_of(counts: dict[tuple[str, str, str], float], zone: str = "1") -> pd.DataFrame:
    rows = [(zone, *cell, count) for cell, count in counts.items()]
    return pd.DataFrame(rows, columns=["zone_id", "type", "severity", "age_band", "persons"])


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("joint")
    return open_study(joint_folder(folder, residence=ALL_AT_HOME))


def without(study: Study, *zones: str, residence: bool = True) -> Study:
    """Take the places of residence of some villages, or of all, out of a study."""
    assert study.residence is not None
    kept = study.residence[~study.residence["zone_id"].isin(zones).to_numpy()]
    return replace(study, residence=kept if residence else None)


# --- the sum of cells


def test_the_cells_that_the_rules_say_yes_to_are_added() -> None:
    cells = cells_of(
        {
            ("mental", "other", "age_16_59"): 3,
            ("mental", "severe", "age_60_plus"): 5,
            ("physical", "severe", "age_16_59"): 7,
            ("physical", "other", "age_16_59"): 11,
            ("visual", "severe", "age_16_59"): 13,
        }
    )
    found = eligible_cells(
        cells,
        rules(("mental", "any", "age_16_59", True), ("physical", "severe", "age_16_59", True)),
    )

    assert found.to_dict() == {"1": 10.0}


def test_any_matches_everything_and_the_more_particular_row_wins() -> None:
    cells = cells_of(dict.fromkeys(product(TYPES, SEVERITIES, AGES), 1.0))
    everybody = ("any", "any", "any", True)

    assert eligible_cells(cells, rules(everybody))["1"] == 42
    assert eligible_cells(cells, rules(everybody, ("visual", "any", "any", False)))["1"] == 36
    assert (
        eligible_cells(
            cells,
            rules(
                everybody,
                ("visual", "any", "any", False),
                ("visual", "severe", "any", True),
            ),
        )["1"]
        == 39
    )
    assert eligible_cells(cells, rules(("visual", "severe", "any", False)))["1"] == 0


def test_the_order_of_rows_does_not_matter() -> None:
    seed = np.random.default_rng(7)
    cells = cells_of({cell: float(seed.integers(9)) for cell in product(TYPES, SEVERITIES, AGES)})
    table = rules(
        ("any", "any", "age_16_59", True),
        ("mental", "any", "age_16_59", False),
        ("mental", "severe", "age_16_59", True),
    )
    first = eligible_cells(cells, table)
    again = eligible_cells(cells.sample(frac=1, random_state=1), table.iloc[::-1])

    assert first.equals(again)


def test_rules_that_contradict_each_other_are_refused() -> None:
    cells = cells_of({("visual", "other", "age_0_15"): 1})
    torn = rules(("visual", "any", "any", True), ("any", "any", "age_0_15", False))

    with pytest.raises(ParameterError, match="contradict each other for visual, other, age_0_15"):
        eligible_cells(cells, torn)
    two = rules(("visual", "any", "any", True)).assign(service="a")
    two = pd.concat([two, two.assign(service="b", type="mental")])
    with pytest.raises(ParameterError, match="of one service, not of a, b"):
        eligible_cells(cells, two)


def test_a_cell_that_was_not_reported_leaves_the_sum_open_only_where_it_counts() -> None:
    cells = cells_of(
        {("visual", "other", "age_0_15"): 1, ("mental", "other", "age_0_15"): float("nan")}
    )

    assert eligible_cells(cells, rules(("visual", "any", "any", True)))["1"] == 1
    assert np.isnan(eligible_cells(cells, rules(("mental", "any", "any", True)))["1"])


# --- bounds


def groups(**counts: float) -> dict[str, pd.Series]:
    """Give groups of one village; those not named are not known."""
    return {one: pd.Series([counts.get(one, np.nan)], index=["1"]) for one in GROUPS}


DAY_CARE_RULES = rules(
    ("intellectual", "any", "age_16_59", True),
    ("mental", "any", "age_16_59", True),
    ("physical", "severe", "age_16_59", True),
)


def test_bounds_by_hand() -> None:
    own = dict.fromkeys(TYPES, 0.0) | {"intellectual": 6, "mental": 1, "physical": 3}
    found = frechet_bounds(
        groups(all=10, severe=7, age_0_15=1, age_16_59=8, age_60_plus=1, **own), DAY_CARE_RULES
    )

    # Intellectual or mental (7 of 10) and aged 16 to 59 (8 of 10): 5 to 7. Physical (3), severe (7)
    # and 16 to 59 (8): 0 to 3. Together 5 to 10, but there are only 8 aged 16 to 59.
    assert [one["1"] for one in found] == [5, 8]


def test_bounds_of_one_type_and_severity() -> None:
    one = rules(("mental", "severe", "any", True))

    # max(0, 7 + 5 - 10) and min(7, 5).
    low, high = frechet_bounds(groups(all=10, mental=7, severe=5), one)
    assert (low["1"], high["1"]) == (2, 5)
    low, high = frechet_bounds(groups(all=10, mental=3, severe=5), one)
    assert (low["1"], high["1"]) == (0, 3)


def test_the_bounds_of_all_others_narrow_them() -> None:
    # Everybody but the visual, of whom there are 4 of 10; no other type is known.
    rest = rules(("any", "any", "any", True), ("visual", "any", "any", False))

    low, high = frechet_bounds(groups(all=10, visual=4), rest)

    assert (low["1"], high["1"]) == (6, 6)


def test_nothing_known_gives_no_bounds_and_no_rule_gives_nobody() -> None:
    low, high = frechet_bounds(groups(), DAY_CARE_RULES)
    assert np.isnan(low["1"])
    assert np.isnan(high["1"])

    low, high = frechet_bounds(groups(mental=3), rules(("mental", "any", "any", True)))
    assert (low["1"], high["1"]) == (3, 3)
    low, high = frechet_bounds(groups(all=10), rules(("mental", "any", "any", False)))
    assert (low["1"], high["1"]) == (0, 0)


def test_an_unknown_group_bounds_nothing() -> None:
    low, high = frechet_bounds(groups(all=10, age_16_59=8), DAY_CARE_RULES)

    assert (low["1"], high["1"]) == (0, 8)


def test_bounds_always_hold() -> None:
    seed = np.random.default_rng(11)
    patterns = list(product((*TYPES, "any"), ("severe", "any"), (*AGES, "any")))
    narrow = 0
    for _ in range(150):
        counts = seed.integers(0, 4, size=(3, 7, 2, 3)) * (seed.random((3, 7, 2, 3)) < 0.4)
        chosen = seed.choice(len(patterns), size=4, replace=False)
        table = rules(*((*patterns[at], bool(seed.random() < 0.7)) for at in chosen))
        yes, torn = kinds_served(table)
        if torn.any():
            continue
        true = np.where(yes, counts, 0).sum(axis=(1, 2, 3))
        known = {one: pd.Series(part) for one, part in margins(counts.astype(float)).items()}
        for hidden in (None, "severe", "visual", "all"):
            told = {one: part * np.nan if one == hidden else part for one, part in known.items()}
            low, high = frechet_bounds(told, table)
            assert ((low <= true) & (true <= high) | low.isna() & high.isna()).all()
            narrow += int((high - low < known["all"]).sum())
    assert narrow > 500


# --- a study


def test_joint_counts_come_first_then_what_is_stated(at_home: Study) -> None:
    count = eligible_count(at_home, "day_care")

    # The group states 2, 4, 6 and 0; the cells have 3, 4 and 6 and leave village 4 out.
    assert count.group == DAY_CARE
    assert count.registered.tolist() == JOINT
    assert count.known.tolist() == ["joint", "joint", "joint", "stated"]
    assert count.low.tolist() == count.high.tolist() == JOINT
    assert count.registered.index.tolist() == list(VILLAGES)
    assert count.total == 13
    assert count.basis == "measured"


def test_those_at_home_count_where_it_is_known_of_everybody(at_home: Study) -> None:
    count = eligible_count(at_home, "day_care")

    assert count.home.tolist() == [2, 1, 5, 0]  # nobody is registered in village 4
    assert count.persons.tolist() == [2, 1, 5, 0]
    assert (count.residence, count.without_residence) == ("at home", ())
    assert count.counted == "eligible_day_care, at home"
    assert count.total_home == 8
    assert count.home_share == 8 / 13


def test_where_residence_is_not_known_all_registered_of_the_village_count(at_home: Study) -> None:
    count = eligible_count(without(at_home, VILLAGES[2]), "day_care")

    assert count.persons.tolist() == [2, 1, 6, 0]
    assert count.residence == "at home where known"
    assert count.counted == "eligible_day_care, at home where known"
    assert count.without_residence == (VILLAGES[2],)
    assert count.total_home == 3
    assert count.home_share == 3 / 7


def test_without_places_of_residence_everybody_registered_counts(at_home: Study) -> None:
    count = eligible_count(without(at_home, residence=False), "day_care")

    assert count.persons.tolist() == JOINT
    assert (count.residence, count.counted) == ("not known", DAY_CARE)
    assert count.without_residence == VILLAGES
    assert np.isnan(count.total_home)
    assert np.isnan(count.home_share)


def test_residence_of_another_group_says_nothing_of_this_one(at_home: Study) -> None:
    assert at_home.residence is not None
    others = replace(at_home, residence=at_home.residence.assign(group="all"))

    assert eligible_count(others, "day_care").residence == "not known"
    everybody = group_count(others, "all")
    assert everybody.counted == "all, at home where known"
    assert everybody.persons.tolist() == [2, 1, 5, 40]
    assert everybody.known.tolist() == ["stated"] * 4


def test_somebody_away_is_not_at_home_because_no_row_says_so(at_home: Study) -> None:
    assert at_home.residence is not None
    away = at_home.residence[(at_home.residence["residence"] != "at_home").to_numpy()]

    assert eligible_count(replace(at_home, residence=away), "day_care").residence == "not known"


def test_only_bounds_are_known_without_cells_and_without_the_group(at_home: Study) -> None:
    assert at_home.persons is not None
    rest = at_home.persons[(at_home.persons["group"] != DAY_CARE).to_numpy()]
    study = without(replace(at_home, persons=rest, person_cells=None), residence=False)

    count = eligible_count(study, "day_care")

    # Types and severity are not known: at most those aged 16 to 59.
    assert count.registered.isna().all()
    assert count.persons.isna().all()
    assert count.known.tolist() == ["bounds"] * 4
    assert count.low.tolist() == [0, 0, 0, 0]
    assert count.high.tolist() == [5, 10, 15, 20]
    assert count.basis == "missing"
    nothing = eligible_count(replace(study, eligibility=None), "day_care")
    assert nothing.known.tolist() == ["none"] * 4
    assert nothing.high.isna().all()


def test_contradicting_rules_leave_what_is_stated(at_home: Study) -> None:
    assert at_home.eligibility is not None
    again = at_home.eligibility.assign(eligible=~at_home.eligibility["eligible"])
    torn = replace(at_home, eligibility=pd.concat([at_home.eligibility, again]))

    count = eligible_count(torn, "day_care")

    assert count.registered.tolist() == [2, 4, 6, 0]
    assert set(count.known) == {"stated"}


def test_a_basic_group_is_taken_as_stated_else_added_up(at_home: Study) -> None:
    assert group_count(at_home, "severe").registered.fillna(-1).tolist() == [5, 12, 6, -1]
    assert group_count(at_home, "severe").known.tolist() == ["joint"] * 3 + ["bounds"]
    assert group_count(at_home, "age_16_59").known.tolist() == ["stated"] * 4
    assert group_count(at_home, "strange").known.tolist() == ["none"] * 4


def test_the_basis_is_the_weakest_of_the_counts_used(at_home: Study) -> None:
    assert at_home.person_cells is not None
    assert at_home.residence is not None
    cells = replace(at_home, person_cells=at_home.person_cells.assign(basis="modelled"))
    homes = replace(at_home, residence=at_home.residence.assign(basis="inferred"))

    assert eligible_count(cells, "day_care").basis == "modelled"
    assert eligible_count(homes, "day_care").basis == "inferred"
    assert group_count(cells, "age_16_59").basis == "measured"
    for name, study in (("person_cells", cells), ("residence", homes)):
        told = study.provenance.copy()
        told.loc[(told["table"] == name).to_numpy(), "basis"] = "modelled"
        assert asked_basis(replace(study, provenance=told)) == "modelled"


def test_an_unknown_service_is_named(at_home: Study) -> None:
    with pytest.raises(UnknownIdError, match="no such service: tea"):
        eligible_count(at_home, "tea")


def test_the_study_is_not_changed(at_home: Study) -> None:
    assert at_home.person_cells is not None
    assert at_home.residence is not None
    before = at_home.person_cells.copy(), at_home.residence.copy()

    eligible_count(at_home, "day_care")

    assert before[0].equals(at_home.person_cells)
    assert before[1].equals(at_home.residence)


# --- what uses it


def test_gaps_count_the_eligible_at_home(at_home: Study) -> None:
    gaps = study_gaps(at_home, None)

    own = gaps[(gaps["limit"] == 30).to_numpy()]
    assert own["eligible"].tolist() == [2, 1, 5, 0]
    assert own["persons"].tolist() == [10, 20, 30, 40]
    service = at_home.config.services["day_care"]
    assert eligible_persons(at_home, service).tolist() == [2, 1, 5, 0]


def test_siting_takes_those_at_home_and_says_so(at_home: Study) -> None:
    matrix = travel_interval(at_home).central

    plans = next_sites(at_home, matrix).plans
    registered = next_sites(without(at_home, residence=False), matrix).plans

    assert set(plans["demand"]) == {"eligible_day_care, at home"}
    assert set(plans["total_persons"]) == {8}
    assert set(registered["demand"]) == {DAY_CARE}
    assert set(registered["total_persons"]) == {13}


def test_the_measures_ask_for_those_at_home(at_home: Study) -> None:
    found = travel_interval(at_home)
    times = Times(found.central, found.low, found.high)
    service = at_home.config.services["day_care"]

    asked = service_asked(at_home, service, times, study_gaps(at_home, times))

    assert asked.persons.tolist() == [2, 1, 5, 0]
    assert asked.counted == counted_as(at_home, service) == "eligible_day_care, at home"


def test_a_change_between_two_years_counts_those_at_home(at_home: Study) -> None:
    before = without(at_home, residence=False)

    change = gap_change(before, at_home)

    own = change[(change["limit"] == 20).to_numpy() & (change["counted"] == "not_reached")]
    parts = own.set_index("part")["eligible"].to_dict()
    # Beyond 20 minutes lies village 3: 6 registered before, 5 at home after.
    assert parts["before"] == 6
    assert parts["persons"] == pytest.approx(-1)


def test_the_built_in_studies_count_as_before() -> None:
    for name in ("example", "wushan"):
        study = study_of(name)
        for service in study.config.services.values():
            expected = study.group(service.eligible or "").to_numpy()
            np.testing.assert_array_equal(eligible_persons(study, service), expected)
            if service.eligible:
                assert counted_as(study, service) == service.eligible


def test_all_counts_of_a_study_agree_with_a_plain_loop(at_home: Study) -> None:
    assert at_home.person_cells is not None
    zones, counts = cells_by_village(at_home.person_cells)
    rows = at_home.person_cells[["zone_id", "type", "severity", "age_band", "persons"]]
    sums: dict[str, float] = dict.fromkeys(zones, 0.0)
    for zone, kind, severity, age, persons in rows.itertuples(index=False, name=None):
        if (kind, severity, age) == ("intellectual", "severe", "age_16_59"):
            sums[zone] += persons

    assert counts.sum() == 60
    assert list(sums.values()) == JOINT[:3]
