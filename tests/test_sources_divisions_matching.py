"""Names matched inside their parent: every step, every doubt, and never a guess."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.sources.divisions import how_text, match, reason_text, unit_index
from wushan_geo.sources.divisions.names import drafts, parted
from wushan_geo.sources.divisions.nearly import apart
from wushan_geo.sources.divisions.outcome import SCORES
from wushan_geo.sources.divisions.similar import likeness, looks_like

ROWS = [
    ("500237", "巫山县"),
    ("500237001", "高唐街道"),
    ("500237102", "大昌镇"),
    ("500237104", "龙溪镇"),
    ("500237105", "双龙镇"),
    ("500237107", "骡坪镇"),
    ("500237109", "官渡镇"),
    ("500237111", "巫峡镇"),
    ("500237200", "红椿乡"),
    ("500237208", "曲尺乡"),
    ("500237210", "建平乡"),
    ("500237222", "竹贤乡"),
    ("500237001001", "圣泉社区居民委员会"),
    ("500237102001", "灯盏窝社区居民委员会"),
    ("500237102212", "兴胜村村民委员会"),
    ("500237102217", "双胜村村民委员会"),
    ("500237102237", "兴旺村村民委员会"),
    ("500237102240", "长胜村村民委员会"),
    ("500237102245", "宁河村村民委员会"),
    ("500237104001", "龙溪场镇社区居民委员会"),
    ("500237104200", "龙溪村村民委员会"),
    ("500237104215", "老鸦村村民委员会"),
    ("500237105001", "宁河社区居民委员会"),
    ("500237105221", "乌龙村村民委员会"),
    ("500237107229", "兴旺村村民委员会"),
    ("500237109001", "场镇社区居民委员会"),
    ("500237109200", "官渡村村民委员会"),
    ("500237111002", "白泉社区居民委员会"),
    ("500237111216", "文峰村村民委员会"),
    ("500237111217", "桂花村村民委员会"),
    ("500237208001", "新安社区居民委员会"),
    ("500237208207", "月明村村民委员会"),
    ("500237210207", "建平村村民委员会"),
    ("500237210209", "春晓村村民委员会"),
    ("500237222212", "阮村村民委员会"),
]
UNITS = pd.DataFrame(ROWS, columns=["zone_id", "name"])
INDEX = unit_index(UNITS)
VILLAGES = [(code, name) for code, name in ROWS if len(code) == 12]


def one(name: str, parent: str | None = None) -> tuple[str | None, str, str]:
    """Match one name; give its code, method (or reason) and status."""
    row = match([name], INDEX, parent).iloc[0]
    code = None if pd.isna(row["zone_id"]) else row["zone_id"]
    return code, row["method"] if code else row["reason"], row["status"]


@pytest.mark.parametrize(
    ("name", "parent", "code", "method"),
    [
        ("桂花村村民委员会", "巫峡镇", "500237111217", "exact"),
        ("桂花村", "500237111", "500237111217", "suffix"),
        ("桂花", "巫峡", "500237111217", "suffix"),
        ("桂花村委会", "巫峡镇人民政府", "500237111217", "suffix"),
        ("圣泉社区居委会", "高唐街道办事处", "500237001001", "suffix"),
        ("圣泉居委会", "高唐街道办", "500237001001", "suffix"),
        ("高唐街办", "500237", "500237001", "suffix"),
        ("红椿土家族乡", "500237", "500237200", "suffix"),
        ("红椿土家族乡人民政府", "巫山县", "500237200", "suffix"),
        ("烏龍村", "雙龍鎮", "500237105221", "suffix"),
        ("烏龍村村民委員會", "双龙镇", "500237105221", "traditional"),
        ("　桂 花\u200b村村民委员会 ", "巫峡镇", "500237111217", "width"),
        ("３．桂花村", "巫峡镇", "500237111217", "number"),
        ("①桂花村", "巫峡镇", "500237111217", "number"),
        ("一、桂花村", "巫峡镇", "500237111217", "number"),
        ("A-3、桂花村", "巫峡镇", "500237111217", "number"),
        ("桂花村（原早阳村）", "巫峡镇", "500237111217", "bracket"),
        ("白泉（居）", "巫峡镇", "500237111002", "bracket"),
        ("桂花村３组", "巫峡镇", "500237111217", "group"),
        ("桂花村五社", "巫峡镇", "500237111217", "group"),
        ("桂花村1、2组*", "巫峡镇", "500237111217", "group"),
        ("桂花村大湾组", "巫峡镇", "500237111217", "group"),
        ("桂花村*", "巫峡镇", "500237111217", "punctuation"),
        ("巫峡镇-桂花村", "巫峡镇", "500237111217", "prefix"),
        ("重庆市巫山县巫峡镇桂花村", None, "500237111217", "prefix"),
        ("巫山巫峡桂花村", None, "500237111217", "prefix"),
        ("大昌镇兴旺村", None, "500237102237", "prefix"),
        ("兴旺村（骡坪镇）", None, "500237107229", "bracket"),
        ("官渡场镇社区", "官渡镇", "500237109001", "prefix"),
        ("场镇社区", "龙溪镇", "500237104001", "prefix"),
        ("建坪村", "建平乡", "500237210207", "one_character"),
        ("建坪", "建平乡", "500237210207", "one_character"),
        ("老鸭村", "龙溪镇", "500237104215", "one_character"),
        ("平建村", "建平乡", "500237210207", "one_character"),
        ("建建平村", "建平乡", "500237210207", "one_character"),
        ("灯窝社区", "大昌镇", "500237102001", "one_character"),
        ("圣泉社区居名委员会", "高唐街道", "500237001001", "one_character"),
        ("圣泉社居委会", "高唐街道", "500237001001", "one_character"),
        ("巫狭镇", "500237", "500237111", "one_character"),
        ("建平村村", "建平乡", "500237210207", "suffix"),
        ("桂□村", "巫峡镇", "500237111217", "unreadable"),
        ("?花村", "巫峡镇", "500237111217", "unreadable"),
        ("巫狭镇桂花村", "巫峡镇", "500237111217", "prefix"),
        ("建平镇", "500237", "500237210", "kind"),
        ("月明社区", "曲尺乡", "500237208207", "kind"),
        ("500237111217", None, "500237111217", "code"),
        ("500237111217.0", "巫峡镇", "500237111217", "code"),
        ("500237111217 桂花村", None, "500237111217", "code"),
        ("阮", "竹贤乡", "500237222212", "suffix"),
        ("兴盛村", "大昌镇", "500237102212", "one_character"),  # the others do not sound so
    ],
)
def test_a_name_is_matched_by_the_step_that_it_takes(
    name: str, parent: str | None, code: str, method: str
) -> None:
    assert one(name, parent) == (code, method, "matched")


@pytest.mark.parametrize(
    ("name", "parent", "reason", "status"),
    [
        ("巫山镇", "500237", "one_character", "ambiguous"),  # it is in Kaizhou
        ("兴旺村", None, "several_places", "ambiguous"),
        ("场镇社区", None, "several_places", "ambiguous"),  # 龙溪场镇社区 goes by it too
        ("大昌镇兴旺村", "骡坪镇", "other_township", "ambiguous"),
        ("兴旺村（骡坪镇）", "大昌镇", "other_township", "ambiguous"),
        ("桂花村（文峰村）", "巫峡镇", "remark", "ambiguous"),
        ("建平村、春晓村", "建平乡", "several", "ambiguous"),
        ("宁河村", "双龙镇", "kind", "ambiguous"),  # 宁河村 is in 大昌镇
        ("龙溪社区", "龙溪镇", "kind", "ambiguous"),
        ("官渡社区", "官渡镇", "kind", "ambiguous"),  # most likely the community of the town
        ("某胜村", "大昌镇", "one_character", "ambiguous"),
        ("□胜村", "大昌镇", "unreadable", "ambiguous"),
        ("院村", "竹贤乡", "one_character", "ambiguous"),  # all of the name would be wrong
        ("建山村", "建平乡", "one_character", "ambiguous"),  # half of it
        ("500237111217 文峰村", None, "code_and_name", "ambiguous"),
        ("乌龙村", "巫峡镇", "elsewhere", "unmatched"),
        ("老鸦村", "某某镇", "parent_unknown", "unmatched"),
        ("建坪村", None, "no_parent", "unmatched"),  # never fuzzily without a parent
        ("奉节县巫峡镇", "500237", "other_area", "unmatched"),
        ("巫峡镇", "巫峡镇", "is_parent", "unmatched"),
        ("合计", "巫峡镇", "unknown", "unmatched"),
        ("500237111999", None, "code_unknown", "unmatched"),
        ("500237111217", "大昌镇", "elsewhere", "unmatched"),
        ("", "巫峡镇", "empty", "unmatched"),
        ("——", "巫峡镇", "empty", "unmatched"),
    ],
)
def test_what_is_not_certain_is_not_guessed(
    name: str, parent: str | None, reason: str, status: str
) -> None:
    assert one(name, parent) == (None, reason, status)
    assert all(reason_text(reason))


def test_the_candidates_of_a_doubt_are_told_with_the_likeliest_first() -> None:
    found = match(["乌龙村", "某胜村"], INDEX, ["巫峡镇", "大昌镇"])

    assert found["candidates"].tolist() == [
        ("500237105221",),
        ("500237102212", "500237102217", "500237102240"),
    ]


def test_a_community_and_a_village_of_one_stem_are_told_apart_by_their_kind_alone() -> None:
    both = pd.DataFrame(
        [("500237208001", "新安社区"), ("500237208209", "新安村")], columns=["zone_id", "name"]
    )

    found = match(["新安社区居委会", "新安村委会", "新安"], both, "500237208")

    assert found["zone_id"].fillna("").tolist() == ["500237208001", "500237208209", ""]
    assert found["status"].tolist() == ["matched", "matched", "ambiguous"]


def test_a_county_in_front_is_not_believed_when_the_units_do_not_know_the_county() -> None:
    townships = UNITS[UNITS["zone_id"].str.len() == 9]

    found = match(["巫山县巫峡镇"], townships, "500237")

    assert found["reason"].tolist() == ["area_unchecked"]


def test_a_parent_told_with_a_slip_lowers_the_score_of_its_villages() -> None:
    right, wrong = match(["乌龙村", "乌龙村"], INDEX, ["双龙镇", "双笼镇"])["score"]

    assert right == pytest.approx(0.98)
    assert wrong == pytest.approx(0.98 * 0.9, abs=1e-4)


def test_names_in_latin_letters_are_matched_where_the_units_have_them() -> None:
    units = UNITS.assign(
        name_en=["Guihua Village" if "桂花" in one else "" for one in UNITS["name"]]
    )

    assert match(["GUIHUA"], units, "巫峡镇")["method"].tolist() == ["english"]


def test_the_columns_and_the_index_are_those_of_the_names() -> None:
    names = pd.Series(["桂花村", None], index=[9, 4])

    found = match(names, INDEX, pd.Series(["巫峡镇", pd.NA], index=[9, 4]))

    assert found.index.tolist() == [9, 4]
    assert list(found) == [
        "zone_id", "name", "method", "score", "status", "candidates", "reason",
    ]  # fmt: skip
    assert found.loc[9, "name"] == "桂花村村民委员会"
    assert pd.isna(found.loc[4, "zone_id"])


def test_what_cannot_be_matched_as_asked_is_refused() -> None:
    with pytest.raises(ParameterError, match="not the single text"):
        match("桂花村", INDEX)
    with pytest.raises(ParameterError, match="1 names and 2 parents"):
        match(["桂花村"], INDEX, ["巫峡镇", "大昌镇"])
    with pytest.raises(ParameterError, match="another index"):
        match(pd.Series(["桂花村"], index=[1]), INDEX, pd.Series(["巫峡镇"], index=[2]))
    with pytest.raises(ParameterError, match="code or a name"):
        match(["桂花村"], INDEX, 5)
    with pytest.raises(ParameterError, match="zone_id"):
        unit_index(UNITS.drop(columns="zone_id"))
    with pytest.raises(UnknownIdError, match="twice"):
        unit_index(pd.concat([UNITS, UNITS.iloc[:1]]))
    with pytest.raises(ParameterError, match="lack a code or a name"):
        unit_index(pd.DataFrame({"zone_id": ["500237"], "name": [None]}))


def test_every_method_has_a_score_and_a_sentence() -> None:
    assert all(0 < score <= 1 for score in SCORES.values())
    assert all(all(how_text(method)) for method in SCORES)


def test_likeness_needs_a_look_or_a_sound() -> None:
    assert likeness("未", "末") == "strong"  # looks
    assert likeness("坪", "萍") == "strong"  # sounds
    assert likeness("南", "兰") == "medium"  # n and l
    assert likeness("山", "水") == "weak"
    assert all(one not in others for one, others in looks_like().items())


def test_what_tells_two_places_apart_is_no_slip() -> None:
    assert apart("东坪", "西坪") == "distinct"
    assert apart("二台", "三台") == "distinct"
    assert apart("王庄", "东王庄") == "distinct"
    assert apart("王家坝", "王家寨") == "distinct"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(VILLAGES), st.sampled_from(["", "　", "1.", "（备注）", "*"]))
def test_a_clean_name_means_itself_inside_its_parent(unit: tuple[str, str], noise: str) -> None:
    code, name = unit
    before = noise if noise in {"1.", "　"} else ""
    behind = noise if not before else ""

    assert one(f"{before}{name}{behind}", code[:9])[0] == code


ALPHABET = st.sampled_from(
    [*"桂花村社区镇乡街道建坪平兴旺胜场龙溪老鸦河宁大昌巫峡山县（）()、.*□?1３ 三"]
)


@settings(max_examples=50, deadline=None)
@given(st.text(ALPHABET, max_size=9), st.sampled_from([code for code, _ in ROWS if len(code) == 9]))
def test_a_match_never_leaves_the_parent(name: str, parent: str) -> None:
    code, _, status = one(name, parent)

    assert code is None or code.startswith(parent)
    assert (code is not None) == (status == "matched")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=20), st.one_of(st.none(), st.text(max_size=8)))
def test_no_text_stops_the_matcher(name: str, parent: str | None) -> None:
    match([name], INDEX, parent)
    list(drafts(name))
    parted(name)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(len(ROWS))), st.permutations(range(6)))
def test_the_order_of_units_and_names_does_not_matter(units: list[int], names: list[int]) -> None:
    asked = pd.Series(["桂花", "某胜村", "兴旺村", "建坪村", "场镇社区", "Ａ１、乌龙村"])
    above = pd.Series(["巫峡镇", "大昌镇", None, "建平乡", None, "双龙镇"])
    expected = match(asked, INDEX, above)

    found = match(asked.iloc[names], UNITS.iloc[units], above.iloc[names])

    pd.testing.assert_frame_equal(found.sort_index(), expected)


def test_nothing_heavy_is_loaded_for_names_that_need_nothing() -> None:
    program = (
        "import sys; import pandas as pd; from wushan_geo.sources.divisions import match;"
        "units = pd.DataFrame({'zone_id': ['500237111217'], 'name': ['桂花村']});"
        "assert match(['桂花村'], units, '500237111')['status'].tolist() == ['matched'];"
        "print([one for one in ('opencc', 'rapidfuzz', 'pypinyin') if one in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
