"""Division codes: parts, parents, zeros behind, and what is said about bad ones."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError
from wushan_geo.sources.divisions import code_fault, parse, parse_all, repaired
from wushan_geo.sources.divisions.codes import PROVINCES, kind_of
from wushan_geo.study.faults import Where

FACTS = Path(__file__).parent.parent / "data" / "build" / "facts"
PLACE = Where("a.xlsx", 4, "代码")


@pytest.mark.parametrize(
    ("text", "level", "short", "parent"),
    [
        ("50", "province", "50", ""),
        ("500000", "province", "50", ""),
        ("5002", "prefecture", "5002", "50"),
        ("500200000000", "prefecture", "5002", "50"),
        ("500237", "county", "500237", "5002"),
        ("500237000", "county", "500237", "5002"),
        ("500237000000", "county", "500237", "5002"),
        ("500237001", "township", "500237001", "500237"),
        ("500237001000", "township", "500237001", "500237"),
        ("500237111217", "village", "500237111217", "500237111"),
        ("441900003", "township", "441900003", "4419"),  # a city without counties
    ],
)
def test_a_code_has_the_level_of_its_digits_without_the_zeros_behind(
    text: str, level: str, short: str, parent: str
) -> None:
    code = parse(text)

    assert (code.text, code.level, code.short, code.parent) == (text, level, short, parent)
    assert len(code.long) == 12
    assert code.long.startswith(short)


def test_a_code_names_the_units_above_it() -> None:
    code = parse("500237111217")

    above = (code.province, code.prefecture, code.county, code.township, code.village)
    assert above == ("50", "5002", "500237", "500237111", "500237111217")
    assert parse("500237").township == parse("500237").village == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("500237001.0", "write '500237001'"),
        ("５００２３７", "write '500237'"),
        ("5.00237E+11", "cannot be restored"),
        ("50023711", "it has 8"),
        ("", "digits alone"),
        ("二〇", "digits alone"),
        ("990237", "first two digits"),
        ("500237000201", "unit above"),
        ("500037", "unit above"),
    ],
)
def test_a_bad_code_is_refused_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        parse(text)
    found = code_fault(text, PLACE)
    assert found is not None
    assert found.rule_zh
    assert found.suggestion_zh


def test_a_number_is_no_code() -> None:
    with pytest.raises(ParameterError, match="in quotes"):
        parse(500237)


def test_only_what_leaves_every_digit_readable_is_repaired() -> None:
    assert repaired("’500237 111 217\u200b") == "500237111217"
    assert repaired("500237.") == "500237"
    assert repaired("500237") is None  # nothing to repair
    assert repaired("5.00237111E+11") is None
    assert repaired("00237111") is None


def test_many_codes_are_parsed_without_stopping_and_keep_their_index() -> None:
    codes = pd.Series(["500237001", None, "5002370", "500237001.0"], index=[7, 3, 5, 1])

    table = parse_all(codes)

    assert table.index.tolist() == [7, 3, 5, 1]
    assert table.loc[7, ["level", "parent", "kind"]].tolist() == [
        "township", "500237", "subdistrict",
    ]  # fmt: skip
    assert table.loc[3].isna().all()
    assert table["problem"].fillna("").tolist() == ["", "", "length", "digits"]
    assert table.loc[1, "repaired"] == "500237001"


@pytest.mark.parametrize(("table", "column"), [("townships", "code"), ("villages", "code")])
def test_the_county_keeps_to_the_ranges_of_the_coding_rules(table: str, column: str) -> None:
    with (FACTS / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) in {26, 340}
    assert [row[column] for row in rows if kind_of(row[column]) != row["kind"]] == []


def test_ranges_without_a_rule_give_no_kind() -> None:
    assert kind_of("500237400") == kind_of("500237111400") == kind_of("500237") == ""


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=14))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    found = code_fault(text, PLACE)
    if found is None:
        code = parse(text)
        assert text.startswith(code.short)
        assert parse(code.long).short == code.short
    else:
        with pytest.raises(ParameterError):
            parse(text)
    repaired(text)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(PROVINCES)),
    st.integers(1, 99),
    st.integers(1, 99),
    st.integers(1, 999),
    st.integers(1, 999),
)
def test_a_code_climbs_to_its_province_by_its_parents(
    province: str, prefecture: int, county: int, township: int, village: int
) -> None:
    code = parse(f"{province}{prefecture:02}{county:02}{township:03}{village:03}")
    chain = [code.short]
    while code.parent:
        assert code.short.startswith(code.parent)
        code = parse(code.parent)
        chain.append(code.short)
    assert [len(one) for one in chain] == [12, 9, 6, 4, 2]
