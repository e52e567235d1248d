from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import reports_cases as cases

from wushan_geo.reports import report_files

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Traffic
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CONTRAST = """() => {
    const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
    const light = part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) =>
        0.2126 * light(r / 255) + 0.7152 * light(g / 255) + 0.0722 * light(b / 255);
    const found = [];
    for (const one of document.querySelectorAll(".page *")) {
        const own = [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!own || !one.getClientRects().length || one.closest("svg")) continue;
        let at = one;
        const clear = e => (rgb(getComputedStyle(e).backgroundColor)[3] ?? 1) === 0;
        while (at && clear(at)) at = at.parentElement;
        const back = at ? rgb(getComputedStyle(at).backgroundColor) : [255, 255, 255];
        const [a, b] = [luminance(rgb(getComputedStyle(one).color)), luminance(back)];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) found.push([one.className, one.textContent.slice(0, 20), ratio]);
    }
    return found;
}"""


@pytest.fixture
def opened(page: Page, traffic: Traffic, tmp_path: Path, request: pytest.FixtureRequest) -> Page:
    assert traffic.requests == []  # it listens before the page is opened
    study = getattr(request, "param", "wushan")
    place = tmp_path / "county.html"
    place.write_text(cases.page_of(study), encoding="utf-8")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(place.as_uri())
    return page


@pytest.mark.parametrize("opened", cases.STUDIES, indirect=True)
def test_the_page_opens_with_the_cable_out_and_fits_the_screen(
    opened: Page, traffic: Traffic
) -> None:
    assert traffic.requests == [opened.url]
    assert traffic.errors == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= 1366
    assert opened.locator("h1 span:visible").inner_text().endswith(("分析", "）"))


def test_the_language_switches_and_comes_back(opened: Page, traffic: Traffic) -> None:
    head = opened.locator("h1")
    assert head.inner_text() == "巫山县残疾人服务设施覆盖情况分析"
    opened.locator("label[for=in-en]").click()
    assert head.inner_text() == "Service coverage for persons with disabilities, Wushan County"
    assert opened.evaluate("document.documentElement.lang") == "en"
    assert opened.title() == head.inner_text()
    opened.keyboard.press("ArrowLeft")
    assert head.inner_text() == "巫山县残疾人服务设施覆盖情况分析"
    assert opened.evaluate("document.documentElement.lang") == "zh-CN"
    assert traffic.errors == []


@pytest.mark.parametrize("opened", cases.STUDIES, indirect=True)
def test_no_text_of_the_other_language_is_seen(opened: Page) -> None:
    hidden = "els => els.filter(e => e.getClientRects().length).length"
    opened.locator("#open-all").click()
    assert opened.eval_on_selector_all('.page [lang="en"]:not(.both)', hidden) == 0
    opened.locator("label[for=in-en]").click()
    assert opened.eval_on_selector_all('.page [lang="zh-CN"]:not(.both)', hidden) == 0


def test_without_scripts_chinese_is_shown_and_english_can_be_chosen(
    chromium: Browser, tmp_path: Path
) -> None:
    place = tmp_path / "county.html"
    place.write_text(cases.page_of("wushan"), encoding="utf-8")
    context = chromium.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(place.as_uri())
    assert page.locator("h1").inner_text() == "巫山县残疾人服务设施覆盖情况分析"
    page.locator("label[for=in-en]").click()
    assert page.locator("h1").inner_text().startswith("Service coverage")
    context.close()


def test_the_watermark_lies_over_the_whole_page_and_catches_no_click(opened: Page) -> None:
    mark = opened.locator("svg.watermark")
    box = mark.bounding_box()
    assert box is not None
    assert (box["x"], box["y"]) == (0, 0)
    assert box["width"] >= 1350
    assert box["height"] == 768
    assert mark.evaluate("e => getComputedStyle(e).pointerEvents") == "none"
    assert "演示数据 不得外传" in mark.evaluate("e => e.textContent")
    opened.evaluate("window.scrollTo(0, 5000)")
    after = mark.bounding_box()
    assert after is not None
    assert after["y"] == 0


@pytest.mark.parametrize("opened", ["wushan", "example"], indirect=True)
def test_text_stands_out_from_its_background(opened: Page) -> None:
    opened.locator("#open-all").click()
    assert opened.evaluate(CONTRAST) == []


def test_a_table_sorts_by_the_number_that_is_shown(opened: Page) -> None:
    column = "#t-townships tbody tr td:nth-child(2)"
    heads = opened.locator("#t-townships thead tr:last-child th")
    heads.nth(1).click()
    values = [int(one) for one in opened.locator(column).all_inner_texts()]
    assert values == sorted(values)
    assert heads.nth(1).get_attribute("aria-sort") == "ascending"
    heads.nth(1).locator("button").press("Enter")
    values = [int(one) for one in opened.locator(column).all_inner_texts()]
    assert values == sorted(values, reverse=True)


def test_the_keyboard_reaches_the_answer_first(opened: Page) -> None:
    opened.keyboard.press("Tab")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "answer"


def test_it_prints_on_paper_with_its_watermark(opened: Page) -> None:
    opened.emulate_media(media="print")
    assert not opened.locator("nav").is_visible()
    assert opened.locator("svg.watermark").is_visible()
    assert opened.locator("#t-townships thead button").first.is_hidden()
    assert len(opened.pdf(prefer_css_page_size=True)) > 100_000


def test_an_attack_in_a_name_is_only_text(page: Page, traffic: Traffic, tmp_path: Path) -> None:
    result = cases.result_of("example")
    table = result.tables["facilities"].copy()
    table["name"] = table["name_en"] = cases.EVIL
    attacked = cases.with_tables(result, facilities=table)
    place = tmp_path / "county.html"
    place.write_bytes(report_files(attacked, ["html"])["county.html"])
    page.on("dialog", lambda one: traffic.errors.append(one.message))
    page.goto(place.as_uri())
    assert cases.EVIL in page.locator("#t-facilities").inner_text()
    assert traffic.errors == []
