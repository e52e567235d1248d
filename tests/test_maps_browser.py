"""A real Chromium with the network cable out opens the map and uses it as a planner would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from built_in import result_of
from maps_builder import NASTY, facts_result, small_result

from wushan_geo.maps import coverage_map, save_map
from wushan_geo.maps.coverage import page_data
from wushan_geo.maps.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from wushan_geo.results import StudyResult

pytestmark = pytest.mark.browser
NUMBER = re.compile(r"\d+(?:\.\d+)?")
CORNER = {"x": 20, "y": 20}  # of a zone, clear of markers
STUDIES = ("wushan", "wushan-facts", "example")


@pytest.fixture(scope="module")
def results() -> dict[str, StudyResult]:
    return {name: result_of(name) for name in STUDIES}


@pytest.fixture
def opened(page: Page, traffic: Any, tmp_path: Path) -> Callable[[StudyResult], Page]:
    """Open the map of a result; at the end nothing may have been asked for or complained about."""

    def open_map(result: StudyResult) -> Page:
        path = save_map(coverage_map(result), tmp_path / "coverage.html")
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(path.as_uri())
        page.wait_for_selector("#legend-table")
        assert traffic.requests == [path.as_uri()]
        assert traffic.errors == []
        traffic.requests.clear()
        return page

    return open_map


@pytest.fixture(autouse=True)
def quiet(traffic: Any) -> Any:
    yield
    assert traffic.requests == []
    assert traffic.errors == []


def table(page: Page, name: str) -> list[list[str]]:
    rows: list[list[str]] = page.evaluate(
        "name => Array.from(document.getElementById('table-' + name).tBodies[0].rows)"
        ".map(row => Array.from(row.cells).map(cell => cell.textContent))",
        name,
    )
    return rows


def legend(page: Page) -> list[list[str]]:
    rows: list[list[str]] = page.evaluate(
        "() => Array.from(document.getElementById('legend-table').tBodies[0].rows)"
        ".map(row => Array.from(row.cells).map(cell => cell.textContent))"
    )
    return rows


def layer(page: Page, name: str) -> Any:
    return page.get_by_role("checkbox", name=name, exact=True)


def zone(page: Page, name: str) -> Any:
    return page.locator(f'.leaflet-zones-pane path[aria-label^="{name}"]')


@pytest.mark.parametrize("study", STUDIES)
def test_the_map_of_each_built_in_study_opens_offline_and_speaks_both_languages(
    opened: Any, results: dict[str, StudyResult], study: str
) -> None:
    page = opened(results[study])
    for name in ("places", "facilities"):
        # By the keyboard: a mouse that stays over the map brings up a tooltip of its own.
        page.locator(f"#{name}-box > summary").press("Enter")
        # A table is drawn when its box has opened, which a busy machine does a moment later.
        page.wait_for_selector(f"#table-{name} button.sort")
    chinese = page.inner_text("main")
    page.locator("#language").press("Enter")
    assert page.get_attribute("html", "lang") == "en"
    english = page.inner_text("main")
    assert page.title() == results[study].info.title[1] + ": coverage map"
    assert english != chinese
    english = re.sub(r"No\. \d+ ", "", english)  # the name of 子虚一社区 has no digit in Chinese
    assert sorted(NUMBER.findall(chinese)) == sorted(NUMBER.findall(english))
    page.locator("#language").press("Enter")
    assert page.inner_text("main") == chinese


@pytest.mark.parametrize("study", [*STUDIES, "small", "small facts"])
def test_the_script_writes_the_same_tables_as_python(
    opened: Any, results: dict[str, StudyResult], study: str
) -> None:
    own = {"small": small_result, "small facts": facts_result}
    result = own[study]() if study in own else results[study]
    page = opened(result)
    data = page_data(result)
    for name in ("places", "facilities"):
        page.locator(f"#{name}-box > summary").click()
        page.wait_for_selector(f"#table-{name} button.sort")
    names = ["towns", "places", "facilities", *(["plans", "sites"] if data["plans"] else [])]
    for name in names:
        assert table(page, name) == rows_of(name, data), name


def test_a_villages_tooltip_shows_its_numbers(opened: Any) -> None:
    page = opened(small_result())
    zone(page, "甲村").hover(position=CORNER)
    shown = page.locator(".leaflet-tooltip .card").last.inner_text()
    assert shown.split("\n")[0] == "甲村"
    for text in ("东乡", "日间照料 · 30 分钟", "有效覆盖（演示）", "8～12 分钟", "10", "4", NASTY):
        assert text in shown
    zone(page, "己村").hover(position=CORNER)
    shown = page.locator(".leaflet-tooltip .card").last.inner_text()
    assert "待核实" in shown
    assert shown.count("无数据") == 3  # minutes, persons, eligible


def test_a_hostile_name_is_text_in_tooltip_popup_and_table(opened: Any) -> None:
    page = opened(small_result())
    page.on("dialog", lambda _: pytest.fail("a script in a name has run"))
    page.locator(".mark.facility").first.click()
    assert NASTY in page.locator(".leaflet-popup .card").inner_text()
    assert page.locator("script:text('alert(1)')").count() == 0
    page.click("#language")
    page.locator("#facilities-box > summary").click()
    assert NASTY in page.inner_text("#table-facilities")
    assert "{{ 7*7 }}" in page.inner_text("#table-facilities")


def test_the_keyboard_goes_from_place_to_place_and_opens_details(opened: Any) -> None:
    page = opened(small_result())
    stops = page.locator(".leaflet-zones-pane path[tabindex='0']")
    assert stops.count() == 1  # one stop of the Tab key for all villages
    stops.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("乙村")
    assert "16～24 分钟" in page.locator(".leaflet-tooltip").last.inner_text()
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("己村")
    page.keyboard.press("ArrowRight")  # round to the first
    page.keyboard.press("Enter")
    assert "甲村" in page.locator(".leaflet-popup").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")


def test_layers_switch_on_and_off(opened: Any) -> None:
    page = opened(small_result())
    counts = {
        "服务机构": (".mark.facility", 3),
        "备选点": (".mark.candidate", 1),  # the other one has no point
        "驻地和名称": (".mark.seat", 1),
        "分区线": (".leaflet-borders-pane path", 2),
        "道路": (".leaflet-roads-pane path", 5),
        "河流": (".leaflet-rivers-pane path", 2),
    }
    for name, (selector, number) in counts.items():
        layer(page, name).check()
        assert page.locator(selector).count() == number, name
        layer(page, name).uncheck()
        assert page.locator(selector).count() == 0, name


def test_the_level_switches_between_villages_and_townships(opened: Any) -> None:
    page = opened(small_result())
    assert page.locator(".leaflet-zones-pane path").count() == 6
    page.get_by_role("radio", name="按乡镇（街道）").check()
    assert page.locator(".leaflet-zones-pane path").count() == 2
    assert legend(page)[0] == ["有效覆盖", "1", "15", "6"]
    zone(page, "西镇").hover(position=CORNER)
    shown = page.locator(".leaflet-tooltip .card").last.inner_text()
    for text in ("覆盖空白（演示）", "24～无法到达", "0 / 3", "0 / 10", "0 / 4"):
        assert text in shown


def test_a_township_shows_the_verdict_with_the_demonstration_beside_it(opened: Any) -> None:
    page = opened(small_result())
    page.get_by_role("radio", name="按乡镇（街道）").check()
    zone(page, "东乡").click(position=CORNER)
    shown = page.locator(".leaflet-popup .card").inner_text()
    assert "暂无法评定；演示结果：达标" in shown
    assert "第三章" in shown
    assert "分析参考" not in shown  # the reach ledger gives no verdict


def test_facilities_at_one_place_stand_side_by_side(opened: Any) -> None:
    page = opened(small_result())
    boxes = [one.bounding_box() for one in page.locator(".mark.facility").all()]
    lefts = sorted(box["x"] for box in boxes if box)
    assert lefts[1] - lefts[0] == pytest.approx(24, abs=1)


def test_the_legend_follows_service_limit_and_theme(opened: Any) -> None:
    page = opened(small_result())
    assert legend(page) == [
        ["有效覆盖", "3", "15", "6"],
        ["邻近覆盖", "0", "0", "0"],
        ["名义覆盖", "0", "0", "0"],
        ["覆盖空白", "2", "10", "4"],
        ["待核实", "1", "无数据", "无数据"],
        ["合计", "6", "25", "10"],
    ]
    page.click("label[for=limit-0]")
    assert legend(page)[2] == ["名义覆盖", "1", "5", "2"]
    page.click("label[for=theme-minutes]")
    assert [row[:2] for row in legend(page)] == [
        ["≤ 20", "2"], ["20～30", "1"], ["30～45", "1"], ["> 45", "0"], ["无法到达", "1"],
        ["无数据", "1"], ["合计", "6"],
    ]  # fmt: skip
    assert page.locator("path[fill='url(#band-upto)']").count() == 2
    page.select_option("#service", label="康复中心")
    assert page.locator("#limit-1").is_checked()  # its own default, 90 minutes
    assert [row[:2] for row in legend(page)][:2] == [["≤ 60", "1"], ["60～90", "0"]]
    page.click("label[for=theme-class]")
    assert page.locator("path[fill='url(#class-unknown)']").count() == 5
    assert "康复中心，90 分钟" in page.inner_text("#table-state")
    assert table(page, "places")[0][4] == "8～12 分钟"  # closed: written when it is opened
    page.locator("#places-box > summary").click()
    page.wait_for_selector("#table-places button.sort")
    assert table(page, "places")[0][4] == "60 分钟"


def test_demonstration_classes_are_hatched_and_real_ones_are_not(opened: Any) -> None:
    page = opened(small_result())
    assert page.locator("#class-gap .hatch").count() == 1
    assert page.locator("#class-unknown .hatch").count() == 0
    page = opened(small_result(demonstration=False))
    assert page.locator(".hatch").count() == 0
    assert "30.4 分钟（24.3～36.5）" in str(zone(page, "丁村").get_attribute("aria-label"))


def test_the_plan_selector_places_the_sites_with_their_order(opened: Any) -> None:
    page = opened(small_result())
    assert page.locator("#plan").input_value() == "2"
    assert page.locator(".mark.proposed .order").all_text_contents() == ["1"]  # c2 has no point
    assert [row[1] for row in table(page, "sites")] == ["备选点一", "备选点二"]
    assert "5/6" in page.inner_text("#plan-text")
    assert "不作选址依据" in page.inner_text("#plan-text")
    page.select_option("#plan", "1")
    assert [row[1] for row in table(page, "sites")] == ["备选点一"]
    assert "12.5%" in page.inner_text("#plan-text")
    page.locator(".mark.proposed").hover()
    assert "备选点一" in page.locator(".leaflet-tooltip").last.inner_text()
    page.select_option("#plan", "0")
    assert page.locator(".mark.proposed").count() == 0
    assert page.inner_text("#plan-text") == ""


def test_tables_are_sorted_filtered_and_lead_to_the_map(opened: Any) -> None:
    page = opened(small_result())
    page.locator("#places-box > summary").click()
    head = page.locator("#table-places button[data-column=persons]")
    head.click()
    assert [row[6] for row in table(page, "places")] == ["0", "3", "5", "7", "10", "无数据"]
    page.locator("#table-places button[data-column=persons]").press("Enter")
    assert [row[6] for row in table(page, "places")] == ["10", "7", "5", "3", "0", "无数据"]
    column = page.locator("#table-places th", has=page.locator("[data-column=persons]"))
    assert column.get_attribute("aria-sort") == "descending"
    page.fill("#filter", "西镇")
    assert len(table(page, "places")) == 3
    page.fill("#filter", "ding")
    assert [row[0] for row in table(page, "places")] == ["丁村"]
    page.get_by_role("button", name="丁村").last.click()
    assert "丁村" in page.locator(".leaflet-popup").inner_text()


def test_where_villages_have_no_place_the_map_shows_townships_and_what_is_missing(
    opened: Any,
) -> None:
    page = opened(facts_result())
    assert page.locator(".leaflet-zones-pane path").count() == 2
    assert page.locator("#service").count() == 0
    assert legend(page) == [["待核实", "2", "无数据", "无数据"], ["合计", "2", "无数据", "无数据"]]
    assert "6 个村（社区）中有 6 个缺点位和界线" in page.inner_text("#legend")
    assert "缺数据：路网。" in page.inner_text(".lacking")


def test_the_map_fits_the_screen_of_an_office_and_its_targets_a_finger(opened: Any) -> None:
    page = opened(small_result())
    for _ in range(2):
        frame = page.locator(".frame").bounding_box()
        assert frame["y"] + frame["height"] <= 768
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        targets = "#language, select, .segments label, #layers label > span, .leaflet-bar a, .home"
        for one in page.locator(targets).all():
            assert one.bounding_box()["height"] >= 44
        page.click("#language")


def test_at_twice_the_size_nothing_is_cut_off_sideways(opened: Any) -> None:
    page = opened(small_result())
    page.set_viewport_size({"width": 683, "height": 384})
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
    frame, legend_box = (page.locator(one).bounding_box() for one in (".frame", ".legend"))
    assert legend_box["y"] > frame["y"]


def test_a_map_that_is_folded_away_and_back_still_works(opened: Any) -> None:
    page = opened(small_result())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 40, "height": 40})
    page.set_viewport_size({"width": 1366, "height": 768})
    page.emulate_media(media="screen")
    zone(page, "甲村").hover(position=CORNER)
    assert "甲村" in page.locator(".leaflet-tooltip").last.inner_text()


def test_the_skip_link_comes_first_and_leads_past_the_map(opened: Any) -> None:
    page = opened(small_result())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tables"


def test_the_policy_stops_a_request_and_a_script_from_elsewhere(opened: Any, traffic: Any) -> None:
    page = opened(small_result())
    blocked = page.evaluate(
        """() => new Promise(resolve => {
            const seen = [];
            document.addEventListener('securitypolicyviolation', event => {
                seen.push(event.effectiveDirective);
                if (seen.length === 2) { resolve(seen.sort()); }
            });
            const picture = new Image();
            picture.src = 'https://example.org/x.png';
            const script = document.createElement('script');
            script.textContent = 'window.stolen = true';
            document.body.appendChild(script);
        })"""
    )
    assert blocked == ["img-src", "script-src-elem"]
    assert page.evaluate("window.stolen") is None
    assert len(traffic.errors) == 2
    traffic.errors.clear()
    traffic.requests.clear()
