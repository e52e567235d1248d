"""The page of a proposal of sites: where next, in which order, for whom, and what stays undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wushan_geo.maps import layers, siting_moves
from wushan_geo.maps.charts import Bars, bars_svg
from wushan_geo.maps.coverage import GRAVE
from wushan_geo.maps.figures import count
from wushan_geo.maps.shared import (
    base_map,
    by_language,
    edition,
    look,
    middle,
    sum_of,
    sums_of,
    table_html,
)
from wushan_geo.maps.siting_cells import told
from wushan_geo.maps.siting_chart import Draws, draws_svg
from wushan_geo.maps.siting_found import NOT_ASKED, STATES, found_of
from wushan_geo.maps.siting_rows import tables_of
from wushan_geo.maps.tables import word
from wushan_geo.wording import LANGUAGES, MESSAGES, both, put, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import folium

    from wushan_geo.maps.siting_found import Found
    from wushan_geo.results import SiteProposal

# fill, ink of the pattern, pattern; each state has a pattern of its own, so that nothing is told by
# colour alone; the patterns are drawn by board.js
STATE_LOOKS: dict[str, tuple[str, str, str]] = {
    "now": ("#dcebd8", "#3d6b1f", "plain"),
    "plan": ("#5b9fd0", "#ffffff", "discs"),
    "left": ("#ffd79a", "#8a5a00", "lines"),
    "irreducible": ("#d9cfe0", "#5b3a78", "slashes"),
    "none": ("#f2f2ef", "#6b7280", "rings"),
}
FAMILIES = (
    "siting_map.", "basis.", "kind.", "map.zoom.", "map.road.", "map.river", "map.layer.",
)  # fmt: skip
SINGLE = (
    "no_data", "unreachable", "not_applicable", "map.language",
    "map.language.hint", "map.skip", "map.notices", "map.noscript", "map.controls", "map.layers",
    "map.legend", "map.legend.kind", "map.legend.places", "map.legend.total", "map.legend.base",
    "map.legend.demonstration", "map.county_outline", "map.township_line", "map.seat", "map.north",
    "map.close", "map.projection", "map.licence", "map.region.hint", "map.table.filter",
    "map.table.sort", "map.table.show", "map.table.count", "map.outside",
)  # fmt: skip
EXPLAINS = "explain_"  # beginning of the notes that say what the plan does
FOLDED = ("places", "facilities")
EXTRA = ("phases", "best", "core")  # only where they were asked for
# Beginnings of the notes that stand with the tables of a question, where it has an answer.
MOVED = "moved"  # its section stands also where the answer is that nothing closes
BESIDE = {
    MOVED: ("moved",),
    "rooms": ("room",),
    "best": ("best_",),
    "stable_plans": ("stability_",),
    "screening": ("screening_",),
    "ways": ("way_", "ways_"),
}
STUCK = "way_stuck"  # beginning of the notes on groups for which no way is viable
SHOWN = ("stability_plan_",)  # notes whose numbers stand side by side in a table of the page


def siting_map(proposal: SiteProposal) -> folium.Map:
    """Draw the page of a proposal: the sites, whom they serve, and what no site can do.

    The page computes no measure: every number is a cell of a table of the proposal, or a sum or
    count over its rows. It is bilingual, needs no network, and has the same facts in tables.

    Parameters
    ----------
    proposal
        A proposal with its layers; coordinates in degrees (EPSG:4326 or 4490).

    Returns
    -------
    folium.Map
        The map; write it with :func:`wushan_geo.save_map`.

    Raises
    ------
    KeyError
        If a table, a column or the county's outline is missing.
    ValueError
        If a coordinate is not finite or a count is infinite.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    from wushan_geo.maps.page import Content, CountyMap  # folium takes a second to load

    data = page_data(proposal)
    content = Content(
        data=data,
        tables={
            name: table_html(
                name,
                f"siting_map.table.{name}",
                [f"siting_map.column.{one}" for one in table["columns"]],
                [[told(cell) for cell in row] for row in table["rows"]],
                [told(cell) for cell in table["foot"]],
            )
            for name, table in data["tables"].items()
        },
        parts=_parts(proposal, data),
        template="siting.html",
        script="siting.js",
        styles=("page.css", "siting.css"),
    )
    return CountyMap(content, middle(proposal.layers["county"]))


