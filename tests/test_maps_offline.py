"""The page carries everything inside and cannot reach any network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import folium
import pytest
from folium.plugins import Fullscreen
from hypothesis import given
from hypothesis import strategies as st
from maps_builder import NASTY, facts_result, small_result

from wushan_geo.errors import ParameterError
from wushan_geo.maps import coverage_map, map_html, offline, save_map

ASSETS = Path(offline.__file__).parent / "assets"
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@pytest.fixture(scope="module")
def html() -> str:
    return map_html(coverage_map(small_result()))


@pytest.mark.parametrize("name", sorted(offline.LEAFLET_SHA256))
def test_leaflet_is_the_published_one(name: str) -> None:
    content = (ASSETS / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == offline.LEAFLET_SHA256[name]
    assert offline.LEAFLET_SHA256[name] in (ASSETS / "README.md").read_text(encoding="utf-8")


def test_what_would_ask_for_a_file_is_left_out_of_leaflet() -> None:
    script, styles = offline.leaflet()
    assert "sourceMappingURL" not in script
    assert "Leaflet 1.9.4" in script
    assert 'href="http' not in script
    assert "url(" not in styles
    assert ".leaflet-marker-icon" in styles


def test_no_tag_and_no_style_asks_for_a_file(html: str) -> None:
    assert offline.outside_files(html) == []
    outside = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    addresses = re.findall(r"(?:src|href|action|srcset)\s*=\s*[\"']?([^\"'\s>]+)", outside)
    assert set(addresses) == {"#tables", "data:,"}
    assert set(re.findall(r"url\(([^)]*)\)", outside)) == {"#watermark-tile"}
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", html)
    for word in ("jquery", "bootstrap", "fontawesome", "tile.openstreetmap", "cdn."):
        assert word not in html.lower()


def test_the_policy_lets_only_the_scripts_of_the_page_run(html: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    text = policy[1].replace("&#39;", "'")
    assert text.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in text
    assert "unsafe-inline" not in text.split("style-src")[0]
    scripts = SCRIPT.findall(html)
    assert len(scripts) == 3
    for script in scripts:
        value = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{value}'" in text


def test_the_page_stays_far_below_its_limit(html: str) -> None:
    assert len(html.encode()) < 400_000


def test_the_licence_of_leaflet_stands_on_the_page(html: str) -> None:
    assert "BSD 2-Clause License" in html
    assert "Volodymyr Agafonkin" in html


@pytest.mark.parametrize(
    ("tag", "address"),
    [
        ('<script src="https://example.org/a.js"></script>', "https://example.org/a.js"),
        ("<script async src=//example.org/a.js></script>", "//example.org/a.js"),
        ('<link rel="stylesheet" href="/style.css">', "/style.css"),
        ("<img src='picture.png'>", "picture.png"),
        ("<style>p { background: url(picture.png) }</style>", "picture.png"),
        ("<style>@import 'other.css';</style>", "'other.css'"),
    ],
)
def test_what_a_page_would_ask_for_is_found(tag: str, address: str) -> None:
    assert offline.outside_files(f"<p>{tag}</p>") == [address]


def test_what_stands_inside_the_page_is_not_asked_for() -> None:
    inside = (
        '<img src="data:image/gif;base64,AA"><a href="https://example.org">x</a>'
        "<script>var a = '<img src=x.png>';</script><rect fill='url(#p)'></rect>"
    )
    assert offline.outside_files(inside) == []


@pytest.mark.parametrize(
    "layer",
    [
        folium.TileLayer("https://example.org/{z}/{x}/{y}.png", attr="x"),
        Fullscreen(),  # brings its script from a network
    ],
    ids=["tiles", "plugin"],
)
def test_a_layer_that_links_to_a_network_is_refused_and_no_file_is_written(
    tmp_path: Path, layer: Any
) -> None:
    county_map = coverage_map(small_result())
    layer.add_to(county_map)
    with pytest.raises(ParameterError, match="would ask for files beyond itself"):
        save_map(county_map, tmp_path / "map.html")
    assert list(tmp_path.iterdir()) == []


def test_an_ordinary_folium_map_is_refused() -> None:
    with pytest.raises(ParameterError, match="make the map with coverage_map"):
        map_html(folium.Map())


@given(st.text())
def test_embedded_json_gives_back_the_text_and_never_ends_its_tag(text: str) -> None:
    embedded = offline.embedded_json({"name": text})
    assert json.loads(embedded)["name"] == text
    assert "<" not in embedded
    assert "\u2028" not in embedded


def test_infinity_is_no_json() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        offline.embedded_json(float("inf"))


def test_a_hostile_name_is_text_everywhere(html: str) -> None:
    assert NASTY not in html
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html  # in the tables
    assert '\\"\\u003e\\u003cscript\\u003ealert(1)' in html  # in the data
    assert html.count("{{ 7*7 }}") > 1  # a template in a name is not run
    assert "49" not in re.findall(r">(\d+)<", html)


def test_the_same_result_gives_the_same_bytes_and_a_map_can_be_written_twice() -> None:
    county_map = coverage_map(small_result())
    first = map_html(county_map)
    assert map_html(county_map) == first
    assert map_html(coverage_map(small_result())) == first


def test_own_layers_have_settled_ids_too() -> None:
    pages = set()
    for _ in range(2):
        county_map = coverage_map(small_result())
        group = folium.FeatureGroup(name="own").add_to(county_map)
        folium.CircleMarker([31.05, 101.05], tooltip="x").add_to(group)
        pages.add(map_html(county_map))
        pages.add(map_html(county_map))
    assert len(pages) == 1
    assert "feature_group_coverage_0" in pages.pop()


def test_other_folium_maps_keep_their_own_ids_scripts_and_styles() -> None:
    coverage_map(small_result())
    first, second = folium.Map(), folium.Map()
    assert first.get_name() != second.get_name()
    assert folium.Map.default_js
    assert "leaflet.js" in first.get_root().render()


def test_saving_writes_one_whole_file(tmp_path: Path, html: str) -> None:
    target = save_map(coverage_map(small_result()), tmp_path / "maps" / "coverage.html")
    assert target.read_text(encoding="utf-8") == html
    assert [one.name for one in target.parent.iterdir()] == ["coverage.html"]


def test_the_page_shows_itself_in_a_notebook() -> None:
    shown = coverage_map(facts_result())._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "height" in shown
