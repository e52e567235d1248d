"""What the command says of facilities that close, places and second sites, by plain counting."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from analysed import times_of
from built_in import study_of

from wushan_geo.errors import InfeasibleError, InputError
from wushan_geo.proposal import moving
from wushan_geo.proposal.answer import proposal_tables
from wushan_geo.proposal.models import rules_of
from wushan_geo.proposal.page import Page
from wushan_geo.proposal.wish import Wish
from wushan_geo.siting import maximal_covering, moved_plan, p_median
from wushan_geo.siting.obstacles import Obstacles
from wushan_geo.siting.studied import SiteRequest, site_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.study.study import Study

LIMIT = 30.0
OWN = ("F01", "F02", "F03")  # open, sure, of the county; F08 and F09 lie beyond it
Tables = dict[str, pd.DataFrame]


def silent(_: str) -> None:
    """Hear of a step and say nothing."""


def plain_study() -> Study:
    """Give the example without other ways than a building, which take time."""
    study = study_of("example")
    assert study.config.siting is not None
    siting = replace(study.config.siting, ways=None)
    return replace(study, config=replace(study.config, siting=siting))


def answered(study: Study, **wishes: Any) -> Tables:
    return proposal_tables(study, times_of("example"), Wish(**wishes), tell=silent)


@cache
def tables_of(**wishes: Any) -> Tables:
    """Answer a wish for the example; not to be changed."""
    return answered(plain_study(), **wishes)


@cache
def asked() -> SiteRequest:
    study = plain_study()
    assert study.config.siting is not None
    found = site_request(study, study.config.siting, times_of("example").central)
    assert found is not None
    return found


@cache
def near() -> dict[str, frozenset[str]]:
    """Give the villages within the limit of each site, by plain loops."""
    matrix = asked().matrix
    costs = matrix.dense().tolist()
    return {
        site: frozenset(
            one for at, one in enumerate(matrix.origin_ids) if costs[at][column] <= LIMIT
        )
        for column, site in enumerate(matrix.destination_ids)
    }


def reached(sites: Iterable[str]) -> tuple[float, int]:
    """Count persons and villages within the limit of any site."""
    persons = asked().persons.to_dict()
    villages = set().union(*(near()[one] for one in sites))
    return float(sum(persons[one] for one in villages)), len(villages)


@cache
def capacities() -> dict[str, float]:
    rows = plain_study().facilities[["facility_id", "capacity"]].itertuples(index=False)
    return {str(one): float(places) for one, places in rows}


def most_served(sites: Iterable[str]) -> int:
    """Give as many persons a place within the limit as can have one: augmenting paths, by hand."""
    room = {one: int(capacities()[one]) for one in sites}
    sent: dict[str, list[str]] = {one: [] for one in room}  # villages of those who have a place

    def place(village: str, seen: set[str]) -> bool:
        for site, places in room.items():
            if site in seen or village not in near()[site]:
                continue
            seen.add(site)
            if len(sent[site]) < places:
                sent[site].append(village)
                return True
            for other in sorted(set(sent[site])):
                if place(other, seen):
                    sent[site].remove(other)
                    sent[site].append(village)
                    return True
        return False

    counts = [(str(one), int(count)) for one, count in asked().persons.items()]
    return sum(place(one, set()) for one, count in counts for _ in range(count))


def note(tables: Tables, key: str, language: str = "en") -> str:
    rows = tables["notes"]
    return str(rows.loc[(rows["key"] == key).to_numpy(), language].iloc[0])


def numbers(text: str) -> list[float]:
    bare = re.sub(r"No\. [0-9]+", "", text)
    return sorted(float(one) for one in re.findall(r"[0-9]+", bare))


def refused(**wishes: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        tables_of(**wishes)
    for one in caught.value.faults:
        assert re.search(r"[\u4e00-\u9fff]", one.rule_zh)
        assert re.search(r"[\u4e00-\u9fff]", one.suggestion_zh)
        assert not re.search(r"[\u4e00-\u9fff]", one.rule + one.suggestion)
    return [(one.column, one.value) for one in caught.value.faults]


# ---- facilities that close ----


@pytest.mark.parametrize(("sites", "moves"), [(0, 2), (1, 1), (1, 2)])
def test_no_other_closings_and_openings_cover_more(sites: int, moves: int) -> None:
    row = tables_of(sites=sites, moves=moves)["moved"].iloc[0]
    existing = set(asked().existing)
    best = max(
        (*reached({*existing - set(gone), *new}), -len(gone))
        for count in range(moves + 1)
        for gone in itertools.combinations(OWN, count)
        for new in itertools.combinations(asked().candidates, sites + count)
    )
    closed = [one for one in str(row["closed"]).split(";") if one]
    opened = [one for one in str(row["opened"]).split(";") if one]

    assert (row["covered_persons"], row["covered_places"], -len(closed)) == best
    assert len(opened) == sites + len(closed)
    assert reached({*existing - set(closed), *opened}) == best[:2]
    assert sorted(existing - set(closed)) == str(row["existing"]).split(";")
    plan = tables_of(sites=sites, moves=moves)["plans"].iloc[0]
    assert (row["free_persons"], row["free_places"]) == (
        plan["covered_persons"], plan["covered_places"],
    )  # fmt: skip
    choices = itertools.combinations(asked().candidates, len(opened))
    as_many = max(reached({*existing, *one}) for one in choices)
    assert (row["same_new_persons"], row["same_new_places"]) == as_many
    assert row["same_new_status"] == "optimal"
    assert (row["today_persons"], row["today_places"]) == reached(existing)
    assert (row["status"], row["verified"]) == ("optimal", True)


def test_closing_two_homes_of_the_example_is_told_with_who_loses_and_who_gains() -> None:
    tables = tables_of(sites=0, moves=2)
    row = tables["moved"].iloc[0]
    # 98 persons today; F01 and F03 become C05 and C07: 116.
    assert (row["closed"], row["opened"]) == ("F01;F03", "C05;C07")
    assert (row["today_persons"], row["covered_persons"]) == (98.0, 116.0)
    assert tables["plans"]["chosen"].iloc[0] == ""  # the plan itself closes nothing
    changes = tables["moved_villages"]
    own = {name: changes[(changes["change"] == name).to_numpy()] for name in ("loses", "gains")}
    assert own["loses"]["zone_id"].tolist() == ["990101001207"]
    assert own["loses"][["minutes_now", "minutes_moved"]].to_numpy().tolist() == [[29.0, 39.5]]
    assert 98.0 - own["loses"]["persons"].sum() + own["gains"]["persons"].sum() == 116.0
    # Two new sites beside all that stands have 127: closing itself brings nothing.
    assert (row["same_new_persons"], row["same_new_places"]) == (127.0, 29)
    told = [2, 2, 2, 30, 26, 116, 0, 23, 98, 2, 29, 127, 11, 2, 2]
    for language, words in (("en", "closing itself adds nobody"), ("zh", "关停本身不增加覆盖人数")):
        assert numbers(note(tables, "moved", language)) == sorted(told)
        assert words in note(tables, "moved", language)
    assert "Zixu Sunshine Home" in note(tables, "moved")
    assert "子虚镇阳光家园" in note(tables, "moved", "zh")
    assert numbers(note(tables, "moved_loses")) == [1, 3]
    assert numbers(note(tables, "moved_gains")) == [4, 21]


def test_every_village_whose_way_changes_is_listed_with_what_becomes_of_it() -> None:
    tables = tables_of(sites=0, moves=2)
    matrix = asked().matrix
    at = {one: column for column, one in enumerate(matrix.destination_ids)}
    after = ["C05", "C07", "F02", "F08", "F09"]
    expected = {}
    for village, costs in zip(matrix.origin_ids, matrix.dense().tolist(), strict=True):
        now, then = (
            min(costs[at[one]] for one in sites) for sites in (asked().existing, after)
        )  # fmt: skip
        if now <= LIMIT < then:
            expected[village] = "loses"
        elif then <= LIMIT < now:
            expected[village] = "gains"
        elif now != then:
            expected[village] = "farther" if then > now else "nearer"
    rows = tables["moved_villages"]

    assert dict(zip(rows["zone_id"], rows["change"], strict=True)) == expected
    assert len(rows) == len(expected)
    assert rows["change"].drop_duplicates().tolist() == ["loses", "gains", "farther", "nearer"]
    for key in ("moved_loses", "moved_gains", "moved_farther", "moved_nearer"):
        own = rows[(rows["change"] == key.removeprefix("moved_")).to_numpy()]
        assert numbers(note(tables, key)) == sorted([len(own), own["persons"].sum()])


def test_only_those_named_close_and_nobody_who_is_covered_leaves_the_limit() -> None:
    alone = tables_of(sites=0, moves=1, may_close=("F03",))
    row = alone["moved"].iloc[0]
    assert (row["closed"], row["opened"]) == ("F03", "C05")  # C05 admits everybody
    for key in ("moved", "moved_nobody_loses"):
        assert "up to 1 closed, of Shuiyue care point in the welfare home only" in note(alone, key)
        assert "在至多关停 1 处，只可关停水月乡敬老院托养点的条件下" in note(alone, key, "zh")
    found = moved_plan(
        asked().matrix, asked().persons, limit=LIMIT, moves=2, closing=OWN, keep_covered=True,
        existing=asked().existing,
    )  # fmt: skip
    kept = tables_of(sites=0, moves=2, keep_covered=True)
    row = kept["moved"].iloc[0]
    assert (row["closed"], row["opened"], row["covered_persons"]) == (
        ";".join(found.closed), ";".join(found.opened), found.plan.objective,
    )  # fmt: skip
    assert "loses" not in set(kept["moved_villages"]["change"])
    assert "As was asked, no place that is within" in note(kept, "moved_nobody_may_lose")
    assert "moved_nobody_loses" not in set(kept["notes"]["key"])
    assert "且不使现在在时限内的任何村（社区）出时限的条件下" in note(kept, "moved", "zh")


def test_who_is_within_the_limit_by_one_of_the_two_plans_alone_is_listed() -> None:
    tables = tables_of(sites=1, moves=2)
    row, plan = tables["moved"].iloc[0], tables["plans"].iloc[0]
    sites = {
        "plan": [*asked().existing, plan["chosen"]],
        "moved": [*str(row["existing"]).split(";"), *str(row["opened"]).split(";")],
    }
    inside = {name: set().union(*(near()[one] for one in own)) for name, own in sites.items()}
    changes = tables["moved_villages"]
    for change, expected in (
        ("loses", inside["plan"] - inside["moved"]), ("gains", inside["moved"] - inside["plan"])
    ):  # fmt: skip
        own = changes[(changes["change_plan"] == change).to_numpy()]
        assert set(own["zone_id"]) == expected
        told = numbers(note(tables, f"moved_plan_{change}"))
        assert told == sorted([len(expected), asked().persons[sorted(expected)].sum()])
    # The plan reaches most of those already whom the plan with closings gains against today.
    assert numbers(note(tables, "moved_gains")) == [6, 29]
    assert numbers(note(tables, "moved_plan_gains")) == [2, 8]
    both = changes[["minutes_plan", "minutes_moved"]].to_numpy().T.tolist()
    for village, *minutes in zip(changes["zone_id"], *both, strict=True):
        at = asked().matrix.origin_ids.index(village)
        costs = dict(zip(asked().matrix.destination_ids, asked().matrix.dense()[at], strict=True))
        assert minutes == [min(costs[one] for one in own) for own in sites.values()]
    # Where the plan opens nothing it is what stands today, and is not told twice.
    assert "moved_plan_gains" not in set(tables_of(sites=0, moves=2)["notes"]["key"])


def page_of(**wishes: Any) -> Page:
    """Give a page on which closing alone is worked out, which is quick."""
    wish, matrix = Wish(**wishes), asked().matrix
    rules = rules_of(plain_study(), asked(), wish)
    return Page(asked(), wish, LIMIT, (matrix, matrix), rules, None)


def told_of(page: Page) -> Iterator[tuple[str, str, str]]:
    for one in page.notes:
        yield str(one["key"]), str(one["zh"]), str(one["en"])


def test_where_the_rules_leave_no_plan_with_as_many_new_sites_this_is_said() -> None:
    page = page_of(sites=1, moves=2, at_most=1)
    moving.add_moved(plain_study(), page)
    row = page.tables["moved"].iloc[0]
    # With one open site a township at most, three new ones need two that close.
    assert (row["closed"], row["opened"]) == ("F01;F03", "C02;C05;C07")
    assert row[["same_new_places", "same_new_persons"]].isna().all()
    assert row["same_new_status"] == "infeasible"
    ((_, zh, en),) = (one for one in told_of(page) if one[0] == "moved")
    assert zh.endswith("不关停就无法同样新设 3 处。")
    assert en.endswith("there is no plan with 3 new sites unless some close.")


@pytest.mark.parametrize(
    ("persons", "status", "bound", "words"),
    [
        (116.0, "optimal", 116.0, "as many persons too. So closing itself adds nobody"),
        (110.0, "optimal", 110.0, "6 persons fewer, because what was asked"),
        (110.0, "time_limit", 115.0, "6 persons fewer, because what was asked"),
        (110.0, "time_limit", 120.0, "whether closing itself adds anybody is not settled"),
        (120.0, "time_limit", 142.0, "4 persons more. So closing itself adds nobody"),
    ],
)
def test_no_more_is_said_of_closing_than_is_proven(
    monkeypatch: pytest.MonkeyPatch, persons: float, status: Any, bound: float, words: str
) -> None:
    def found(*args: Any, **wishes: Any) -> SitingPlan:
        plan = maximal_covering(*args, **wishes)
        return replace(plan, covered_persons=persons, status=status, bound=bound)

    monkeypatch.setattr(moving, "maximal_covering", found)
    page = page_of(sites=0, moves=2)
    moving.add_moved(plain_study(), page)
    ((_, _, en),) = (one for one in told_of(page) if one[0] == "moved")
    assert words in en


def test_a_clock_that_found_no_closing_does_not_say_that_none_helps() -> None:
    page = page_of(sites=0, moves=2, seconds=0.0)
    moving.add_moved(plain_study(), page)
    keys = [one[0] for one in told_of(page)]
    assert keys == ["moved_none_so_far", "moved_stopped"]


def test_a_new_site_at_the_point_of_a_closed_one_is_said_to_differ_in_whom_it_admits_alone() -> (
    None
):
    page = page_of(sites=0, moves=1, may_close=("F03",))
    moving.add_moved(plain_study(), page)
    ((_, zh, en),) = (one for one in told_of(page) if one[0] == "moved_same_point")
    assert zh.startswith("要关停的F03与新设的C05在同一点位")
    assert en.startswith("F03, which would close, and C05, which would open, stand at the same")
    assert "moved_admission" not in [one[0] for one in told_of(page)]  # it is certain, not possible
    # All of it is so: F03 that admits whom C05 does would reach those of the plan with closings.
    costs = pd.DataFrame(
        asked().matrix.dense(),
        list(asked().matrix.origin_ids),
        list(asked().matrix.destination_ids),
    )
    wider = costs.assign(F03=costs[["F03", "C05"]].min(axis=1))[list(asked().existing)]
    villages = (wider <= LIMIT).any(axis=1)
    row = page.tables["moved"].iloc[0]
    assert asked().persons[villages].sum() == row["covered_persons"] == 103.0


def test_a_new_site_elsewhere_is_not_said_to_stand_where_a_closed_one_does() -> None:
    study = plain_study()
    points = study.facilities.geometry.where(
        study.facilities["facility_id"] != "F03", study.facilities.geometry.translate(0.01)
    )
    page = page_of(sites=0, moves=1, may_close=("F03",))
    moving.add_moved(replace(study, facilities=study.facilities.set_geometry(points)), page)
    keys = [one[0] for one in told_of(page)]
    assert "moved_same_point" not in keys
    assert "moved_admission" in keys


def test_facilities_beyond_the_county_are_never_closed() -> None:
    study = plain_study()
    beyond = {"F08", "F09"}
    assert beyond <= set(asked().existing)
    assert not set(study.facilities["facility_id"][study.facilities["zone_id"].isna()]) - beyond
    assert refused(sites=0, moves=4) == [("--move", "4")]
    assert refused(sites=0, moves=1, may_close=("F08",)) == [("--may-close", "F08")]


def test_where_closing_gains_nothing_none_closes_and_no_village_is_listed() -> None:
    tables = tables_of(sites=1, moves=1)
    row = tables["moved"].iloc[0]
    assert row["closed"] == ""
    assert row["covered_persons"] == row["free_persons"]
    assert tables["moved_villages"].empty
    assert "none closes" in note(tables, "moved_none")
    assert (row["same_new_persons"], row["same_new_places"]) == (
        row["free_persons"], row["free_places"],
    )  # fmt: skip
    page = page_of(sites=1, moves=2, keep_covered=True, may_close=("F01", "F03"))
    moving.add_moved(plain_study(), page)
    ((key, zh, en),) = told_of(page)
    assert key == "moved_none"
    assert zh.startswith(
        "在至多关停 2 处，只可关停F01、F03，且不使现在在时限内的任何村（社区）出时限的条件下，"
        "关停不能增加覆盖"
    )
    assert en.startswith(
        "With up to 2 closed, of F01; F03 only, and with every place that is within the limit today"
    )
    assert "moved" not in set(tables["notes"]["key"])


# ---- places ----


def test_no_other_sites_give_more_persons_a_place() -> None:
    row = tables_of(sites=2, capacity=True)["plans"].iloc[0]
    existing = asked().existing
    choices = itertools.combinations(asked().candidates, 2)
    best = max(most_served([*existing, *one]) for one in choices)

    assert row["served_persons"] == row["objective"] == best
    assert most_served([*existing, *str(row["chosen"]).split(";")]) == best
    # Beside it stands who is within the limit, places or not.
    assert (row["covered_persons"], row["covered_places"]) == reached(
        [*existing, *str(row["chosen"]).split(";")]
    )


def test_who_goes_where_fits_persons_places_and_the_limit() -> None:
    tables = tables_of(sites=2, capacity=True)
    flows, plan = tables["flows"], tables["plans"].iloc[0]
    matrix, room = asked().matrix, capacities()
    costs = pd.DataFrame(
        matrix.dense(), index=list(matrix.origin_ids), columns=list(matrix.destination_ids)
    )
    opened = [*asked().existing, *str(plan["chosen"]).split(";")]

    assert flows["persons"].sum() == plan["served_persons"]
    for site, persons in flows.groupby("facility_id")["persons"].sum().items():
        assert persons <= room[str(site)]
    by_village = flows.groupby("zone_id")["persons"].sum()
    for village, persons in by_village.items():
        assert persons <= asked().persons[str(village)]
    for row in flows.to_dict("records"):
        minutes = costs.loc[row["zone_id"], row["facility_id"]]
        assert row["minutes"] == minutes <= LIMIT
        assert row["nearest"] == (minutes == costs.loc[row["zone_id"], opened].min())
    villages = tables["villages"].set_index("zone_id")
    for village, served in villages["served_persons"].items():
        if village in asked().without_count:
            assert np.isnan(served)
        else:
            assert served == by_village.get(village, 0.0)
    sites = tables["sites"].set_index("facility_id")
    # F09 takes by an agreement that is not on file, so that nobody surely goes there.
    assert sites["capacity"].to_dict() == {
        one: 0.0 if one == "F09" else room[one] for one in opened
    }
    assert sites["persons"].sum() == plan["served_persons"]
    assert sites["order"].isna().all()  # what a site adds depends on who is sent where
    assert plan["capacity"] == sites["capacity"].sum() == 24 + 20 + 12 + 15 + 2 * 10
    assert numbers(note(tables, "room")) == [plan["capacity"]]


def test_the_frontier_counts_persons_who_have_a_place() -> None:
    tables = tables_of(sites=2, capacity=True)
    frontier = tables["frontier"].set_index("sites")
    assert frontier.loc[0, "covered_persons"] == most_served(asked().existing)
    assert frontier.loc[2, "covered_persons"] == tables["plans"]["served_persons"].iloc[0]
    assert "places count" in note(tables, "frontier_room")
    assert "frontier_room" not in set(tables_of(sites=1, moves=1)["notes"]["key"])


def test_villages_without_persons_are_none_of_those_served_whole() -> None:
    found = tables_of(sites=2, capacity=True)
    row = found["plans"].iloc[0]
    villages = found["villages"]
    whole = villages["served_persons"].eq(villages["persons"]) & (villages["persons"] > 0)
    lived = int((villages["persons"] > 0).sum())

    assert lived < row["total_places"]
    assert row["served_places"] == whole.sum()
    frontier = found["frontier"].set_index("sites")
    assert frontier.loc[2, "covered_places"] == whole.sum()
    told = " ".join(map(str, found["notes"]["zh"]))
    assert f"有服务对象的 {lived} 个村（社区）中，{whole.sum()} 个全部得到安排" in told
    assert f"另有 {row['total_places'] - lived} 个没有服务对象或人数不详" in told
    assert f"尚有 {lived - whole.sum()} 个村（社区）的人没有全部安排名额" in told
    assert "按安排人数、再按总路程比较，" in told


def test_a_median_with_places_is_that_of_the_function() -> None:
    shut = ("C01", "C03")
    tables = tables_of(model="p_median", sites=8, coverable=True, capacity=True, forbidden=shut)
    row = tables["plans"].iloc[0]
    lost = asked().matrix.origin_ids.index("990101005204")  # no site can be reached from there
    assert np.isinf(asked().matrix.dense()[lost]).all()
    kept = [one for one in asked().matrix.origin_ids if one != "990101005204"]
    request = asked().of_villages(kept)
    room = {one: capacities()[one] for one in request.matrix.destination_ids}
    found = p_median(
        request.matrix, request.persons, sites=8, capacity=room, existing=request.existing,
        forbidden=shut,
    )  # fmt: skip
    assert (row["chosen"], row["objective"]) == (";".join(found.chosen), found.objective)
    assert row["served_persons"] == row["total_persons"]
    assert len(tables["flows"]) == len(found.flows if found.flows is not None else ())


def test_too_few_places_for_everybody_are_told_with_the_difference() -> None:
    with pytest.raises(InfeasibleError) as caught:
        tables_of(model="p_median", sites=2, coverable=True, capacity=True)
    found = caught.value.obstacles
    assert isinstance(found, Obstacles)
    assert (found.room, found.persons) == (24 + 20 + 12 + 15 + 2 * 10, 151.0)


def test_sites_whose_places_are_not_known_are_all_named_and_none_is_guessed() -> None:
    study = plain_study()
    places = study.facilities["capacity"].where(
        ~study.facilities["facility_id"].isin(["C04", "C07", "F02", "F04", "F09"])
    )
    holes = replace(study, facilities=study.facilities.assign(capacity=places))
    with pytest.raises(InputError) as caught:
        answered(holes, sites=1, capacity=True)
    (one,) = caught.value.faults
    # F04 is not known to offer the service, and F09 surely admits nobody: neither is asked for.
    assert one.column == "--capacity"
    assert re.findall(r"[CF][0-9]{2}", one.rule) == ["C04", "C07", "F02"]
    assert re.findall(r"[CF][0-9]{2}", one.rule_zh) == ["C04", "C07", "F02"]
    assert "乌有镇残疾人之家" in one.rule_zh
    assert "Wuyou Home of Disabled Persons" in one.rule
    filled = places.where(study.facilities["facility_id"] != "F02", 20.0)
    rest = replace(study, facilities=study.facilities.assign(capacity=filled))
    row = answered(rest, sites=1, capacity=True, forbidden=("C04", "C07"))["plans"].iloc[0]
    own = {name: value for name, value in capacities().items() if name in asked().zones}
    room = {one: own.get(one, 15.0) for one in asked().matrix.destination_ids}
    found = maximal_covering(
        asked().matrix, asked().persons, sites=1, limit=LIMIT, capacity=room | {"F09": 0.0},
        existing=asked().existing, forbidden=("C04", "C07"),
    )  # fmt: skip
    assert (row["chosen"], row["served_persons"]) == (";".join(found.chosen), found.objective)


def test_places_are_not_spoken_of_where_they_do_not_count() -> None:
    tables = tables_of(sites=1, moves=1)
    row = tables["plans"].iloc[0]
    assert row[["capacity", "served_places", "served_persons"]].isna().all()
    assert tables["flows"].empty
    assert tables["sites"]["capacity"].isna().all()
    assert "room" not in set(tables["notes"]["key"])


# ---- a second site, and the clock ----


def test_backup_covering_tells_villages_and_persons_with_two_sites() -> None:
    tables = tables_of(model="backup_covering", sites=2)
    row = tables["plans"].iloc[0]
    opened = [*asked().existing, *str(row["chosen"]).split(";")]
    twice = [
        one
        for one in asked().matrix.origin_ids
        if sum(one in near()[site] for site in opened) > 1
    ]  # fmt: skip
    assert row["backup_places"] == len(twice)
    assert row["backup_persons"] == row["objective"] == asked().persons[twice].sum()
    (english,) = (
        one for one in tables["notes"]["en"] if "two or more open sites" in one
    )  # fmt: skip
    (chinese,) = (one for one in tables["notes"]["zh"] if "两处以上" in one)
    for text in (english.replace("two", ""), chinese):
        assert numbers(text)[-2:] == sorted([row["backup_places"], row["backup_persons"]])
    assert np.isnan(tables_of(sites=1, moves=1)["plans"]["backup_persons"].iloc[0])


@pytest.mark.parametrize(
    "wishes",
    [
        {"model": "floor_covering", "sites": 5, "floor": 0.8},
        {"model": "backup_covering", "sites": 3, "apart_km": 7.0},
    ],
)
def test_a_clock_that_leaves_no_plan_at_all_is_told_by_its_option(wishes: dict[str, Any]) -> None:
    assert refused(seconds=0.0, **wishes) == [("--time-limit", "0")]