def page_data(proposal: SiteProposal) -> dict[str, Any]:
    """Gather what the page's script reads: words, places, sites, tables and lines.

    Parameters
    ----------
    proposal
        A proposal with its layers.

    Returns
    -------
    dict
        Plain lists, texts and numbers, ready for JSON; rounded as they are shown.

    Raises
    ------
    KeyError
        If a table, a column or the county's outline is missing.
    ValueError
        If a coordinate is not finite or a count is infinite.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    found = found_of(proposal)
    tables = tables_of(found)
    return {
        "demonstration": proposal.info.demonstration,
        "words": _words(proposal, found),
        "services": [],
        "towns": {
            "id": found.towns["zone_id"].tolist(),
            "name": found.town_names,
            "seat": layers.points_of(found.layer("townships"), found.towns["zone_id"].tolist()),
            "shape": layers.shapes_of(found.layer("townships"), found.towns["zone_id"].tolist()),
        },
        "places": _places(found),
        "facilities": _facilities(found, tables),
        "groups": _groups(found),
        "states": [STATES[at] if at < NOT_ASKED else "none" for at in range(NOT_ASKED + 1)],
        "marks": siting_moves.marks_of(found),
        "counts": _counts(found),
        "ordered": found.ordered,
        "tables": tables,
        "base": base_map(proposal.layers),
        "looks": [look(key, drawn) for key, drawn in STATE_LOOKS.items()],
    }


def _places(found: Found) -> dict[str, Any]:
    """Give every village of the study, those that are not in the plan among them."""
    ids = found.places["zone_id"].tolist()
    return {
        "id": ids,
        "name": found.place_names,
        "town": found.town_of.tolist(),
        "point": layers.points_of(found.layer("villages"), ids),
        "shape": layers.shapes_of(found.layer("villages"), ids),
        "state": found.state.tolist(),
        "site": [found.facility_at.get(one, -1) for one in found.column("facility_plan")],
        "moved": [
            bool(now != then)
            for now, then in zip(
                found.column("facility_now"), found.column("facility_plan"), strict=True
            )
        ],
    }


def _groups(found: Found) -> list[list[int]]:
    """Give the villages of each group that the plan leaves, in the order of the table of groups."""
    at = layers.index_of(found.places["zone_id"])
    groups = found.groups if len(found.optional("ways")) else {}
    return [
        sorted(at[one] for one, number in groups.items() if number == group and one in at)
        for group in sorted(set(groups.values()))
    ]


def _facilities(found: Found, tables: dict[str, Any]) -> dict[str, Any]:
    """Give the sites and what was not chosen, with their rows in the tables, if any."""
    ids = found.facilities["facility_id"].tolist()
    site_at = layers.index_of(found.sites["facility_id"])
    screened = sorted(set(found.optional("screening").get("facility_id", ())))
    screened_at = layers.index_of(screened) if "screening" in tables else {}
    return {
        "id": ids,
        "name": found.facility_names,
        "town": found.facility_town,
        "role": [found.roles[one] for one in ids],
        "number": [found.numbers.get(one) for one in ids],
        "site": [site_at.get(one, -1) for one in ids],
        "screened": [screened_at.get(one, -1) for one in ids],
        "unseen": siting_moves.unseen(found),
        "point": [found.points.get(one) for one in ids],
    }


def _counts(found: Found) -> dict[str, Any]:
    """Count villages and add up persons by state; what is not in the plan is no part of a total."""
    asked = found.state < NOT_ASKED
    return {
        "states": sums_of(found.state[asked], STATES, [found.persons[asked]]),
        "total": [int(asked.sum()), sum_of(found.persons[asked])],
        "none": int((~asked).sum()),
    }


def _words(proposal: SiteProposal, found: Found) -> dict[str, dict[str, str]]:
    chosen = {key: pair for key, pair in MESSAGES.items() if key.startswith(FAMILIES)}
    mark = proposal.info.watermark
    chosen |= {key: MESSAGES[key] for key in (*SINGLE, *([mark] if mark else []))}
    chosen |= proposal.info.notice_texts
    return by_language(chosen | _own_words(proposal, found))


def _own_words(proposal: SiteProposal, found: Found) -> dict[str, tuple[str, str]]:
    """Give the texts that hold this proposal's own names and numbers."""
    info, plan = proposal.info, found.plan
    checked = "siting_map.verified" if plan["verified"] else "siting_map.unverified"
    status = [word("siting_map.status", str(plan["status"]), one) for one in LANGUAGES]
    limit = f"{plan['limit']:g}"
    texts = {
        "siting_map.title": put("site.title", {"county": info.county_name}),
        "siting_map.under": put(
            "siting_map.under",
            {"service": found.service, "limit": limit, "demand": found.demand},
        ),
        "siting_map.figures": _of_whom(plan, limit),
        "siting_map.proof": put(
            "siting_map.proof",
            {
                "status": (status[0], status[1]),
                "gap": f"{float(plan['gap']) * 100:.3g}",
                "checked": MESSAGES[checked],
            },
        ),
        "map.as_of": both("map.as_of", date=info.as_of.isoformat()),
        "notice.edition": edition(info),
        **{f"siting_map.chart.told.{one.name}": one.told for one in _charts(found)},
    }
    drawn = _draws(found)
    if drawn is not None:
        texts["siting_map.draws.told"] = drawn.told
    cost = count(plan["cost"])
    if cost is not None:
        texts["siting_map.cost"] = both("siting_map.cost", cost=cost)
    if len(found.optional("best")):
        texts["siting_map.best.within"] = _best_within(found)
    for at, row in enumerate(proposal.tables["notes"].to_dict("records")):
        texts[f"note.{at}"] = (str(row["zh"]), str(row["en"]))
    return texts


