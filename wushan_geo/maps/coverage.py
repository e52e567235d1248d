"""The map of a finished result: what it shows, in both languages, gathered for one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wushan_geo.maps import layers, legend, tables, views
from wushan_geo.maps.figures import count, counts
from wushan_geo.maps.shared import edition, middle
from wushan_geo.wording import MESSAGES, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import folium
    import pandas as pd

    from wushan_geo.results import StudyInfo, StudyResult

GRAVE = {"notice.demonstration", "notice.facts", "notice.fictional", "notice.scenario"}
# Topics of findings in the order in which planners ask; of several in a row the first found.
SUMMARY = (
    ("assessed",),
    ("demonstration_township_promise", "township_promise"),
    ("demonstration_village_promise", "village_promise"),
    ("reach",),
    ("next_site",),
    ("ceiling",),
)
LACKING = "lacking"
FIRST_PLAN = 3  # sites of the plan that is shown when the page opens, if there are so many
# Families of messages that the page's script needs beside its own.
FAMILIES = (
    "map.",
    "class.",
    "basis.",
    "kind.",
    "status.",
    "admits.",
    "certainty.",
    "zone.",
    "bank.",
    "verdict.",
    "minutes",
)
SINGLE = (
    "yes",
    "no",
    "unknown",
    "no_data",
    "unreachable",
    "not_applicable",
    "unit.persons",
    "demonstration.verdict",
)


def coverage_map(result: StudyResult) -> folium.Map:
    """Draw the map of a finished result: classes, minutes, facilities, proposed sites.

    The map computes no measure: every number is a cell of a result table, or a sum of persons or a
    count of places over the table ``gaps``. It is bilingual, needs no network, and has the same
    facts in tables below it.

    Parameters
    ----------
    result
        A finished result; coordinates in degrees (EPSG:4326 or 4490).

    Returns
    -------
    folium.Map
        The map; show it in a notebook, or write it with :func:`wushan_geo.save_map`.

    Raises
    ------
    KeyError
        If a table or a column that the map reads is missing.
    ValueError
        If a coordinate is not finite or a count is infinite.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> county_map = wg.coverage_map(wg.run_study(wg.open_study("example")))
    >>> type(county_map).__name__
    'CountyMap'
    """
    from wushan_geo.maps.page import Content, CountyMap  # folium takes a second to load

    data = page_data(result)
    content = Content(data=data, tables=tables.html_tables(data), parts=_parts(result, data))
    return CountyMap(content, middle(result.layers["county"]))


def page_data(result: StudyResult) -> dict[str, Any]:
    """Gather what the page's script reads: words, places, views, plans and lines.

    Parameters
    ----------
    result
        A finished result.

    Returns
    -------
    dict
        Plain lists, texts and numbers, ready for JSON; rounded as they are shown.

    Raises
    ------
    KeyError
        If a table or a column that the map reads is missing.
    ValueError
        If a coordinate is not finite or a count is infinite.

    Examples
    --------
    See ``tests/test_maps_coverage.py``.
    """
    info = result.info
    units = views.units_of(result)
    services = views.shown_services(result)
    plans = views.plans_of(result.tables, units, info.siting_service, info.siting_limit)
    limits = list(services[0].limits) if services else []
    first = limits.index(services[0].limit) if services and services[0].limit in limits else 0
    return {
        "study": info.id,
        "demonstration": info.demonstration,
        "words": _words(result),
        "names": {one.key: list(one.name) for one in info.services},
        "services": [
            {
                "key": one.key,
                "name": list(one.name),
                "limits": counts(one.limits),
                "default": count(one.limit),
                "source": layers.tongues(one.source, "；"),
            }
            for one in services
        ],
        "start": {"service": 0, "limit": first, "plan": min(FIRST_PLAN, len(plans))},
        "towns": _towns(result, units),
        "places": _places(result, units),
        "facilities": _facilities(result, units),
        "views": views.views_of(result, units),
        "plans": plans,
        "plan_scope": _plan_scope(info),
        "base": _base(result),
        "looks": legend.looks(),
        "columns": {name: list(columns) for name, columns in tables.COLUMNS.items()},
    }


def _plan_scope(info: StudyInfo) -> dict[str, Any] | None:
    if info.siting_service is None:
        return None
    name = list(info.service(info.siting_service).name)
    return {"service": name, "limit": count(info.siting_limit)}


def _sorted(table: pd.DataFrame, key: str) -> pd.DataFrame:
    return table.sort_values(key, kind="stable")


def _towns(result: StudyResult, units: views.Units) -> dict[str, Any]:
    table = _sorted(result.tables["townships"], "zone_id")
    layer = result.layers.get("townships")
    return {
        "id": list(units.towns),
        "name": _pairs(table),
        "kind": [layers.text(one) for one in table["kind"]],
        "bank": [layers.text(one) or "unknown" for one in table["bank"]],
        "persons": counts(table["persons"]),
        "open": counts(table["facilities_open"]),
        "capacity": counts(table["capacity"]),
        "basis": [layers.text(one) for one in table["basis"]],
        "seat": layers.points_of(layer, units.towns),
        "shape": layers.shapes_of(layer, units.towns),
        "verdicts": views.verdicts_of(result.tables["scoreboard"], units.towns),
    }


def _places(result: StudyResult, units: views.Units) -> dict[str, Any]:
    table = _sorted(result.tables["villages"], "zone_id")
    layer = result.layers.get("villages")
    return {
        "id": list(units.villages),
        "name": _pairs(table),
        "kind": [layers.text(one) for one in table["kind"]],
        "town": units.town_of.tolist(),
        "persons": counts(table["persons"]),
        "help": [layers.text(one) or "unknown" for one in table["village_service"]],
        "point": layers.points_of(layer, units.villages),
        "shape": layers.shapes_of(layer, units.villages),
    }


def _facilities(result: StudyResult, units: views.Units) -> dict[str, Any]:
    table = _sorted(result.tables["facilities"], "facility_id")
    towns = layers.index_of(units.towns)
    pairs = zip(table["lon"], table["lat"], strict=True)
    return {
        "id": list(units.facilities),
        "name": _pairs(table),
        "kind": [layers.text(one) for one in table["kind"]],
        "status": [layers.text(one) or "unknown" for one in table["status"]],
        "services": [_keys(one) for one in table["services"]],
        "capacity": counts(table["capacity"]),
        "admits": [layers.text(one) or "unknown" for one in table["admits"]],
        "town": [towns.get(layers.text(one)[:9], -1) for one in table["zone_id"]],
        "point": [layers.place(lon, lat) for lon, lat in pairs],
        "basis": [layers.text(one) for one in table["basis"]],
        "point_basis": [layers.text(one) for one in table["point_basis"]],
        "places": counts(table["places_within"]),
        "persons": counts(table["persons_within"]),
        "eligible": counts(table["eligible_within"]),
    }


def _pairs(table: pd.DataFrame) -> list[list[str]]:
    return [layers.pair_of(zh, en) for zh, en in zip(table["name"], table["name_en"], strict=True)]


def _keys(cell: Any) -> list[str] | None:
    if isinstance(cell, str):
        return sorted(one for one in cell.split(";") if one)
    if isinstance(cell, (set, frozenset, list, tuple)):
        return sorted(cell)
    return None  # not known, which is not the same as none


def _base(result: StudyResult) -> dict[str, Any]:
    county = result.layers.get("county")
    outline = [] if county is None else [layers.polygons(one) for one in county.geometry]
    return {
        "county": [part for parts in outline for part in parts],
        "roads": layers.roads_of(result.layers.get("roads")),
        "rivers": layers.rivers_of(result.layers.get("rivers")),
    }


def _words(result: StudyResult) -> dict[str, dict[str, str]]:
    chosen = {key: pair for key, pair in MESSAGES.items() if key.startswith(FAMILIES)}
    chosen |= {key: MESSAGES[key] for key in SINGLE}
    chosen |= _own_words(result)
    return {
        language: {key: pair[at] for key, pair in sorted(chosen.items())}
        for at, language in enumerate(("zh", "en"))
    }


def _own_words(result: StudyResult) -> dict[str, tuple[str, str]]:
    """Give the texts that hold this study's own names and numbers."""
    info = result.info
    title = tuple(
        texts.format(title=name)
        for texts, name in zip(MESSAGES["map.title"], info.title, strict=True)
    )
    quote = tuple(
        texts.format(quote=name)
        for texts, name in zip(MESSAGES["map.plan"], info.quote, strict=True)
    )
    found: dict[str, tuple[str, str]] = {
        "map.title": (title[0], title[1]),
        "map.plan": (quote[0], quote[1]),
        "map.as_of": both("map.as_of", date=info.as_of.isoformat()),
        "map.assumptions": both("map.assumptions", count=len(result.tables["assumptions"])),
        **info.notice_texts,
        **({info.watermark: MESSAGES[info.watermark]} if info.watermark else {}),
        "notice.edition": edition(info),
    }
    for number, (zh, en) in enumerate(_texts(result.tables["findings"])):
        found[f"finding.{number}"] = (zh, en)
    return found


