"""A list's own spelling never decides: 兴旺村 and 兴旺村村民委员会 are one name."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError
from wushan_geo.sources.divisions import check_codes, match

BASE = [
    ("500237", "巫山县", ""),
    ("500237001", "高唐街道", "subdistrict"),
    ("500237102", "大昌镇", "town"),
    ("500237104", "龙溪镇", "town"),
    ("500237107", "骡坪镇", "town"),
    ("500237109", "官渡镇", "town"),
    ("500237200", "红椿土家族乡", "township"),
    ("500237222", "竹贤乡", "township"),
    ("500237001001", "圣泉社区", "community"),
    ("500237102212", "兴胜村", "village"),
    ("500237102237", "兴旺村", "village"),
    ("500237104001", "龙溪场镇社区", "community"),
    ("500237104200", "龙溪村", "village"),
    ("500237107001", "骡坪社区", "community"),
    ("500237107002", "新安社区", "community"),
    ("500237107209", "新安村", "village"),
    ("500237107229", "兴旺村", "village"),
    ("500237109001", "场镇社区", "community"),
    ("500237222003", "圣泉社区", "community"),
    ("500237222212", "阮村", "village"),
]
LONG = {
    "village": ("村", ("村", "村村民委员会", "村民委员会", "村委会")),
    "community": ("社区", ("社区", "社区居民委员会", "居民委员会", "居委会")),
    "town": ("镇", ("镇", "镇人民政府", "")),
    "township": ("乡", ("乡", "乡人民政府")),
    "subdistrict": ("街道", ("街道", "街道办事处", "街办")),
}
HOMONYMS = ("500237102237", "500237107229")


def spelled(choice: list[int], *, kinds: bool = True) -> pd.DataFrame:
    """Write each unit's official name in one of its spellings."""
    names = []
    for at, (_, name, kind) in enumerate(BASE):
        tail, forms = LONG.get(kind, ("", ("",)))
        forms = forms if kinds or not tail else tuple(one for one in forms if one)
        names.append(name.removesuffix(tail) + forms[choice[at] % len(forms)])
    units = pd.DataFrame(BASE, columns=["zone_id", "name", "kind"]).assign(name=names)
    return units if kinds else units.drop(columns="kind")


PLAIN = [0] * len(BASE)
ASKED = [
    (name, parent)
    for name in (
        "兴旺村", "兴旺", "兴旺村村民委员会", "兴旺村民委员会", "大昌镇兴旺村", "兴旺村（骡坪镇）",
        "圣泉社区", "圣泉居民委员会", "圣泉社区居委会", "新安", "新安村", "新安社区居民委员会",
        "骡坪", "骡坪镇", "骡坪社区", "骡坪镇人民政府", "龙溪", "龙溪镇", "龙溪村", "龙溪社区",
        "场镇社区", "龙溪场镇社区", "阮村", "阮村村民委员会", "阮", "兴盛村", "高唐街道办事处",
        "红椿土家族乡", "红椿乡", "骡平镇", "兴旺社区", "500237107229 兴旺村",
    )
    for parent in (None, "500237", "大昌镇", "骡坪", "龙溪镇", "高唐街道", "竹贤乡", "官渡镇")
]  # fmt: skip


def asked(units: pd.DataFrame) -> list[str]:
    """Match all names; give the codes, empty where there is none."""
    names, parents = zip(*ASKED, strict=True)
    return match(names, units, list(parents))["zone_id"].fillna("").tolist()


MIXED = [
    ("兴旺村", "兴旺村村民委员会"),
    ("兴旺村村民委员会", "兴旺村"),
    ("兴旺村民委员会", "兴旺村委会"),
    ("兴旺村", "兴旺村"),
]


def pair(first: str, second: str) -> pd.DataFrame:
    """Give two townships with a village each, in these spellings."""
    rows = [("500237102", "大昌镇"), ("500237107", "骡坪镇")]
    rows += zip(HOMONYMS, (first, second), strict=True)
    return pd.DataFrame(rows, columns=["zone_id", "name"])


@pytest.mark.parametrize("spelling", MIXED)
@pytest.mark.parametrize("name", ["兴旺村", "兴旺村村民委员会", "兴旺村民委员会", "兴旺"])
@pytest.mark.parametrize("parent", [None, "500237"])
def test_a_homonym_is_not_unique_because_the_list_spells_it_otherwise(
    spelling: tuple[str, str], name: str, parent: str | None
) -> None:
    row = match([name], pair(*spelling), parent).iloc[0]

    assert (row["status"], row["reason"]) == ("ambiguous", "several_places")
    assert row["candidates"] == HOMONYMS