def _of_whom(plan: Mapping[str, Any], limit: str) -> tuple[str, str]:
    """Say whom the figures are counted of; the county too where villages were left out."""
    fields: dict[str, object] = {
        f"{whole}{name}": count(plan[f"{whole or 'total_'}{name}"])
        for whole in ("", "county_")
        for name in ("places", "persons")
    }
    county = fields["county_places"]
    key = "siting_map.figures"
    if county is not None and county != fields["places"]:
        key = "siting_map.figures.counted"
    return put(key, {"limit": limit, **fields})


def _best_within(found: Found) -> tuple[str, str]:
    """Say how near to the best plan the listed ones had to be, and whether there are more."""
    wish = found.proposal.manifest.get("wish") or {}
    listed = len(found.table("best"))
    asked = wish.get("best") or listed
    more = "siting_map.best.all" if listed < asked else "siting_map.best.full"
    within = f"{100 * (wish.get('within') or 0.0):g}"
    fields = {"within": within, "asked": asked, "count": listed, "more": MESSAGES[more]}
    return put("siting_map.best.within", fields)


def _charts(found: Found) -> list[Bars]:
    """Say what each number of sites would cover, persons and villages side by side."""
    rows, plan = found.table("frontier"), found.plan
    rows = rows[rows["covered_persons"].notna().to_numpy()]  # no plan is no bar of height 0
    charts = []
    for name in ("persons", "places"):
        values = [count(one) or 0 for one in rows[f"covered_{name}"]]
        sites = [int(one) for one in rows["sites"]]
        total, ceiling = (count(plan[f"{one}_{name}"]) or 0 for one in ("total", "ceiling"))
        parts = [
            [say("siting_map.chart.part", language, sites=one, value=value)
             for one, value in zip(sites, values, strict=True)]
            for language in LANGUAGES
        ]  # fmt: skip
        text = put(
            f"siting_map.chart.told.{name}",
            {
                "total": total,
                "ceiling": ceiling,
                "parts": ("；".join(parts[0]) + "。", "; ".join(parts[1]) + "."),
            },
        )
        now = _counts(found)["states"][0][1 if name == "persons" else 0] or 0
        if siting_moves.roomy(found):  # with places even those within the limit need one
            now = min([now, *values])
        charts.append(Bars(name, sites, values, now, ceiling, int(plan["sites"]), text))
    return charts