def _texts(findings: pd.DataFrame) -> Iterable[tuple[str, str]]:
    for zh, en in zip(findings["text_zh"], findings["text_en"], strict=True):
        yield layers.text(zh), layers.text(en) or layers.text(zh)


def _language(cell: Any) -> str:
    """Name the language of a text that is not translated, for whoever reads it aloud."""
    return "en" if layers.text(cell).isascii() else "zh-CN"


def _parts(result: StudyResult, data: Mapping[str, Any]) -> dict[str, Any]:
    """Say which parts the page has, by the ids of their texts."""
    info, found = result.info, result.tables["findings"]
    topics = [layers.text(one) for one in found["topic"]]
    answers = [
        topic if severity == "answer" else ""
        for topic, severity in zip(topics, found["severity"], strict=True)
    ]
    first = [next((one for one in row if one in answers), "") for row in SUMMARY]
    keys = {
        topic: [f"finding.{at}" for at, one in enumerate(topics) if one == topic]
        for topic in topics
    }
    return {
        "demonstration": info.demonstration,
        "watermark": info.watermark,
        "banners": [one for one in info.notices if one in GRAVE],
        "captions": [*(one for one in info.notices if one not in GRAVE), "notice.edition"],
        "summary": [f"finding.{answers.index(one)}" for one in first if one],
        "findings": [f"finding.{at}" for at, one in enumerate(topics) if one != LACKING],
        "missing": keys.get(LACKING, []),
        "has_plans": bool(data["plans"]),
        "has_services": bool(data["services"]),
        "sources": [
            {
                **{name: layers.text(one[name]) for name in ("file", "title", "licence")},
                "title_language": _language(one["title"]),
                "licence_language": _language(one["licence"]),
                "basis": layers.text(one["basis"]),
                "as_of": layers.text(one["as_of"]),
                "rows": tables.word("", "") if count(one["rows"]) is None else count(one["rows"]),
            }
            for one in result.tables["sources"].to_dict("records")
        ],
    }
