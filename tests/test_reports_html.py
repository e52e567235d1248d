from __future__ import annotations

import base64
import hashlib
import itertools
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
import reports_cases as cases

from wushan_geo.reports import report_files
from wushan_geo.reports.html import asset, table_html, tongues_html
from wushan_geo.reports.tables import Column, Table
from wushan_geo.wording import MESSAGES, put

VOID = {"meta", "input", "br", "hr", "link", "img"}


class Outline(HTMLParser):
    """Checks that tags close in order and keeps attributes of each element."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(study: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Outline()
    parser.feed(cases.page_of(study))
    assert parser.open == []
    return parser.seen


@pytest.mark.parametrize("study", cases.STUDIES)
def test_both_languages_hold_the_same_numbers(study: str) -> None:
    page = re.sub(
        r'<table id="t-assumptions".*?</table>', "", cases.page_of(study), flags=re.DOTALL
    )
    pairs = {(unescape(zh), unescape(en)) for zh, en in cases.PAIR.findall(page)}
    assert len(pairs) > 300
    wrong = {(zh, en) for zh, en in pairs if cases.numbers(zh) != cases.numbers(en)}
    assert wrong == set()


@pytest.mark.parametrize("study", cases.STUDIES)
def test_every_text_has_its_twin(study: str) -> None:
    page = cases.page_of(study)
    start, end = page.index("<body>"), page.index("<script>")
    alone = re.sub(r'<text[^>]*lang="(?:zh-CN|en)"[^>]*>[^<]*</text>', "", page[start:end])
    alone = cases.PAIR.sub("", alone)
    assert 'lang="zh-CN">' not in re.sub(r'<span class="both" lang="zh-CN">', "", alone)
    assert 'span lang="en"' not in alone


@pytest.mark.parametrize("study", cases.STUDIES)
def test_a_page_holds_everything_and_asks_for_nothing(study: str) -> None:
    page = cases.page_of(study)
    assert len(page.encode()) < 2_000_000
    for _, attributes in outline(study):
        assert "style" not in attributes  # the policy would drop it
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    assert "@import" not in page
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= {
        "#p-neighbour", "#p-nominal", "#p-gap", "#p-unknown", "#watermark-tile"
    }  # fmt: skip


def test_the_policy_allows_the_one_script_and_the_one_style() -> None:
    page = cases.page_of("example")
    policy = next(
        attributes["content"]
        for tag, attributes in outline("example")
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("study", cases.STUDIES)
def test_every_id_is_there_once_and_every_reference_finds_its_target(study: str) -> None:
    seen = outline(study)
    ids = [attributes["id"] for _, attributes in seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in seen:
        for name in ("aria-labelledby", "for"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
        if (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in ids


@pytest.mark.parametrize("study", cases.STUDIES)
def test_every_table_has_a_caption_and_scoped_heads(study: str) -> None:
    seen = outline(study)
    tables = sum(tag == "table" for tag, _ in seen)
    assert sum(tag == "caption" for tag, _ in seen) == tables > 10
    assert all(
        attributes.get("scope") in {"col", "row", "colgroup"}
        for tag, attributes in seen
        if tag == "th"
    )
    levels = [int(tag[1]) for tag, _ in seen if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_a_demonstration_carries_its_notice_its_watermark_and_its_mark_everywhere() -> None:
    page = cases.page_of("wushan")
    notice = put("notice.demonstration", {"county": ("巫山县", "Wushan County")})
    assert page.index(notice[0]) < page.index("<main>")
    assert page.count(notice[0]) == page.count(notice[1]) == 2  # above the findings and at the end
    assert 'class="watermark"' in page
    for name in ("answer", "plan", "reach", "next", "remedy", "data", "villages"):
        head = re.search(r"<h2>.*?</h2>", cases.section(page, name), re.DOTALL)
        assert head is not None
        assert "演示结果" in head[0]


def test_the_title_names_the_subject_and_tells_no_finding() -> None:
    page = cases.page_of("wushan")
    assert "<title data-en=" in page
    assert re.findall(r"<title[^>]*>(.*?)</title>", page) == ["巫山县残疾人服务设施覆盖情况分析"]
    head = re.search(r"<h1>(.*?)</h1>", page)
    assert head is not None
    assert cases.chinese(head[1]) == "巫山县残疾人服务设施覆盖情况分析"


def test_facts_carry_their_notice_and_no_watermark() -> None:
    page = cases.page_of("wushan-facts")
    assert MESSAGES["notice.facts"][0] in page
    assert 'class="watermark"' not in page
    assert "道路条件" not in page  # nothing was travelled


@pytest.mark.parametrize("text", [cases.EVIL, cases.FORMULA, "<b>&amp;"])
def test_names_are_shown_as_text(text: str) -> None:
    result = cases.result_of("example")
    tables = {}
    for name in ("townships", "villages", "facilities", "scoreboard", "sites", "findings"):
        table = result.tables[name].copy()
        for column in table.columns.intersection(
            ["name", "name_en", "parent_name", "reason_zh", "remedy_en", "text_zh", "clause"]
        ):
            table[column] = text
        tables[name] = table
    page = report_files(cases.with_tables(result, **tables), ["html"])["county.html"].decode()
    assert page.count("<script>") == 1
    assert "<b>" not in page
    assert "&lt;" in page or text == cases.FORMULA


def test_the_same_result_gives_the_same_bytes() -> None:
    first = report_files(cases.result_of("wushan"))
    assert first == report_files(cases.result_of("wushan"))


def test_texts_are_escaped_and_written_once_where_they_are_the_same() -> None:
    assert str(tongues_html(("<", "&"))) == (
        '<span lang="zh-CN">&lt;</span><span lang="en">&amp;</span>'
    )
    assert str(tongues_html(("巫山", "巫山"))) == '<span class="both" lang="zh-CN">巫山</span>'
    assert str(tongues_html(("MIT", "MIT"))) == '<span class="both" lang="en">MIT</span>'
    assert str(tongues_html(("12", "12"))) == "12"


def test_a_cell_of_no_known_kind_is_refused_and_a_row_must_fit() -> None:
    table = Table("x", ("表", "table"), (Column(("甲", "a")),), [[("1", "1"), ("2", "2")]])
    with pytest.raises(ValueError, match="zip"):
        table_html(table)


def test_every_message_of_the_reports_is_used() -> None:
    from wushan_geo.wording import reports

    source = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(_room().rglob("*"))
        if path.suffix in {".py", ".html"}
    )
    stems = re.findall(r'"((?:report|sheet)[a-z_.]*)', source)
    unused = [
        key
        for key in reports.TEXTS
        if key not in stems
        and not any(key.startswith(one) for one in stems if one.endswith("."))
        and not _named(key, source)
    ]
    assert unused == []


def _room() -> Path:
    return Path(__file__).parents[1] / "wushan_geo" / "reports"


def _named(key: str, source: str) -> bool:
    """Tell whether the last part of a key stands in a call that adds the first parts."""
    return f'"{key.rpartition(".")[2]}"' in source or f"{key.rpartition('.')[0]}" in source


def test_the_style_knows_both_languages() -> None:
    assert '[lang="en"]:not(.both)' in asset("county.css")