def test_two_communities_are_homonyms_too_and_a_village_is_none_of_them() -> None:
    rows = [
        ("500237001001", "圣泉社区居民委员会"),
        ("500237222003", "圣泉居民委员会"),
        ("500237102201", "圣泉村"),
    ]
    units = pd.DataFrame(rows, columns=["zone_id", "name"])

    found = match(["圣泉社区居民委员会", "圣泉社区", "圣泉村村民委员会"], units)

    assert found["zone_id"].fillna("").tolist() == ["", "", "500237102201"]
    assert found["candidates"].iloc[0] == ("500237001001", "500237222003")


@pytest.mark.parametrize("spelling", MIXED)
@pytest.mark.parametrize("name", ["兴旺村", "兴旺村村民委员会", "1.兴旺村委会"])
@pytest.mark.parametrize("flat", [False, True])
def test_a_code_agrees_with_the_name_that_its_unit_shares_with_another(
    spelling: tuple[str, str], name: str, *, flat: bool
) -> None:
    units = pair(*spelling)
    if flat:  # a list that gives the county as the parent of every village
        units["parent_id"] = "500237"

    checked = check_codes(HOMONYMS, [name, name], units)
    cells = match([f"{code} 兴旺村" for code in HOMONYMS], units)

    assert checked["by_name"].tolist() == list(HOMONYMS)
    assert checked["verdict"].tolist() == ["agree", "agree"]
    assert cells["zone_id"].tolist() == list(HOMONYMS)


def test_a_code_of_another_unit_still_contradicts_the_name() -> None:
    units = spelled(PLAIN)

    checked = check_codes(["500237102212", "500237107209"], ["龙溪村", "新安社区"], units)
    beside = match(["500237102212 兴旺村", "500237107229 兴旺村"], units, [None, "大昌镇"])

    assert checked["verdict"].tolist() == ["contradict", "contradict"]
    assert beside["status"].tolist() == ["ambiguous", "ambiguous"]


def test_a_township_without_its_kind_in_the_list_is_no_other_name() -> None:
    rows = [("500237107", "骡坪"), ("500237107001", "骡坪社区"), ("500237208", "骡坪镇")]
    units = pd.DataFrame(rows, columns=["zone_id", "name"])

    assert match(["骡坪镇"], units)["status"].tolist() == ["ambiguous"]
    assert match(["骡坪镇"], units.iloc[:2], "500237")["zone_id"].tolist() == ["500237107"]
    assert match(["骡坪"], units.iloc[:2])["status"].tolist() == ["ambiguous"]


def test_a_full_name_counts_in_whatever_form_it_is_written() -> None:
    units = pd.DataFrame(
        {
            "zone_id": ["500237001", "500237102"],
            "name": ["开发区", "大昌镇"],
            "full_name": ["马棚街道办事处", ""],
        }
    )

    assert match(["马棚街道"], units, "500237")["zone_id"].tolist() == ["500237001"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 11), min_size=len(BASE), max_size=len(BASE)), st.booleans())
def test_rewriting_the_official_names_never_changes_what_is_matched(
    choice: list[int],
    kinds: bool,  # noqa: FBT001 -- hypothesis gives it by position
) -> None:
    assert asked(spelled(choice, kinds=kinds)) == asked(spelled(PLAIN, kinds=kinds))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 11), min_size=len(BASE), max_size=len(BASE)))
def test_rewriting_the_official_names_never_changes_a_verdict(choice: list[int]) -> None:
    codes = [code for code, _, _ in BASE[1:]]
    names = [name for _, name, _ in BASE[1:]]

    checked = check_codes(codes, names, spelled(choice))

    assert checked["by_name"].tolist() == codes
    assert set(checked["verdict"]) == {"agree"}


@pytest.mark.parametrize("parents", [["500237100", "500237100"], ["500237101", "500237100"]])
def test_a_unit_that_stands_above_itself_is_refused(parents: list[str]) -> None:
    rows = {"zone_id": ["500237100", "500237101"], "name": ["庙宇镇", "大昌镇"]}

    with pytest.raises(ParameterError, match="stands above itself"):
        match(["庙宇"], pd.DataFrame({**rows, "parent_id": parents}))
