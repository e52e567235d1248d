"""Reductions and the exact search of coverings, against trying out all plans."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wushan_geo.siting.covers import reductions
from wushan_geo.siting.covers.cover_number import cover_number
from wushan_geo.siting.covers.cover_search import first_of, least, possible_columns
from wushan_geo.siting.covers.reductions import Covering, contained, containing, parts_of, reduced
from wushan_geo.siting.rules import SiteRules, rule_rows
from wushan_geo.siting.ties import Clock

if TYPE_CHECKING:
    from numpy.typing import NDArray


def random_covering(seed: int) -> Covering:
    """Draw a small covering with needs, weights and bars, and many ties."""
    draw = np.random.default_rng(seed)
    rows, columns = int(draw.integers(1, 9)), int(draw.integers(2, 10))
    table = draw.random((rows, columns)) < draw.choice([0.3, 0.5, 0.7])
    bars = (draw.random((int(draw.integers(0, 3)), columns)) < 0.5).astype(np.int64)
    bars *= draw.integers(1, 3, columns)
    return Covering(
        table=table,
        need=draw.choice([1, 1, 1, 2], rows),
        weights=draw.integers(1, draw.choice([2, 5]), columns),
        bars=bars,
        most=draw.integers(1, 4, bars.shape[0]),
    )


def all_best(whole: Covering) -> tuple[int, list[NDArray[np.bool_]]]:
    """Try out every plan; give the least weight, and its plans in the order of the rule on ties."""
    plans = [np.array(one, dtype=bool) for one in product([True, False], repeat=whole.weights.size)]
    plans = [one for one in plans if whole.keeps(one)]
    if not plans:
        return -1, []
    best = min(int(whole.weights[one].sum()) for one in plans)
    return best, [one for one in plans if whole.weights[one].sum() == best]


@pytest.mark.parametrize("seed", range(36))
def test_the_search_agrees_with_trying_out_all_plans(seed: int) -> None:
    whole = random_covering(seed)
    best, plans = all_best(whole)
    found = least(whole, Clock(None))

    if not plans:
        assert (found.plan, found.proven) == (None, True)
        return
    assert found.plan is not None
    assert whole.keeps(found.plan)
    assert (int(whole.weights[found.plan].sum()), found.bound, found.proven) == (best, best, True)
    first = first_of(whole, found.plan, Clock(None))
    assert first.plan is not None
    assert first.plan.tolist() == plans[0].tolist()
    assert (first.proven, first.alternatives) == (True, len(plans) > 1)
    inside = possible_columns(whole, best, Clock(None))
    assert not any((one & ~inside).any() for one in plans)
    for at_most in (best - 1, best, best + 1):
        asked = least(whole, Clock(None), at_most)
        assert asked.proven
        if asked.plan is not None and whole.weights[asked.plan].sum() <= at_most:
            assert at_most >= best
        else:
            assert asked.bound > at_most
            assert at_most < best


@pytest.mark.parametrize("seed", range(36))
@pytest.mark.parametrize("columns", [False, True])
def test_what_is_left_out_changes_nothing(seed: int, *, columns: bool) -> None:
    whole = random_covering(seed)
    best, plans = all_best(whole)
    small = reduced(whole, columns=columns)

    if not small.possible:
        assert not plans
        return
    rest, some = all_best(small.rest)
    if not plans:
        assert not some
        return
    assert best == rest + int(whole.weights[small.settled].sum())
    if not columns:
        assert len(some) == len(plans)


@pytest.mark.parametrize("seed", range(10))
def test_sets_are_compared_in_bits_as_by_one_product(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(seed)
    sets = draw.random((30, int(draw.integers(1, 90)))) < draw.choice([0.05, 0.3, 0.9])
    value, free = draw.integers(1, 3, 30), draw.random(30) < 0.8
    before = (containing(sets, value), contained(sets, value, free))
    monkeypatch.setattr(reductions, "DENSE", 0.0)
    after = (containing(sets, value), contained(sets, value, free))

    inside = [[bool((~one | other).all()) for other in sets] for one in sets]
    for at in range(30):
        assert before[0][at] == any(
            inside[k][at]
            and value[k] >= value[at]
            and (not inside[at][k] or (value[k], -k) > (value[at], -at))
            for k in range(30)
            if k != at
        )
        assert before[1][at] == (
            free[at]
            and any(
                inside[at][k]
                and value[k] <= value[at]
                and (not inside[k][at] or (value[k], k) < (value[at], at))
                for k in range(30)
                if k != at
            )
        )
    assert np.array_equal(before[0], after[0])
    assert np.array_equal(before[1], after[1])


def test_parts_share_nothing() -> None:
    table = np.array([[True, True, False, False], [False, False, True, False]])
    none = np.zeros((0, 4), dtype=np.int64)

    assert [one.tolist() for one in parts_of(table, none)] == [[0, 1], [2]]
    joined = np.array([[1, 0, 1, 0]])
    assert [one.tolist() for one in parts_of(table, joined)] == [[0, 1, 2]]


def test_the_number_of_columns_by_hand() -> None:
    near = np.array([[True, True, False], [False, True, True], [True, False, True]])
    free, none = (
        rule_rows(None, candidates=("G", "H", "J"), existing=()),
        np.empty(0, dtype=np.intp),
    )
    clock = Clock(None)

    found = cover_number(near, free, none, None, clock)
    assert (found.columns.size, found.least, found.proven) == (2, 2, True)
    no = cover_number(near, free, none, 1, clock)
    assert (no.proven, no.least) == (True, 2)
    given = cover_number(near, free, np.array([2]), None, clock)
    assert (given.columns.size, 2 in given.columns, given.least) == (2, True, 2)
    shut = cover_number(near & [True, False, False], free, none, None, clock)
    assert (shut.columns.size, shut.least, shut.proven) == (0, 4, True)
    nothing = cover_number(near[:0], free, none, None, clock)
    assert (nothing.columns.size, nothing.least, nothing.proven) == (0, 0, True)
    rules = SiteRules(zones={"G": "T", "H": "T", "J": "T"}, at_most=1)
    barred = rule_rows(rules, candidates=("G", "H", "J"), existing=())
    assert cover_number(near, barred, none, None, clock).least == 4


def test_a_search_stopped_at_once_has_a_plan_and_a_bound() -> None:
    draw = np.random.default_rng(3)
    table = draw.random((60, 40)) < 0.1
    table[:, 0] |= ~table.any(axis=1)
    ones = np.ones(60, dtype=np.int64)
    whole = Covering(table, ones, ones[:40], np.zeros((0, 40), dtype=np.int64), ones[:0])
    stopped, ended = least(whole, Clock(0.0)), least(whole, Clock(None))

    assert stopped.plan is not None
    assert ended.plan is not None
    assert whole.keeps(stopped.plan)
    assert stopped.bound <= ended.plan.sum() <= stopped.plan.sum()
