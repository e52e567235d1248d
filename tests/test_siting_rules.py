"""Rules on which sites may stand together, by counting and measuring each choice of sites."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.siting.rules import Rule, RuleRows, SiteRules, rule_rows
from wushan_geo.travel.matrix import TravelMatrix

SITES = ("G", "H", "J", "K", "L")
ZONES = {"G": "T1", "H": "T1", "J": "T2", "K": "T2", "L": "T3"}
WAYS = [
    [0, 5, 9, 9, 9],
    [7, 0, 6, 9, 9],
    [9, 4, 0, 9, 2],
    [9, 9, 9, 0, 9],
    [9, 9, 9, 3, 0],
]  # fmt: skip


def between(ways: Any = WAYS, sites: tuple[str, ...] = SITES) -> TravelMatrix:
    return TravelMatrix(sites, sites, "m", ways)


def rows(rules: SiteRules | None, *existing: str, sites: tuple[str, ...] = SITES) -> RuleRows:
    return rule_rows(
        rules, candidates=[one for one in sites if one not in existing], existing=existing
    )


def told(found: RuleRows) -> list[tuple[str, str, float]]:
    return [(one.kind, one.subject, one.number) for one in found.rules]


def test_a_number_is_the_rule_of_every_township_that_is_named() -> None:
    rules = SiteRules(zones=ZONES, at_least=1, at_most=2)

    assert rules.numbers() == ({"T1": 1, "T2": 1, "T3": 1}, {"T1": 2, "T2": 2, "T3": 2})


def test_a_mapping_leaves_the_other_townships_free() -> None:
    most: Any = {"T1": 0, "T3": np.int64(1)}
    rules = SiteRules(zones=ZONES, at_least={"T2": 1}, at_most=most)

    assert rules.numbers() == ({"T2": 1}, {"T1": 0, "T3": 1})
    assert told(rows(rules)) == [("at_most", "T1", 0), ("at_least", "T2", 1), ("at_most", "T3", 1)]


def test_existing_sites_are_counted_already() -> None:
    found = rows(SiteRules(zones=ZONES, at_least=1, at_most=1), "G", "K")

    assert [one.subject for one in found.rules] == ["T1", "T1", "T2", "T2", "T3", "T3"]
    assert found.lower.tolist() == [0, -np.inf, 0, -np.inf, 1, -np.inf]
    assert found.upper.tolist() == [np.inf, 0, np.inf, 0, np.inf, 1]
    assert found.matrix.toarray().tolist() == [
        [1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1],
    ]  # fmt: skip


def test_more_existing_sites_than_allowed_make_a_bound_below_nothing() -> None:
    found = rows(SiteRules(zones=ZONES, at_most={"T1": 1}), "G", "H")

    assert found.upper.tolist() == [-1]
    assert [str(one) for one in found.broken(np.zeros(3, dtype=bool))] == [
        "at most 1 open sites in T1"
    ]


def test_two_sites_are_apart_by_the_shorter_way_and_exactly_so_far_is_far_enough() -> None:
    five = rows(SiteRules(apart=5, between=between()))
    assert told(five) == [
        ("apart", "H + J", 5), ("apart", "J + L", 5), ("apart", "K + L", 5)
    ]  # fmt: skip
    assert five.upper.tolist() == [1, 1, 1]
    more = rows(SiteRules(apart=5.001, between=between()))
    assert told(more)[0] == ("apart", "G + H", 5.001)
    assert told(rows(SiteRules(apart=2, between=between()))) == []
    assert told(rows(SiteRules(apart=0, between=between(np.zeros((5, 5)))))) == []


def test_sites_that_no_way_joins_are_far_apart() -> None:
    ways = np.full((2, 2), np.inf)
    np.fill_diagonal(ways, 0.0)
    found = rows(SiteRules(apart=1e6, between=between(ways, ("G", "H"))), sites=("G", "H"))

    assert told(found) == []


def test_a_candidate_near_existing_sites_is_barred_once_and_existing_ones_stay() -> None:
    rules = SiteRules(apart=6, between=between())
    found = rows(rules, "J", "L")

    # G and H are 5 apart, H and J 4, K and L 3; that J and L are 2 apart is as it is.
    assert told(found) == [
        ("apart", "G + H", 6),
        ("apart_existing", "H + J", 6),
        ("apart_existing", "K + L", 6),
    ]
    assert found.matrix.toarray().tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert found.upper.tolist() == [1, 0, 0]
    both = rows(SiteRules(apart=8, between=between()), "G", "J")
    assert told(both) == [("apart", "K + L", 8), ("apart_existing", "H + G", 8),
                          ("apart_existing", "L + J", 8)]  # fmt: skip


def broken(
    rules: SiteRules, chosen: set[str], existing: set[str], ways: Any
) -> set[tuple[str, str]]:
    """Name broken rules by counting and measuring."""
    opened = chosen | existing
    least, most = rules.numbers()
    count = {zone: sum(ZONES[one] == zone for one in opened) for zone in ZONES.values()}
    found = {("at_least", zone) for zone in least if count[zone] < least[zone]}
    found |= {("at_most", zone) for zone in most if count[zone] > most[zone]}
    for one, other in itertools.combinations(sorted(opened), 2):
        at, to = SITES.index(one), SITES.index(other)
        if min(ways[at][to], ways[to][at]) < (rules.apart or 0):
            if one in chosen and other in chosen:
                found.add(("apart", f"{one} + {other}"))
            elif one in chosen or other in chosen:
                found.add(("apart_existing", one if one in chosen else other))
    return found


def test_the_rules_that_a_choice_breaks_are_those_found_by_counting() -> None:
    rng = np.random.default_rng(3)
    seen = set()
    for _ in range(25):
        ways = rng.integers(0, 9, (5, 5))
        rules = SiteRules(
            zones=ZONES,
            at_least={"T1": int(rng.integers(0, 2)), "T2": 1},
            at_most=int(rng.integers(1, 3)),
            apart=int(rng.integers(0, 7)),
            between=between(ways),
        )
        existing = {one for one in SITES if rng.random() < 0.3}
        candidates = [one for one in SITES if one not in existing]
        found = rule_rows(rules, candidates=candidates, existing=sorted(existing))
        for inside in itertools.product((False, True), repeat=len(candidates)):
            chosen = {one for one, yes in zip(candidates, inside, strict=True) if yes}
            named = {
                (one.kind, one.subject[0] if one.kind == "apart_existing" else one.subject)
                for one in found.broken(np.array(inside, dtype=bool))
            }
            assert named == broken(rules, chosen, existing, ways)
            seen |= {kind for kind, _ in named}
    assert seen == {"at_least", "at_most", "apart", "apart_existing"}


def test_no_rules_are_no_rows_for_any_number_of_candidates() -> None:
    for rules in (None, SiteRules(), SiteRules(zones=ZONES)):
        for sites in (SITES, ()):
            found = rows(rules, sites=sites)
            assert found.matrix.shape == (0, len(sites))
            assert found.lower.size == found.upper.size == len(found.rules) == 0
            assert found.broken(np.ones(len(sites), dtype=bool)) == ()


def test_rules_can_be_made_again_from_rules() -> None:
    rules = SiteRules(apart=5, between=between())
    again = replace(rules, apart=6)
    assert (again.apart, again.numbers()) == (6.0, ({}, {}))
    full = SiteRules(zones=ZONES, at_least={"T2": 1}, at_most=2)
    assert replace(full, at_least={}).numbers() == ({}, dict.fromkeys(("T1", "T2", "T3"), 2))


def test_townships_and_sites_may_have_numbers_for_ids() -> None:
    rules = SiteRules(zones={1: 10, "2": 10}, at_most={10: 1})
    found = rule_rows(rules, candidates=("1", "2"), existing=())

    assert told(found) == [("at_most", "10", 1)]
    assert found.matrix.toarray().tolist() == [[1, 1]]


def test_rules_do_not_hold_the_mappings_they_were_given() -> None:
    zones, most = dict(ZONES), {"T1": 1}
    rules = SiteRules(zones=zones, at_most=most)
    zones["G"] = "T9"
    most["T1"] = 9
    rules.numbers()[1]["T1"] = 7

    assert rules.zones["G"] == "T1"
    assert rules.numbers()[1] == {"T1": 1}


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        ({"at_least": 1}, UnknownIdError, "at_least needs the township of every site in zones"),
        ({"at_most": {"T1": 1}}, UnknownIdError, "none called T1"),
        ({"zones": ZONES, "at_least": {"T9": 1}}, UnknownIdError, "none called T9"),
        ({"zones": ZONES, "at_most": -1}, ParameterError, "at least 0. Got -1"),
        ({"zones": ZONES, "at_most": 1.0}, ParameterError, r"whole numbers .* Got 1\.0"),
        ({"zones": ZONES, "at_most": True}, ParameterError, "Got True"),
        ({"zones": ZONES, "at_least": False}, ParameterError, "Got False"),
        ({"zones": ZONES, "at_least": "1"}, ParameterError, "Got '1'"),
        ({"zones": ZONES, "at_least": 2, "at_most": {"T2": 1}}, ParameterError, "above .* T2"),
        ({"apart": 5}, ParameterError, "belong together"),
        ({"between": between()}, ParameterError, "belong together"),
        ({"apart": -1, "between": between()}, ParameterError, "apart"),
        ({"apart": float("nan"), "between": between()}, ParameterError, "apart"),
    ],
)
def test_what_makes_no_rule_is_refused(wrong: dict[str, Any], kind: type, message: str) -> None:
    with pytest.raises(kind, match=message):
        SiteRules(**wrong)


def test_a_site_without_a_township_is_named_where_a_rule_needs_it() -> None:
    zones = {"G": "T1", "H": "T1"}
    with pytest.raises(UnknownIdError, match="these sites stand: J, K, L"):
        rows(SiteRules(zones=zones, at_most=1))
    with pytest.raises(UnknownIdError, match="these sites stand: K"):
        rule_rows(SiteRules(zones=zones, at_most=1), candidates=("G",), existing=("K",))
    assert rows(SiteRules(zones=zones)).rules == ()


def test_a_site_without_distances_is_named() -> None:
    with pytest.raises(UnknownIdError, match="between"):
        rows(SiteRules(apart=1, between=between([[0, 1], [1, 0]], ("G", "H"))))


def test_every_rule_has_its_sentence() -> None:
    assert str(Rule("apart", "G + H", 2.5)) == "G + H are nearer than 2.5 to each other"
    assert str(Rule("apart_existing", "G + H", 2)) == "G + H (existing) are nearer than 2"
    assert str(Rule("at_least", "T1", 1)) == "at least 1 open sites in T1"
