"""A real Chromium with the network cable out opens a proposal and uses it as a planner would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from maps_builder import NASTY
from proposal_cases import small_proposal
from test_maps_siting_beyond import full_proposal
from test_maps_siting_moves import moved_tables

from wushan_geo.maps import save_map
from wushan_geo.maps.siting import page_data, siting_map
from wushan_geo.maps.siting_cells import told

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def closing_with_a_candidate_on_the_facility() -> dict[str, Any]:
    layer = small_proposal().layers["facilities"].copy()
    at = layer["facility_id"].tolist().index
    points = list(layer.geometry)
    points[at("C2")] = points[at("F1")]
    closing = {name: one for name, one in moved_tables().items() if name != "notes"}
    closing["moved"] = closing["moved"].assign(opened="C2")
    return {"layers": {"facilities": layer.set_geometry(points, crs=layer.crs)}, "tables": closing}


def cells(page: Page, selector: str) -> list[list[str]]:
    rows: list[list[str]] = page.evaluate(
        "one => Array.from(document.querySelector(one).querySelectorAll('tbody tr, tfoot tr'))"
        ".map(row => Array.from(row.cells).map(cell => cell.textContent))",
        selector,
    )
    return rows


def test_the_page_opens_offline_and_map_legend_and_tables_agree_in_both_languages(
    page: Page, traffic: Any, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    proposal = full_proposal()
    tables = page_data(proposal)["tables"]
    path = save_map(siting_map(proposal), tmp_path / "siting.html")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(path.as_uri())
    expect(page.locator("#legend-table")).to_be_visible()
    for box in ("places", "facilities", "draws"):
        page.locator(f"#{box}-box summary").click()
        expect(page.locator(f"#table-{box} .sort").first).to_be_visible()

    for at, language in enumerate(("zh", "en")):
        if at:
            page.locator("#language").click()
            expect(page.locator("html")).to_have_attribute("lang", "en")
            expect(page).to_have_title(re.compile("^Small County: proposed sites"))
        for name, one in tables.items():
            rows = [*one["rows"], *([one["foot"]] if one["foot"] else [])]
            shown = [[told(cell, at) for cell in row] for row in rows]
            assert cells(page, f"#table-{name}") == shown, (name, language)
        legend = cells(page, "#legend-table")
        assert [row[1:] for row in legend] == [
            ["2", "10"], ["2", "12"], ["1", "3"], ["1", told(None, at)], ["6", "25"],
        ]  # fmt: skip
        total = cells(page, "#table-towns")[-1]
        assert total[1] == " / ".join(legend[-1][1:])

    zones = page.locator(".leaflet-zones-pane path")
    expect(zones).to_have_count(6)
    # A village below the pointer is drawn last, so that their order says nothing.
    fills = zones.evaluate_all("all => all.map(one => one.getAttribute('fill')).sort()")
    assert fills == [
        f"url(#state-{one})" for one in ("irreducible", "left", "now", "now", "plan", "plan")
    ]
    expect(page.locator(".leaflet-ties-pane path")).to_have_count(6)
    page.get_by_label("lines to sites", exact=True).uncheck()
    expect(page.locator(".leaflet-ties-pane path")).to_have_count(0)
    assert (traffic.requests, traffic.errors) == ([path.as_uri()], [])


def test_the_keyboard_reaches_villages_candidates_and_sites_and_tables_lead_to_the_map(
    page: Page, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    path = save_map(siting_map(full_proposal()), tmp_path / "siting.html")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(path.as_uri())
    page.locator("#language").click()
    popup = page.locator(".leaflet-popup-content")

    page.locator('.leaflet-zones-pane path[tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    for text in ("Bing Village", "East Township", "45 min", "12.3 min", "Site 1", "90"):
        expect(popup).to_contain_text(text)
    page.keyboard.press("Escape")
    # A closed popup fades for a moment: two of them stand on the page until it is gone.
    expect(popup).to_have_count(0)

    candidates = page.locator(".leaflet-candidates-pane path")
    expect(candidates).to_have_count(1)
    expect(candidates).to_have_attribute("aria-label", "Site 2, candidate, not chosen")
    candidates.focus()
    page.keyboard.press("Enter")
    expect(popup).to_contain_text("candidate, not chosen")
    expect(popup).to_contain_text("not checked: slope of at most 25 degrees")
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)

    site = page.get_by_label("site 1, Site 1, proposed", exact=True)
    site.focus()
    page.keyboard.press("Enter")
    for text in ("Site 1", "2 / 12", "3 / 15", "40 min"):
        expect(popup).to_contain_text(text)
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)

    page.locator("#table-sites").get_by_role("button", name="Home", exact=True).click()
    expect(popup).to_contain_text("existing")
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)

    page.locator("#places-box summary").click()
    page.locator("#filter").fill("ding")
    expect(page.locator("#table-places tbody tr")).to_have_count(1)
    page.locator("#filter").fill("")
    page.locator('#table-places [data-column="minutes_now"]').click()
    page.locator('#table-places [data-column="minutes_now"]').click()
    expect(page.locator("#table-places tbody tr").first).to_contain_text("unreachable")


def test_a_hostile_name_is_text_on_the_map(page: Page, traffic: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    tables = small_proposal().tables
    hostile = {
        "units": tables["units"].assign(name=NASTY, name_en=NASTY),
        "facilities": tables["facilities"].assign(name=NASTY, name_en=NASTY),
    }
    path = save_map(siting_map(small_proposal(tables=hostile)), tmp_path / "siting.html")
    page.goto(path.as_uri())
    page.locator('.leaflet-zones-pane path[tabindex="0"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content strong")).to_have_text(NASTY)
    assert traffic.errors == []


def test_nothing_is_cut_off_on_a_narrow_screen_and_a_group_leads_to_its_place_on_the_map(
    page: Page, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    proposal = full_proposal(demonstration=True, **closing_with_a_candidate_on_the_facility())
    path = save_map(siting_map(proposal), tmp_path / "siting.html")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path.as_uri())
    expect(page.locator("#legend-table")).to_be_visible()
    expect(page.locator("#state-plan .hatch")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("body").inner_text().count("12.3") == 0
    for name in ("stable_plans", "stable_bands"):  # side by side without having to scroll
        box = page.locator(f"#table-{name}").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
    # The candidate on the point of a facility is a ring around its square, 18 px wide.
    ring = page.locator(".leaflet-candidates-pane path").bounding_box()
    assert ring is not None
    assert min(ring["width"], ring["height"]) > 24
    expect(page.locator("#legend")).to_contain_text("画成外圈")
    expect(page.locator(".leaflet-moved-pane .mark")).to_have_count(0)
    page.get_by_label("关停方案", exact=True).check()
    expect(page.locator(".leaflet-moved-pane .mark")).to_have_count(2)
    page.locator("#language").click()
    # A name of several words takes several lines, so that the next one finds room.
    seat = page.locator(".seat .name")
    expect(seat).to_have_text("East Township")
    assert seat.evaluate("one => one.offsetWidth") < 70
    page.locator("#language").click()

    before = page.locator(".leaflet-county-pane path").first.bounding_box()
    page.locator("#table-groups").get_by_role("button", name="片区 1", exact=True).click()
    after = page.locator(".leaflet-county-pane path").first.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"]
    assert page.locator("#table-stable_plans thead button").count() == 0

    # A table that goes on sideways says so, until one has seen its end; one that fits does not.
    sign = page.locator("#tables section").first.locator(".swipe")
    expect(sign).to_have_text("左右滑动可看其余各列 →")
    sites = page.locator(".scroll", has=page.locator("#table-sites"))
    expect(sites).to_have_class("scroll more")
    sites.evaluate("box => { box.scrollLeft = box.scrollWidth; }")
    expect(sites).to_have_class("scroll")
    expect(page.locator("#stability .narrow").first.locator(".swipe")).to_be_hidden()


def test_on_paper_the_whole_county_is_seen_and_afterwards_the_screen_is_as_before(
    page: Page, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    path = save_map(siting_map(small_proposal()), tmp_path / "siting.html")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(path.as_uri())
    holder = page.locator(".folium-map")
    before = holder.bounding_box()

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(holder).to_have_css("width", "700px")
    box = holder.bounding_box()
    outline = page.locator(".leaflet-county-pane path").first.bounding_box()
    assert box is not None
    assert outline is not None
    assert box["x"] <= outline["x"]
    assert outline["x"] + outline["width"] <= box["x"] + box["width"]
    assert box["y"] <= outline["y"]
    assert outline["y"] + outline["height"] <= box["y"] + box["height"]

    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(holder).not_to_have_css("width", "700px")
    assert holder.bounding_box() == before
