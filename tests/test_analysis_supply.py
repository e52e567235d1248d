"""Whether there are places enough: sums that must agree with each other, and hand numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from analysed import COUNTY, analysis_of, asked_of, rows
from built_in import study_of

from wushan_geo.analysis.supply import (
    OUTCOMES,
    allocated,
    allocation_rows,
    catchment_rows,
    container_rows,
    outcome_rows,
    value_rows,
)


def test_places_per_person_use_up_all_places_that_anyone_reaches() -> None:
    asked = asked_of("day_care")
    table = pd.concat(list(catchment_rows(asked)), ignore_index=True)

    for limit in asked.service.limits:
        words = f"decay=binary, {limit:g}; unit=min; counted=eligible_day_care; times=central"
        some = table[table["parameters"].str.contains(words, regex=False).to_numpy()]
        own = rows(some, level="village").set_index("zone_id")["value"]
        reached = asked.matrix.within(limit)
        served = (reached & (asked.persons.to_numpy() > 0)[:, None]).any(axis=0)
        assert (own * asked.persons).sum() == pytest.approx(asked.capacity[served].sum())
        township = rows(some, level="township").set_index("zone_id")["value"]
        mine = asked.townships == "990101001"
        expected = (own * asked.persons)[mine].sum() / asked.persons[mine].sum()
        assert township["990101001"] == pytest.approx(expected)


def test_both_decays_stand_at_all_three_limits() -> None:
    table = pd.concat(list(catchment_rows(asked_of("day_care"))), ignore_index=True)
    own = rows(table, zone_id="990101001206")
    assert own["parameters"].str.endswith("times=low").sum() == 6
    own = own[own["parameters"].str.endswith("times=central").to_numpy()]

    assert own["measure"].value_counts().to_dict() == {
        "places_per_person_2sfca": 3,
        "places_per_person_gaussian": 3,
    }
    assert own["value"].nunique() > 3  # this village has one home at 18.5 minutes, then two


def test_places_inside_a_township_by_hand() -> None:
    ratio = container_rows(study_of("example"), asked_of("day_care")).set_index("zone_id")["value"]

    # F01 in Z has 24 places for 38 eligible persons; T has nothing of its own that is open.
    assert ratio["990101001"] == 24 / 38
    assert ratio["990101005"] == 0.0


def test_what_becomes_of_persons_adds_up_to_all_of_them() -> None:
    asked = asked_of("day_care")
    found = allocated(asked)
    table = pd.concat(list(outcome_rows(asked, found, COUNTY)), ignore_index=True)

    for level, zones in (("village", len(asked.persons)), ("township", 5), ("county", 1)):
        some = rows(table, level=level)
        counts = some[some["unit"].eq("persons").to_numpy()]
        assert counts["measure"].nunique() == len(OUTCOMES)
        assert counts["value"].sum() == asked.persons.sum()
        assert some["zone_id"].nunique() == zones


def test_who_could_be_admitted_by_an_unseen_agreement_is_to_be_verified() -> None:
    asked = asked_of("concentrated_care")
    table = pd.concat(list(outcome_rows(asked, allocated(asked), COUNTY)), ignore_index=True)
    county = rows(table, level="county").set_index("measure")["value"]

    # F09 admits by agreement and can be reached from nearly everywhere.
    assert county["persons_to_verify"] > 0
    assert county["persons_not_admitted"] == 0


def test_nobody_is_sent_beyond_the_limit_or_to_who_does_not_admit() -> None:
    asked = asked_of("day_care")
    flows = allocation_rows(asked, allocated(asked))
    sent = flows[flows["facility_id"].notna().to_numpy()]
    costs = asked.matrix

    assert (sent["minutes"] <= asked.limit).all()
    for row in sent.itertuples():
        pair = costs.select([row.zone_id], [row.facility_id]).dense()[0, 0]
        assert row.minutes == pair < np.inf
    loads = sent.groupby("facility_id")["persons"].sum()
    assert (loads <= asked.capacity.reindex(loads.index)).all()


def test_rows_without_a_facility_are_those_who_find_no_place() -> None:
    asked = asked_of("day_care")
    found = allocated(asked)
    flows = allocation_rows(asked, found)

    left = flows[flows["facility_id"].isna().to_numpy()]
    assert left["persons"].sum() == found.unserved_persons > 0
    assert left["minutes"].isna().all()
    assert flows["persons"].sum() == asked.persons.sum()


def test_residential_care_takes_any_way() -> None:
    asked = asked_of("concentrated_care")

    assert asked.limit is None
    assert allocated(asked).worst_cost > 30


def test_one_more_place_at_a_full_home_serves_one_person_more() -> None:
    values = value_rows(asked_of("day_care")).set_index("facility_id")

    full = values["load"] == values["capacity"]
    assert values.loc[full, "more_served"].tolist() == [1.0] * int(full.sum())
    assert values.loc["F08", "more_served"] == 0.0
    assert values.loc["F08", "reading_zh"] == "增加名额没有效果"
    assert values.loc["F01", "reading_en"].startswith("one more care place serves 1 person more")
    assert set(values["unit"]) == {"person-min"}


def test_services_without_a_group_have_no_places_per_person() -> None:
    tables = analysis_of("example").tables
    some = tables["measures"]

    named = set(some.loc[some["unit"].eq("places per person").to_numpy(), "service"])
    assert named == {"day_care", "sheltered_employment", "concentrated_care"}
    notes = rows(tables["notes"], key="no_eligible")
    assert set(notes["service"]) == {
        "community_rehab",
        "psychiatric_community_rehab",
        "county_rehab",
    }


def test_places_of_a_village_to_verify_are_not_known_rather_than_none() -> None:
    table = pd.concat(list(catchment_rows(asked_of("day_care"))), ignore_index=True)
    own = table[table["parameters"].str.contains("binary, 30;.*times=central").to_numpy()]
    village = rows(own, level="village").set_index("zone_id")["value"]
    township = rows(own, level="township").set_index("zone_id")["value"]

    # Nanke has a home that does not tell its services; Taixu No. 4 has no way to any.
    assert np.isnan(village["990101004001"])
    assert np.isnan(township["990101004"])
    assert village["990101005204"] == 0
    unknown = asked_of("day_care").unknown[30.0]
    assert list(village.index[village.isna()]) == list(unknown.index[unknown])


def test_the_value_of_a_place_tells_whose_places_they_are() -> None:
    told = value_rows(asked_of("day_care"))["parameters"]

    assert told.str.endswith("counted=eligible_day_care; times=central").all()
