"""The map of a comparison: who is better off, who worse, and which roads it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.comparison import CHANGES, COUNTED, LEVELS
from wushan_geo.maps import layers, legend
from wushan_geo.maps.coverage import GRAVE
from wushan_geo.maps.figures import (
    UNREACHABLE,
    count,
    counts,
    interval_text,
    minute,
    number_text,
    of_text,
)
from wushan_geo.maps.shared import (
    base_map,
    by_language,
    edition,
    filled,
    floats,
    look,
    middle,
    names_of,
    positions,
    sum_of,
    sums_of,
    table_html,
)
from wushan_geo.maps.tables import LANGUAGE, word
from wushan_geo.results import CLASSES
from wushan_geo.wording import MESSAGES, put, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium
    import pandas as pd

    from wushan_geo.comparison import Comparison
    from wushan_geo.maps.figures import Minute
    from wushan_geo.results import ServiceInfo, StudyInfo
    from wushan_geo.wording import Language

# fill, ink of the pattern, pattern; blue for the better, orange for the worse, and each a pattern
# of its own, so that nothing is told by colour alone; the patterns are drawn by comparison.js
CHANGE_LOOKS: dict[str, tuple[str, str, str]] = {
    "now_reachable": ("#5b9fd0", "#ffffff", "discs"),
    "better": ("#8fc3e4", "#12415f", "lines"),
    "now_known_reached": ("#c3e6d6", "#1f6b4f", "backslashes"),
    "faster": ("#cfe6f4", "#1f5f8b", "dots"),
    "same": ("#f7f7f3", "#6b7280", "plain"),
    "other_facility": ("#e6e6df", "#6b7280", "cross"),
    "mixed": ("#e4d7ee", "#5b3a78", "grid"),
    "slower": ("#ffe3bd", "#8a5a00", "stairs"),
    "now_known_beyond": ("#f3dccb", "#7a4a2a", "waves"),
    "worse": ("#f4ac6c", "#6e3200", "bars"),
    "now_unreachable": ("#dd6b3f", "#ffffff", "slashes"),
    "now_unknown": ("#f2f2ef", "#6b7280", "rings"),
}
# colour, width and dashes of the changed roads
ROAD_LOOKS: dict[str, tuple[str, float, str]] = {
    "closed": ("#8a1256", 5, "6 5"),
    "gone": ("#8a1256", 5, "2 7"),
    "one_way": ("#b45309", 5, "3 4"),
    "reversed": ("#5b3a78", 5, "12 4 3 4"),
    "two_way": ("#0b5fa5", 5, "9 3 3 3"),
    "slower": ("#b45309", 4, "9 5"),
    "mixed": ("#5b3a78", 4, "7 7"),
    "faster": ("#0b5fa5", 4, "12 3"),
    "opened": ("#0b5fa5", 5, "18 5"),
    "new": ("#0b5fa5", 5, ""),
}
TOWNS = (
    "name",
    "change",
    "minutes_a",
    "minutes_b",
    "delta",
    "places",
    "persons",
    "eligible",
    "basis",
)
PLACES = (
    "name", "town", "change", "class_a", "class_b", "minutes_a", "minutes_b", "delta",
    "facility_a", "facility_b", "persons_of", "eligible_of", "basis",
)  # fmt: skip
ROADS = ("road", "change", "road_class", "crossing", "basis")
FACILITIES = ("name", "kind", "status", "town")
UNITS = ("what", "name", "id", "only_in")
TABLES = {
    "towns": TOWNS, "places": PLACES, "changed": ROADS, "facilities": FACILITIES, "units": UNITS,
}  # fmt: skip
FAMILIES = (
    "compare.", "class.", "basis.", "kind.", "status.", "minutes", "map.region.hint", "map.zoom.",
    "map.road.", "map.river", "map.limit.value", "map.minutes.full", "map.from", "map.column.",
    "map.layer.",
)  # fmt: skip
SINGLE = (
    "no_data", "unreachable", "not_applicable",
    "map.language", "map.language.hint", "map.skip", "map.notices", "map.noscript",
    "map.controls", "map.service", "map.limit", "map.limit.default", "map.theme",
    "map.level.villages", "map.level.townships", "map.layers", "map.legend", "map.legend.kind",
    "map.legend.places", "map.legend.townships", "map.legend.persons", "map.legend.eligible",
    "map.legend.total", "map.legend.base", "map.legend.demonstration", "map.county_outline",
    "map.township_line", "map.seat", "map.north", "map.close", "map.projection", "map.licence",
    "map.table.filter", "map.table.sort", "map.table.show", "map.table.count", "map.table.towns",
    "map.table.places", "map.table.facilities", "map.demonstration.class", "map.outside",
    "map.findings", "map.findings.demonstration", "map.summary", "map.summary.demonstration",
)  # fmt: skip
CLASS_UNKNOWN = len(CLASSES) - 1
MOST_SENTENCES = 2  # of the headline, above the legend; the rest stands below the map


def comparison_map(comparison: Comparison) -> folium.Map:
    """Draw the map of a comparison: changes by village and township, and the roads behind them.

    The map computes no measure: every number is a cell of a table of the comparison, or a sum or
    count over its rows. It is bilingual, needs no network, and has the same facts in tables.

    Parameters
    ----------
    comparison
        A comparison; coordinates in degrees (EPSG:4326 or 4490).

    Returns
    -------
    folium.Map
        The map; write it with :func:`wushan_geo.save_map`.

    Raises
    ------
    KeyError
        If a table or a column that the map reads is missing.
    ValueError
        If a coordinate is not finite or a count is infinite.

    Examples
    --------
    See ``tests/test_maps_comparison.py``.
    """
    from wushan_geo.maps.page import Content, CountyMap  # folium takes a second to load

    data = page_data(comparison)
    content = Content(
        data=data,
        tables={
            name: table_html(
                name,
                f"compare.table.{name}",
                [f"compare.column.{one}" for one in columns],
                rows_of(name, data),
            )
            for name, columns in TABLES.items()
        },
        parts=_parts(comparison, data),
        template="comparison.html",
        script="comparison.js",
        styles=("page.css", "comparison.css"),
    )
    return CountyMap(content, middle(comparison.layers["county"]))


def page_data(comparison: Comparison) -> dict[str, Any]:
    """Gather what the page's script reads: words, places, views and lines.

    Parameters
    ----------
    comparison
        A comparison.

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
    See ``tests/test_maps_comparison.py``.
    """
    table = comparison.table
    services = _services(comparison)
    towns, places = _units(table, "township"), _units(table, "village")
    town_at = layers.index_of(towns["zone_id"])
    first = services[0] if services else None
    return {
        "demonstration": comparison.demonstration,
        "words": _words(comparison),
        "services": [
            {
                "key": one.key,
                "name": list(one.name),
                "limits": counts(_limits(table, one)),
                "default": count(one.limit),
            }
            for one in services
        ],
        "start": 0 if first is None else _limits(table, first).index(first.limit or 0.0),
        "towns": {
            "id": towns["zone_id"].tolist(),
            "name": names_of(towns),
            "seat": layers.points_of(comparison.layers.get("townships"), towns["zone_id"].tolist()),
            "shape": layers.shapes_of(
                comparison.layers.get("townships"), towns["zone_id"].tolist()
            ),
        },
        "places": {
            "id": places["zone_id"].tolist(),
            "name": names_of(places),
            "town": [town_at.get(one, -1) for one in places["parent_id"]],
            "point": layers.points_of(
                comparison.layers.get("villages"), places["zone_id"].tolist()
            ),
            "shape": layers.shapes_of(
                comparison.layers.get("villages"), places["zone_id"].tolist()
            ),
        },
        "facilities": _facilities(comparison, town_at),
        "views": [
            [_views(comparison, one, limit) for limit in _limits(table, one)] for one in services
        ],
        "changed": _changed_roads(comparison),
        "units": [
            [one["what"], [one["name"], one["name_en"] or one["name"]], one["id"], one["only_in"]]
            for one in filled(comparison.units).to_dict("records")
        ],
        "base": base_map(comparison.layers),
        "looks": {
            "changes": [look(key, CHANGE_LOOKS[key]) for key in CHANGES],
            "classes": legend.looks()["classes"],
            "roads": {key: list(look) for key, look in ROAD_LOOKS.items()},
        },
        "columns": {name: list(columns) for name, columns in TABLES.items()},
    }


def _services(comparison: Comparison) -> list[ServiceInfo]:
    """Give the services that both have with a limit in common, the headline first."""
    there = set(comparison.table["service"])
    found = [one for one in comparison.a.services if one.key in there and one.limit is not None]
    found = [one for one in found if one.limit in _limits(comparison.table, one)]
    return sorted(found, key=lambda one: one.key != comparison.a.headline)


def _limits(table: pd.DataFrame, service: ServiceInfo) -> list[float]:
    return sorted(set(table.loc[(table["service"] == service.key).to_numpy(), "limit"]))


def _units(table: pd.DataFrame, level: str) -> pd.DataFrame:
    """Give the units of a level once each, in the order of their codes."""
    rows = table[(table["level"] == level).to_numpy()].drop_duplicates("zone_id")
    return filled(rows[["zone_id", "name", "name_en", "parent_id"]]).sort_values("zone_id")


def _facilities(comparison: Comparison, town_at: Mapping[str, int]) -> dict[str, Any]:
    """Give the facilities that are drawn: all but candidate sites, which reach nobody."""
    table = comparison.layers["facilities"]
    rows = table[(table["status"] != "candidate").to_numpy()].sort_values("facility_id")
    return {
        "id": rows["facility_id"].tolist(),
        "name": names_of(rows),
        "kind": [layers.text(one) for one in rows["kind"]],
        "status": [layers.text(one) or "unknown" for one in rows["status"]],
        "town": [town_at.get(layers.text(one)[:9], -1) for one in rows["zone_id"]],
        "point": [layers.point_of(one) for one in rows.geometry],
    }


def _changed_roads(comparison: Comparison) -> list[dict[str, Any]]:
    lines = comparison.layers.get("changed_roads")
    if lines is None:
        return []
    rows = []
    for one, shape in zip(filled(comparison.roads).to_dict("records"), lines.geometry, strict=True):
        points = np.array(shape.coords, dtype=np.float64)[:, :2]
        rows.append(
            {
                "id": one["edge_id"],
                "name": one["name"] or one["edge_id"],
                "change": one["change"],
                "class": one["road_class"],
                "crossing": one["crossing_id"],
                "basis": one["basis"],
                "line": layers.steps(points),
            }
        )
    return rows


def _views(comparison: Comparison, service: ServiceInfo, limit: float) -> dict[str, Any]:
    """Give what is shown of one service at one limit, by village and by township."""
    table = comparison.table
    own = ((table["service"] == service.key) & (table["limit"] == limit)).to_numpy()
    rows = table[own]
    found = {}
    for level, name in zip(LEVELS[:2], ("places", "towns"), strict=True):
        known = _units(table, level)["zone_id"].tolist()
        at = rows[(rows["level"] == level).to_numpy()].set_index("zone_id").reindex(known)
        found[name] = _view(at, whole=comparison.demonstration)
    return found


def _view(rows: pd.DataFrame, *, whole: bool) -> dict[str, Any]:
    changes = positions(rows["change"], CHANGES, CHANGES.index("now_unknown"))
    totals = [floats(rows[f"{group}_total_b"]) for group in COUNTED[1:]]
    view: dict[str, Any] = {
        "change": changes.tolist(),
        "by_change": sums_of(changes, CHANGES, totals),
    }
    for side in ("a", "b"):
        classes = positions(rows[f"class_{side}"], CLASSES, CLASS_UNKNOWN)
        view[f"class_{side}"] = classes.tolist()
        view[f"has_class_{side}"] = bool(rows[f"class_{side}"].notna().any())
        view[f"by_{side}"] = sums_of(classes, CLASSES, totals)
        for end, name in (("low", "low"), ("high", "high")):
            view[f"{name}_{side}"] = _shown(rows[f"minutes_{end}_{side}"], whole=whole)
        # Schematic roads bear an interval alone; the central minutes do not leave Python then.
        view[f"mid_{side}"] = (
            None if whole else _shown(rows[f"minutes_central_{side}"], whole=False)
        )
        view[f"facility_{side}"] = [layers.text(one) for one in rows[f"facility_{side}"]]
    view["delta"] = [
        _delta(*one, whole=whole)
        for one in zip(*(floats(rows[f"minutes_{end}_delta"]) for end in _ENDS), strict=True)
    ]
    for group in COUNTED:
        pairs = zip(rows[f"{group}_reached_a"], rows[f"{group}_reached_b"], strict=True)
        view[group] = [counts(one) for one in pairs]
    view["persons_of"], view["eligible_of"] = (counts(one) for one in totals)
    view["basis"] = [layers.text(one) for one in rows["basis"]]
    view["total"] = [len(rows), *(sum_of(one) for one in totals)]
    return view


_ENDS = ("low", "central", "high")


def _shown(column: pd.Series, *, whole: bool) -> list[Minute]:
    return [minute(one, whole=whole) for one in floats(column)]


def _delta(low: float, central: float, high: float, *, whole: bool) -> list[Minute]:
    """Give the change of the minutes as two ends in ascending order, and the central one.

    Infinite ends keep their sign: from unreachable to minutes is minus infinite.
    """
    ends = sorted([low, high]) if not np.isnan([low, high]).any() else [np.nan, np.nan]
    return [
        *(_signed(one, whole=whole) for one in ends),
        None if whole else _signed(central, whole=False),
    ]


def _signed(value: float, *, whole: bool) -> Minute:
    if np.isinf(value):
        return UNREACHABLE if value > 0 else f"-{UNREACHABLE}"
    return minute(value, whole=whole)


def delta_text(delta: Sequence[Minute], language: Language = LANGUAGE) -> str:
    """Write how many minutes more or less it takes.

    Parameters
    ----------
    delta
        The smaller end, the larger end and the central value (None to show the ends alone), as
        ``page_data`` gives them.
    language
        ``zh`` or ``en``.

    Returns
    -------
    str
        Such as ``+16～+46``, ``0``, ``now unreachable`` or ``no data``.

    Raises
    ------
    UnknownIdError
        Never for the two languages.

    Examples
    --------
    >>> delta_text([16, 46, None], "en"), delta_text([-3, -3, -3], "en")
    ('+16 to +46', '−3')
    """
    low, high, mid = delta
    if low is None or high is None:
        return say("no_data", language)
    if UNREACHABLE in (low, high):
        return say("compare.delta.lost", language)
    if f"-{UNREACHABLE}" in (low, high):
        return say("compare.delta.won", language)
    if low == high:
        return _plus(low)
    if mid is None:
        return say("compare.delta.between", language, low=_plus(low), high=_plus(high))
    return say("compare.delta.full", language, mid=_plus(mid), low=_plus(low), high=_plus(high))


def _plus(value: Minute) -> str:
    text = str(value)
    if text.startswith("-"):
        return text.replace("-", "−")
    return text if text == "0" else f"+{text}"


def rows_of(name: str, data: Mapping[str, Any]) -> list[list[str]]:
    """Give the cells of one table as text, in Chinese, at the service and limit shown first.

    Parameters
    ----------
    name
        A key of ``TABLES``.
    data
        What the page's script reads, too.

    Returns
    -------
    list of list of str
        Rows of cells.

    Raises
    ------
    KeyError
        If there is no such table.

    Examples
    --------
    See ``tests/test_maps_comparison.py``.
    """
    if name in {"towns", "places"}:
        return _unit_rows(name, data) if data["views"] else []
    if name == "changed":
        return [_road(one) for one in data["changed"]]
    if name == "facilities":
        return _facility_rows(data)
    return [
        [say(f"compare.what.{what}", LANGUAGE), pair[0], key, say(f"compare.only.{side}", LANGUAGE)]
        for what, pair, key, side in data["units"]
    ]


def _unit_rows(name: str, data: Mapping[str, Any]) -> list[list[str]]:
    view, units = data["views"][0][data["start"]][name], data[name]
    cells = {
        "name": lambda at: units["name"][at][0],
        "town": lambda at: _town(units["town"][at], data),
        "change": lambda at: say(f"compare.change.{CHANGES[view['change'][at]]}", LANGUAGE),
        "delta": lambda at: delta_text(view["delta"][at]),
        "basis": lambda at: word("basis", view["basis"][at]),
        **{f"class_{side}": _class_cell(view[f"class_{side}"], data) for side in "ab"},
        **{f"minutes_{side}": _minutes_cell(view, side) for side in "ab"},
        **{f"facility_{side}": _facility_cell(view[f"facility_{side}"], data) for side in "ab"},
        **{group: _pair_cell(view[group]) for group in COUNTED},
        **{one: _number_cell(view[one]) for one in ("persons_of", "eligible_of")},
    }
    return [[cells[one](at) for one in TABLES[name]] for at in range(len(units["id"]))]


def _class_cell(classes: Sequence[int], data: Mapping[str, Any]) -> Any:
    def write(at: int) -> str:
        name = say(f"class.{CLASSES[classes[at]]}", LANGUAGE)
        if data["demonstration"] and classes[at] != CLASS_UNKNOWN:
            return say("map.demonstration.class", LANGUAGE, class_name=name)
        return name

    return write


def _minutes_cell(view: Mapping[str, Any], side: str) -> Any:
    def write(at: int) -> str:
        mid = view[f"mid_{side}"]
        ends = (view[f"low_{side}"][at], view[f"high_{side}"][at])
        return interval_text(*ends, LANGUAGE, None if mid is None else mid[at])

    return write


def _facility_cell(ids: Sequence[str], data: Mapping[str, Any]) -> Any:
    names = dict(zip(data["facilities"]["id"], data["facilities"]["name"], strict=True))

    def write(at: int) -> str:
        if not ids[at]:
            return say("not_applicable", LANGUAGE)
        return str(names.get(ids[at], [ids[at]])[0])

    return write


def _pair_cell(pairs: Sequence[Sequence[float | None]]) -> Any:
    def write(at: int) -> str:
        before, after = pairs[at]
        if before is None and after is None:
            return of_text(None, None, LANGUAGE)
        return f"{number_text(before, LANGUAGE)} → {number_text(after, LANGUAGE)}"

    return write


def _number_cell(values: Sequence[float | None]) -> Any:
    def write(at: int) -> str:
        return number_text(values[at], LANGUAGE)

    return write


def _town(number: int, data: Mapping[str, Any]) -> str:
    name: str = say("map.outside", LANGUAGE) if number < 0 else data["towns"]["name"][number][0]
    return name


def _road(one: Mapping[str, Any]) -> list[str]:
    return [
        one["name"],
        say(f"compare.road.{one['change']}", LANGUAGE),
        word("compare.road_class", one["class"]),
        one["crossing"] or say("not_applicable", LANGUAGE),
        word("basis", one["basis"]),
    ]


def _facility_rows(data: Mapping[str, Any]) -> list[list[str]]:
    all_of = data["facilities"]
    return [
        [
            all_of["name"][at][0],
            word("kind", all_of["kind"][at]),
            word("status", all_of["status"][at]),
            _town(all_of["town"][at], data),
        ]
        for at in range(len(all_of["id"]))
    ]


def _words(comparison: Comparison) -> dict[str, dict[str, str]]:
    chosen = {key: pair for key, pair in MESSAGES.items() if key.startswith(FAMILIES)}
    mark = comparison.watermark
    chosen |= {key: MESSAGES[key] for key in (*SINGLE, *([mark] if mark else []))}
    chosen |= comparison.notice_texts
    chosen |= _own_words(comparison)
    return by_language(chosen)


def _own_words(comparison: Comparison) -> dict[str, tuple[str, str]]:
    """Give the texts that hold the names and numbers of these two studies."""
    county = comparison.a.county_name
    found = {
        "compare.title": put("compare.title", {"county": county}),
        "compare.from": put("compare.from", _side(comparison.a)),
        "compare.to": put("compare.to", _side(comparison.b)),
        "notice.edition": edition(comparison.b),
    }
    texts = comparison.findings
    for at, pair in enumerate(zip(texts["text_zh"], texts["text_en"], strict=True)):
        found[f"finding.{at}"] = (str(pair[0]), str(pair[1]))
    return found


def _side(info: StudyInfo) -> dict[str, Any]:
    return {"title": info.title, "date": info.as_of.isoformat(), "id": info.id}


def _parts(comparison: Comparison, data: Mapping[str, Any]) -> dict[str, Any]:
    """Say which parts the page has, by the ids of their texts."""
    found = comparison.findings
    keys = [f"finding.{at}" for at in range(len(found))]
    services = _services(comparison)
    first = [
        key
        for key, service, limit in zip(keys, found["service"], found["limit"], strict=True)
        if services and service == services[0].key and limit == services[0].limit
    ]
    of_both = dict(zip(keys, found["topic"], strict=True))
    before = [key for key, topic in of_both.items() if topic in _BEFORE]
    rest = [key for key, topic in of_both.items() if topic in _OF_BOTH]
    return {
        "demonstration": comparison.demonstration,
        "watermark": comparison.watermark,
        "banners": [one for one in comparison.notices if one in GRAVE],
        "captions": [*(one for one in comparison.notices if one not in GRAVE), "notice.edition"],
        "summary": [*before, *first[:MOST_SENTENCES], *rest],
        "findings": keys,
        "has_services": bool(services),
        "has_roads": bool(data["changed"]),
        "has_units": bool(data["units"]),
    }


_BEFORE = ("nothing", "method", "settings")
_OF_BOTH = ("condition", "as_of", "roads", "roads_apart")
