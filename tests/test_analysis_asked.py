"""What the measures are asked of: only who is counted, and only what is surely there."""

from __future__ import annotations

from dataclasses import replace

import expected_example as expected
import numpy as np
import pandas as pd
from analysed import COUNTY, asked_of, gaps_of, rows, times_of
from built_in import study_of

from wushan_geo.access.nearest import nearest_facility
from wushan_geo.analysis.asked import asked_basis, service_asked


def test_only_facilities_that_surely_offer_are_asked() -> None:
    asked = asked_of("day_care")

    # F04 does not tell its services, F05 is closed, F06 planned, C01 and on are candidates; F09
    # beyond the county admits by an agreement that nobody has seen, so surely nobody.
    assert asked.ways.destination_ids == ("F01", "F02", "F03", "F08")


def test_a_facility_that_does_not_surely_admit_is_out_of_reach() -> None:
    nearest = nearest_facility(asked_of("day_care").matrix)

    for one in expected.VILLAGES.values():
        if one.zone_id in nearest.index:
            assert nearest.loc[one.zone_id, "cost"] == one.anywhere
            facility = nearest.loc[one.zone_id, "facility_id"]
            assert (None if pd.isna(facility) else facility) == one.facility_id


def test_villages_without_a_count_are_left_out_and_named() -> None:
    study = study_of("example")
    eligible = study.group("eligible_day_care")

    asked = asked_of("day_care")

    assert set(asked.left_out) == set(eligible.index[eligible.isna()])
    assert len(asked.left_out) == 1
    assert not asked.persons.isna().any()


def test_a_service_without_an_eligible_group_is_for_all_certified_persons() -> None:
    asked = asked_of("community_rehab")

    assert asked.counted == "all"
    assert asked.persons.sum() == 1600


def test_units_are_townships_and_the_county() -> None:
    asked = asked_of("day_care")
    units = asked.units(COUNTY)

    assert list(units) == ["township", "county"]
    assert (units["township"] == units["township"].index.str[:9]).all()
    assert set(units["county"]) == {COUNTY}


def test_a_place_that_is_not_told_leaves_the_question_of_places_open() -> None:
    study = study_of("example")
    facilities = study.facilities.copy()
    facilities.loc[(facilities["facility_id"] == "F02").to_numpy(), "capacity"] = np.nan
    changed = replace(study, facilities=facilities)

    found = service_asked(
        changed, study.config.services["day_care"], times_of("example"), gaps_of("example")
    )

    assert asked_of("day_care").capacities_known
    assert not found.capacities_known


def test_what_is_to_be_verified_is_that_of_the_classes() -> None:
    asked = asked_of("day_care")

    for limit in asked.service.limits:
        own = rows(gaps_of("example"), service="day_care", limit=limit).set_index("zone_id")
        unknown = own["class"].eq("unknown").reindex(asked.unknown.index)
        assert (asked.unknown[limit] == unknown).all()
        kept = asked.known(limit)
        assert list(kept.persons.index) == list(unknown.index[~unknown])
        assert kept.ways.origin_ids == tuple(kept.persons.index) == tuple(kept.townships.index)
    assert asked.unknown[30.0].sum() > 0


def test_a_doubtful_facility_in_reach_leaves_a_village_in_doubt() -> None:
    asked = asked_of("day_care")

    # F04 of township N does not report its services, so that it may offer: N1 stands beside it.
    assert asked.doubtful["990101004001"]
    assert not asked.doubtful["990101001001"]


def test_a_facility_that_surely_does_not_admit_turns_away() -> None:
    asked = asked_of("sheltered_employment")
    costs = times_of("example").central.select(destinations=["F01"]).dense()[:, 0]
    near = dict(zip(times_of("example").central.origin_ids, costs, strict=True))

    # F01 offers it and admits its own township alone.
    for zone, away in asked.turned_away[30.0].items():
        if near[zone] <= 30 and not zone.startswith("990101001"):
            assert away
    assert asked.turned_away[30.0].sum() > 0
    assert not asked.turned_away.loc["990101001001", 30.0]


def test_both_ends_of_the_times_are_masked_alike() -> None:
    ends = asked_of("day_care").at_ends()

    assert list(ends) == ["central", "low", "high"]
    low, central, high = (ends[one].dense() for one in ("low", "central", "high"))
    assert ((low <= central) & (central <= high)).all()
    assert (np.isinf(low) == np.isinf(high)).all()


def test_the_basis_is_that_of_the_weakest_of_ways_and_persons() -> None:
    assert asked_basis(study_of("example")) == "measured"
    assert asked_basis(study_of("wushan")) == "modelled"
    assert asked_basis(study_of("wushan-facts")) == "missing"
