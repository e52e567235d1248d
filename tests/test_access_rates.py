"""Rates of few persons: intervals, smoothing and ranks, against plain loops and scipy."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wushan_geo.access.rates import rank_with_intervals, rates, smoothed_rates, wilson_interval
from wushan_geo.errors import ParameterError, UnknownIdError

INF, NAN = math.inf, math.nan
quick = settings(max_examples=40, deadline=None)

UNITS = st.lists(
    st.integers(0, 30).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))),
    min_size=1,
    max_size=8,
)
ENDS = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 0.9, 1.0])
INTERVALS = st.lists(
    st.one_of(st.tuples(ENDS, ENDS).map(sorted), st.just([NAN, NAN])), min_size=1, max_size=8
)
Spread = Literal["binomial", "poisson"]


def two(pairs: list[Any]) -> tuple[dict[str, float], dict[str, float]]:
    ids = [f"u{at}" for at in range(len(pairs))]
    first = {one: float(pair[0]) for one, pair in zip(ids, pairs, strict=True)}
    return first, {one: float(pair[1]) for one, pair in zip(ids, pairs, strict=True)}


# Intervals


@quick
@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
@example(0, 1, 0.95)
@example(0, 40, 0.95)
def test_the_interval_is_that_of_scipy(one: int, two: int, confidence: float) -> None:
    from scipy.stats import binomtest

    count, of = min(one, two), max(one, two, 1)
    found = wilson_interval(count, of, confidence=confidence)
    expected = binomtest(count, of).proportion_ci(confidence, method="wilson")
    assert found.low == pytest.approx(expected.low, abs=1e-12)
    assert found.high == pytest.approx(expected.high, abs=1e-12)
    assert found.rate == count / of
    assert 0 <= found.low <= found.rate <= found.high <= 1


def test_an_interval_by_hand() -> None:
    # 1 of 2 with z = 1.959964: middle 1/2, half z sqrt(1/8 + z^2/16) / (1 + z^2/2).
    z = 1.959963984540054
    half = z * math.sqrt(1 / 8 + z * z / 16) / (1 + z * z / 2)
    found = wilson_interval(1, 2, confidence=0.95)
    assert found.low == pytest.approx(0.5 - half, abs=1e-15)
    assert found.high == pytest.approx(0.5 + half, abs=1e-15)


@pytest.mark.parametrize("of", [1, 2, 3, 4, 5, 14, 1001])
def test_of_none_and_of_all_the_ends_are_exact(of: int) -> None:
    none, everybody = (wilson_interval(n, of, confidence=0.95) for n in (0, of))
    assert (none.rate, none.low, everybody.rate, everybody.high) == (0.0, 0.0, 1.0, 1.0)
    assert none.high == pytest.approx(1 - everybody.low, abs=1e-15)
    assert none.high > 0


def test_more_persons_and_less_confidence_make_an_interval_narrower() -> None:
    wide = wilson_interval(2, 4, confidence=0.95)
    for other in (
        wilson_interval(200, 400, confidence=0.95),
        wilson_interval(2, 4, confidence=0.8),
    ):
        assert other.rate == wide.rate
        assert wide.low < other.low < other.high < wide.high


def test_nobody_has_no_rate() -> None:
    found = wilson_interval(0, 0, confidence=0.95)
    assert all(math.isnan(one) for one in (found.rate, found.low, found.high))


@pytest.mark.parametrize(
    ("count", "of", "confidence", "words"),
    [
        (3, 2, 0.95, "count must be at most of"),
        (-1, 2, 0.95, "count must be a finite number of at least 0"),
        (1, NAN, 0.95, "of must be a finite number of at least 0"),
        (1, INF, 0.95, "of must be a finite number"),
        (1, 2, 0, "confidence must lie between 0 and 1"),
        (1, 2, 1, "confidence must lie between 0 and 1"),
        (1, 2, 95, "confidence must lie between 0 and 1"),
        (1, 2, NAN, "confidence must be a finite number"),
        (True, 2, 0.95, "count must be a finite number"),
    ],
)
def test_what_is_no_count_or_no_confidence_is_refused(
    count: Any, of: Any, confidence: Any, words: str
) -> None:
    with pytest.raises(ParameterError, match=words):
        wilson_interval(count, of, confidence=confidence)


@quick
@given(UNITS)
def test_the_table_holds_the_interval_of_each_unit(units: list[tuple[int, int]]) -> None:
    count, of = two(units)
    found = rates(count, of, confidence=0.9, small_below=10)
    assert list(found.index) == list(count)
    for one, row in found.iterrows():
        alone = wilson_interval(count[str(one)], of[str(one)], confidence=0.9)
        expected = [alone.rate, alone.low, alone.high]
        assert row[["rate", "low", "high"]].tolist() == pytest.approx(expected, nan_ok=True)
        assert row["small"] == (of[str(one)] < 10)
        assert row["known"]


def test_no_data_is_neither_a_rate_of_zero_nor_nobody() -> None:
    count = {"none": 0, "nobody": 0, "unknown": NAN, "unasked": 3}
    of = {"none": 9, "nobody": 0, "unknown": 9, "unasked": NAN}
    found = rates(count, of, confidence=0.95, small_below=10)
    assert found["known"].to_dict() == {
        "none": True, "nobody": True, "unknown": False, "unasked": False,
    }  # fmt: skip
    assert found["rate"].isna().tolist() == [False, True, True, True]
    assert found["small"].tolist() == [True, True, False, False]
    assert found.loc["none", "rate"] == 0.0
    assert found.attrs == {"confidence": 0.95, "small_below": 10.0}
    smooth = smoothed_rates(count, of, confidence=0.95, small_below=10, variance="binomial")
    assert smooth["smoothed"].isna().tolist() == [False, True, True, True]


def test_a_unit_is_small_below_the_number_and_not_at_it() -> None:
    found = rates({"a": 1, "b": 1}, {"a": 9, "b": 10}, confidence=0.95, small_below=10)
    assert found["small"].tolist() == [True, False]


# Smoothing


def plain_smoothed(units: list[tuple[float, float]], variance: Spread) -> list[float]:
    """Spell out the method of moments over the units that have persons."""
    some = [(y, n) for y, n in units if n > 0]
    if not some:
        return [NAN] * len(units)
    everyone = sum(n for _, n in some)
    m = sum(y for y, _ in some) / everyone
    s2 = sum(n * (y / n - m) ** 2 for y, n in some) / everyone
    mean = everyone / len(some)
    if variance == "poisson":
        a = max(0.0, s2 - m / mean)
    elif mean <= 1:
        a = 0.0
    else:
        a = max(0.0, (s2 - m * (1 - m) / mean) / (1 - 1 / mean))
    found = []
    for y, n in units:
        if n == 0:
            found.append(NAN)
            continue
        chance = m if variance == "poisson" else m * (1 - m) - a
        w = a / (a + chance / n) if a > 0 else 0.0
        found.append(m + w * (y / n - m))
    return found


@quick
@given(UNITS, st.sampled_from(["binomial", "poisson"]))
@example([(0, 5), (0, 9)], "binomial")
@example([(5, 5), (0, 9)], "binomial")
@example([(1, 1), (0, 1)], "binomial")
def test_smoothing_is_that_of_a_plain_loop(units: list[tuple[int, int]], variance: Spread) -> None:
    count, of = two(units)
    found = smoothed_rates(count, of, confidence=0.95, small_below=5, variance=variance)
    expected = plain_smoothed([(float(y), float(n)) for y, n in units], variance)
    assert found["smoothed"].tolist() == pytest.approx(expected, abs=1e-12, nan_ok=True)
    known = found.dropna()
    assert ((known["weight"] >= 0) & (known["weight"] <= 1)).all()
    between = known[["rate", "common"]]
    assert (known["smoothed"] >= between.min(axis=1) - 1e-12).all()
    assert (known["smoothed"] <= between.max(axis=1) + 1e-12).all()


def test_the_binomial_weights_are_those_of_the_published_formula() -> None:
    # Written as Martuzzi & Elliott's weight: (n s2 - n/mean q) / ((n - 1) s2 + (mean - n)/mean q).
    units = [(2.0, 2.0), (30.0, 100.0), (90.0, 100.0), (3.0, 20.0)]
    count, of = two(units)
    found = smoothed_rates(count, of, confidence=0.95, small_below=5, variance="binomial")
    n = np.array([one for _, one in units])
    r = np.array([y / one for y, one in units])
    m = (r * n).sum() / n.sum()
    s2, mean, q = (n * (r - m) ** 2).sum() / n.sum(), n.mean(), m * (1 - m)
    rho = (n * s2 - n / mean * q) / ((n - 1) * s2 + (mean - n) / mean * q)
    assert found["weight"].tolist() == pytest.approx(rho.tolist(), abs=1e-12)
    assert found["common"].tolist() == pytest.approx([m] * 4)


def test_the_fewer_persons_the_more_a_rate_is_drawn_in() -> None:
    count, of = (
        {"few": 2, "some": 20, "many": 200, "low": 20},
        {"few": 2, "some": 20, "many": 200, "low": 200},
    )
    found = smoothed_rates(count, of, confidence=0.95, small_below=5, variance="binomial")
    assert found.loc["few", "smoothed"] < found.loc["some", "smoothed"]
    assert found.loc["some", "smoothed"] < found.loc["many", "smoothed"] < 1
    assert found["rate"].tolist() == [1.0, 1.0, 1.0, 0.1]


def test_units_that_differ_by_chance_alone_get_the_common_rate() -> None:
    found = smoothed_rates(
        {"a": 1, "b": 2}, {"a": 3, "b": 5}, confidence=0.95, small_below=5, variance="poisson"
    )
    assert found["weight"].tolist() == [0.0, 0.0]
    assert found["smoothed"].tolist() == [0.375, 0.375]
    alike = smoothed_rates(
        {"a": 50, "b": 50}, {"a": 100, "b": 100}, confidence=0.9, small_below=5, variance="binomial"
    )
    assert alike["smoothed"].tolist() == [0.5, 0.5]


def test_the_kind_of_chance_matters() -> None:
    units = [(60, 100), (90, 100), (75, 100)]
    count, of = two(units)
    poisson, binomial = (
        smoothed_rates(count, of, confidence=0.95, small_below=5, variance=one)["weight"]
        for one in ("poisson", "binomial")
    )
    assert (poisson < binomial).all()


def test_rates_are_drawn_towards_their_own_larger_unit() -> None:
    count = {"a": 9, "b": 2, "c": 1, "d": 40, "e": 0, "f": 3}
    of = {"a": 10, "b": 10, "c": 10, "d": 50, "e": 50, "f": 5}
    parents = pd.Series({"f": 7, "e": 2, "d": 2, "c": 1, "b": 1, "a": 1})
    found = smoothed_rates(
        count, of, confidence=0.95, small_below=5, variance="binomial", parents=parents
    )
    first = plain_smoothed([(9, 10), (2, 10), (1, 10)], "binomial")
    second = plain_smoothed([(40, 50), (0, 50)], "binomial")
    assert found["smoothed"].tolist() == pytest.approx([*first, *second, 0.6])
    assert found["common"].tolist() == pytest.approx([0.4] * 3 + [0.4] * 2 + [0.6])
    assert found.loc["f", "weight"] == 0.0  # alone in its larger unit
    whole = smoothed_rates(count, of, confidence=0.95, small_below=5, variance="binomial")
    assert (whole["smoothed"] != found["smoothed"]).all()
    assert found.attrs["variance"] == "binomial"


@quick
@given(UNITS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_change_a_single_bit(
    units: list[tuple[int, int]], chance: Any
) -> None:
    count, of = two(units)
    rows = list(count)
    chance.shuffle(rows)
    options: dict[str, Any] = {"confidence": 0.95, "small_below": 5, "variance": "binomial"}
    found = smoothed_rates(count, of, **options)
    mixed = smoothed_rates({one: count[one] for one in rows}, pd.Series(of), **options)
    assert list(mixed.index) == rows
    pd.testing.assert_frame_equal(mixed.loc[list(found.index)], found, check_exact=True)


@pytest.mark.parametrize(
    ("count", "of", "error", "words"),
    [
        ({"a": -1}, {"a": 2}, ParameterError, "count must be a number of at least 0; not so for a"),
        ({"a": INF}, {"a": INF}, ParameterError, "of must be a number of at least 0; not so for a"),
        ({"a": 3, "b": 1}, {"a": 2, "b": 1}, ParameterError, "more than what it is of for a"),
        ({"a": 3}, {"a": 3, "b": 1}, UnknownIdError, "of names more than the others: b"),
        ({"a": 3, "b": 1}, {"a": 3}, UnknownIdError, "of is missing for b"),
        ([1], {"a": 3}, ParameterError, "count must be a Series with the ids"),
        ({"a": 3}, pd.DataFrame({"a": [3]}), ParameterError, "of must be a Series with the ids"),
    ],
)
def test_counts_that_cannot_be_are_refused_by_name(
    count: Any, of: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        rates(count, of, confidence=0.95, small_below=5)
    with pytest.raises(error, match=words):
        smoothed_rates(count, of, confidence=0.95, small_below=5, variance="poisson")


def test_options_out_of_range_are_refused() -> None:
    count, of = {"a": 1}, {"a": 2}
    wrong: Any = "normal"
    with pytest.raises(ParameterError, match="variance must be"):
        smoothed_rates(count, of, confidence=0.95, small_below=5, variance=wrong)
    with pytest.raises(ParameterError, match="small_below must be"):
        rates(count, of, confidence=0.95, small_below=-1)
    with pytest.raises(ParameterError, match="confidence must"):
        rates(count, of, confidence=1.0, small_below=5)
    with pytest.raises(UnknownIdError, match="parents is missing for a"):
        smoothed_rates(
            count, of, confidence=0.95, small_below=5, variance="poisson", parents={"b": "x"}
        )


# Ranks


def plain_ranks(intervals: list[list[float]], first: str) -> list[list[int | None]]:
    """Compare each unit with each other."""
    known = [one for one in intervals if not math.isnan(one[0])]

    def ahead(one: list[float], other: list[float]) -> bool:
        return one[0] > other[1] if first == "high" else one[1] < other[0]

    rows: list[list[int | None]] = []
    for mine in intervals:
        if math.isnan(mine[0]):
            rows.append([None] * 4)
            continue
        best = 1 + sum(ahead(other, mine) for other in known)
        worst = len(known) - sum(ahead(mine, other) for other in known)
        overlaps = sum(mine[0] <= other[1] and other[0] <= mine[1] for other in known) - 1
        rows.append([best, worst, best if overlaps == 0 else None, overlaps])
    return rows


@quick
@given(INTERVALS, st.sampled_from(["high", "low"]))
def test_ranks_are_those_of_a_plain_loop(
    intervals: list[list[float]], first: Literal["high", "low"]
) -> None:
    low, high = two(intervals)
    found = rank_with_intervals(low, high, first=first)
    rows = [
        [None if pd.isna(one) else int(one) for one in row]
        for row in found[["best", "worst", "rank", "overlaps"]].to_numpy(dtype=object)
    ]
    assert rows == plain_ranks(intervals, first)
    ranked = found["rank"].dropna()
    assert ranked.is_unique
    assert list(found.index) == list(low)


def test_units_whose_intervals_touch_share_a_range_of_ranks() -> None:
    low = {"a": 0.7, "b": 0.5, "c": 0.1, "d": 0.4}
    high = {"a": 0.9, "b": 0.7, "c": 0.2, "d": 0.45}
    found = rank_with_intervals(low, high, first="high")
    assert found["best"].tolist() == [1, 1, 4, 3]
    assert found["worst"].tolist() == [2, 2, 4, 3]
    assert found["rank"].isna().tolist() == [True, True, False, False]
    turned = rank_with_intervals(low, high, first="low")
    assert turned["best"].tolist() == [3, 3, 1, 2]


def test_a_unit_without_data_is_never_ranked_and_counts_for_no_other() -> None:
    low, high = {"a": 0.1, "b": NAN, "c": 0.5}, {"a": 0.2, "b": NAN, "c": 0.6}
    found = rank_with_intervals(low, high, first="high")
    assert found.loc["b"].isna().all()
    assert found.loc[["a", "c"], "rank"].tolist() == [2, 1]
    nothing = rank_with_intervals({"a": NAN}, {"a": NAN}, first="high")
    assert nothing.isna().all(axis=None)
    assert rank_with_intervals({}, {}, first="low").empty


def test_rates_of_small_villages_are_not_a_ranking() -> None:
    table = rates(
        {"a": 0, "b": 1, "c": 3, "d": 180, "e": 20, "f": NAN},
        {"a": 2, "b": 2, "c": 3, "d": 200, "e": 200, "f": 5},
        confidence=0.95,
        small_below=10,
    )
    found = rank_with_intervals(table["low"], table["high"], first="high")
    assert found["rank"].isna().all()  # the three small ones overlap with everything
    large = table.loc[["d", "e"]]
    found = rank_with_intervals(large["low"], large["high"], first="high")
    assert found["rank"].to_dict() == {"d": 1, "e": 2}


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ({"a": 0.5}, {"a": 0.4}, "low is above high for a"),
        ({"a": NAN}, {"a": 0.4}, "only one end is known for a"),
        ({"a": 0.1}, {"a": NAN}, "only one end is known for a"),
        ({"a": 0.1}, {"a": INF}, "an end of an interval is infinite for a"),
    ],
)
def test_what_is_no_interval_is_refused_by_name(
    low: dict[str, float], high: dict[str, float], words: str
) -> None:
    with pytest.raises(ParameterError, match=words):
        rank_with_intervals(low, high, first="high")


def test_ends_of_other_units_and_another_order_are_refused() -> None:
    wrong: Any = "best"
    with pytest.raises(ParameterError, match="first must be"):
        rank_with_intervals({"a": 0.1}, {"a": 0.2}, first=wrong)
    with pytest.raises(
        UnknownIdError, match="high is missing for a; high names more than the others: b"
    ):
        rank_with_intervals({"a": 0.1}, {"b": 0.2}, first="high")


def test_inputs_are_never_changed() -> None:
    count, of = pd.Series({"a": 1.0, "b": 2.0}), pd.Series({"b": 4.0, "a": 4.0})
    parents = pd.Series({"a": "x", "b": "x"})
    before = [one.copy(deep=True) for one in (count, of, parents)]
    table = smoothed_rates(
        count, of, confidence=0.95, small_below=5, variance="binomial", parents=parents
    )
    kept = table.copy(deep=True)
    rank_with_intervals(table["low"], table["high"], first="low")
    for one, other in zip((count, of, parents), before, strict=True):
        pd.testing.assert_series_equal(one, other)
    pd.testing.assert_frame_equal(table, kept)
