"""A real Chromium with the network cable out opens a comparison and uses it as a planner would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from comparison_cases import after, before

from wushan_geo.comparison import compare
from wushan_geo.maps import save_map
from wushan_geo.maps.comparison import TABLES, comparison_map, page_data, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def cells(page: Page, selector: str) -> list[list[str]]:
    rows: list[list[str]] = page.evaluate(
        "one => Array.from(document.querySelector(one).tBodies[0].rows)"
        ".map(row => Array.from(row.cells).map(cell => cell.textContent))",
        selector,
    )
    return rows


def test_the_page_opens_offline_and_its_map_tables_and_legend_agree_in_both_languages(
    page: Page, traffic: Any, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    comparison = compare(before(), after())
    data = page_data(comparison)
    path = save_map(comparison_map(comparison), tmp_path / "comparison.html")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(path.as_uri())
    page.wait_for_selector("#legend-table")
    for box in ("places", "facilities"):
        page.locator(f"#{box}-box summary").click()

    for name in TABLES:
        if name != "units":  # nothing stands in one of the two alone
            assert cells(page, f"#table-{name}") == rows_of(name, data), name
    numbers = {
        name: NUMBER.findall(str(cells(page, f"#table-{name}"))) for name in ("towns", "changed")
    }
    legend = cells(page, "#legend-table")
    assert legend[-1] == ["合计", "6", "25", "10"]
    assert ["改善", "1", "7", "3"] in legend
    assert ["变差", "0", "0", "0"] in legend

    page.locator("#language").click()
    assert page.title() == "Small County: comparison of service coverage"
    for name, told in numbers.items():
        assert NUMBER.findall(str(cells(page, f"#table-{name}"))) == told, name
    assert ["better", "1", "7", "3"] in cells(page, "#legend-table")

    zones = page.locator(".leaflet-zones-pane path")
    assert zones.count() == 6
    fills = zones.evaluate_all("all => all.map(one => one.getAttribute('fill'))")
    assert fills[:3] == [
        "url(#change-slower)",
        "url(#change-other_facility)",
        "url(#change-now_unreachable)",
    ]
    page.get_by_label("class in B", exact=True).check(force=True)
    assert zones.first.get_attribute("fill") == "url(#class-effective)"

    first = page.locator('.leaflet-zones-pane path[tabindex="0"]')
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    expect(popup).to_contain_text("Yi Village")
    page.keyboard.press("Escape")
    # A closed popup fades for a moment: two of them stand on the page until it is gone.
    expect(popup).to_have_count(0)
    assert page.locator(".leaflet-changed-pane path[aria-label='r9, new']").count() == 1
    page.get_by_role("button", name="r2", exact=True).click()
    expect(popup).to_contain_text("closed")

    page.get_by_label("by township", exact=True).check()
    expect(zones).to_have_count(2)
    assert cells(page, "#legend-table")[-1] == ["total", "2", "25", "10"]
    assert (traffic.requests, traffic.errors) == ([path.as_uri()], [])


def test_the_cross_of_a_closed_road_lies_above_names_and_names_keep_clear_of_it(
    page: Page, tmp_path: Path
) -> None:
    # The first seat stands in the middle of the closed road r2, so that they would meet.
    towns = after().layers["townships"].copy()
    towns["demand_point"] = [shapely.Point(101.1, 31.05), None]
    found = compare(before(), after(layers={"townships": towns}))
    path = save_map(comparison_map(found), tmp_path / "comparison.html")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(path.as_uri())
    page.wait_for_selector(".shut svg")

    heights = page.evaluate(
        "() => ['crosses', 'labels', 'marker'].map(one => Number(getComputedStyle("
        "document.querySelector('.leaflet-' + one + '-pane')).zIndex))"
    )
    assert heights[0] > max(heights[1:])
    boxes = page.evaluate(
        "() => ['.shut svg', '.seat .name'].map(one => Array.from(document.querySelectorAll(one))"
        ".map(node => node.getBoundingClientRect()).filter(box => box.width)"
        ".map(box => [box.left, box.top, box.right, box.bottom]))"
    )
    crosses, names = boxes
    assert len(crosses) == 1
    assert names
    margin = 3  # the picture of the cross is a little larger than the cross
    for left, top, right, bottom in crosses:
        for one in names:
            apart = (
                one[0] >= right - margin or left + margin >= one[2]
                or one[1] >= bottom - margin or top + margin >= one[3]
            )  # fmt: skip
            assert apart, (crosses, one)