def _draws(found: Found) -> Draws | None:
    """Say what the best and the safe plan cover in each draw."""
    rows = found.optional("draws")
    if rows.empty:
        return None
    best, safe = ([float(one) for one in rows[f"{name}_persons"]] for name in ("best", "safe"))
    ends = {
        f"{name}_{end}": count(round(pick(own), 1))
        for name, own in (("best", best), ("safe", safe))
        for end, pick in (("least", min), ("most", max))
    }
    text = put("siting_map.draws.said", {"draws": len(rows), **ends})
    return Draws([float(one) for one in rows["speed"]], best, safe, text)


def _parts(proposal: SiteProposal, data: dict[str, Any]) -> dict[str, Any]:
    """Say which parts the page has, by the ids of their texts."""
    info, tables = proposal.info, data["tables"]
    found = found_of(proposal)
    charts = _charts(found) if tables["frontier"]["rows"] else []
    drawn = _draws(found)
    beside = _beside(proposal, tables)
    return {
        "demonstration": info.demonstration,
        "watermark": info.watermark,
        "banners": [one for one in info.notices if one in GRAVE],
        "captions": [*(one for one in info.notices if one not in GRAVE), "notice.edition"],
        "has_cost": count(found.plan["cost"]) is not None,
        "headline": beside["headline"],
        "notes": beside["notes"],
        "beside": beside,
        "figures": _figures(found, data["counts"]),
        "charts": [(one.name, bars_svg(one)) for one in charts],
        "draws": "" if drawn is None else draws_svg(drawn),
        "extra": [name for name in EXTRA if name in tables],
        "folded": FOLDED,
    }


def _beside(proposal: SiteProposal, tables: dict[str, Any]) -> dict[str, list[str]]:
    """Say which notes stand where: what the plan does, beside a table, or at the end."""
    places: dict[str, list[str]] = {one: [] for one in ("headline", "notes", "stuck", *BESIDE)}
    for at, key in enumerate(map(str, proposal.tables["notes"]["key"])):
        if key.startswith(EXPLAINS):
            place = "headline"
        else:
            place = next(
                (
                    name
                    for name, begun in BESIDE.items()
                    if (name in tables or name == MOVED) and key.startswith(begun)
                ),
                "notes",
            )
        if place == "ways" and key.startswith(STUCK):
            place = "stuck"
        if not (place in BESIDE and key.startswith(SHOWN)):
            places[place].append(f"note.{at}")
    return places


def _figures(found: Found, counts: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Give villages and persons within the limit: now, with the plan, with every candidate."""
    plan = found.plan

    def shown(name: str, what: str) -> str:
        return str(count(plan[f"{name}_{what}"]))

    def ends(what: str) -> str:
        slow, fast = (shown("covered", f"{what}_{end}") for end in ("pessimistic", "optimistic"))
        return f"{slow}～{fast}"

    places, persons = (told(one) for one in counts["states"][0])
    having = ("siting_map.figures.served", shown("served", "places"), shown("served", "persons"))
    return [
        ("siting_map.figures.now", places, persons),
        ("siting_map.figures.plan", shown("covered", "places"), shown("covered", "persons")),
        ("siting_map.figures.range", ends("places"), ends("persons")),
        *([having] if siting_moves.roomy(found) else []),
        ("siting_map.figures.ceiling", shown("ceiling", "places"), shown("ceiling", "persons")),
    ]
