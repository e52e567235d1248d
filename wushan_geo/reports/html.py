"""The report as one page: self-contained, in two languages, readable without any script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from wushan_geo.reports import answer, ledgers, profiles, remedies, sites
from wushan_geo.reports.desk import Desk, desk_of
from wushan_geo.reports.figures import LIST, Text, joined, sentence, word
from wushan_geo.reports.tables import Bar, Coverage, Shown, Verdict
from wushan_geo.results import CLASSES
from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    import jinja2

    from wushan_geo.reports.tables import Cell, Table
    from wushan_geo.results import StudyInfo, StudyResult

GRAVE = ("notice.demonstration", "notice.facts", "notice.fictional", "notice.scenario")
# Nothing but the style and the script that are known here, and no request at all.
POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
METHOD = (
    "report.method.ledgers",
    "report.method.verdict",
    "report.method.times",
    "report.method.reach",
    "report.method.sites",
    "report.method.numbers",
)
SIGNS = {"pass": "√", "fail": "×", "cannot_assess": "○", "reference": "·"}
SHORT = 12  # rows of a table that is kept on one printed page
BAR_WIDTH = 112.0  # pixels of the whole bar


def county_html(result: StudyResult | Desk) -> str:
    """Write the county report as one HTML page.

    Parameters
    ----------
    result
        A finished result, or its look-ups where they were prepared before.

    Returns
    -------
    str
        The page; the same result gives the same text.

    Raises
    ------
    KeyError
        If a table or a column that reports read is missing.

    Examples
    --------
    See ``tests/test_reports_html.py``.
    """
    desk = result if isinstance(result, Desk) else desk_of(result)
    style, script = asset("county.css"), asset("county.js")
    policy = POLICY.format(script=_digest(script), style=_digest(style))
    page: str = _template().render(
        **_frame(desk), **_parts(desk), style=style, script=script, policy=policy
    )
    return page


@cache
def asset(name: str) -> str:
    """Give the text of a file that the package ships for its reports.

    Parameters
    ----------
    name
        File name in ``reports/templates``.

    Returns
    -------
    str
        The text, with LF line ends.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> "lang" in asset("county.css")
    True
    """
    return files("wushan_geo.reports").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(source: str) -> str:
    found = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return f"sha256-{found}"


@cache
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["tongues"] = tongues_html
    environment.filters["table"] = table_html
    environment.globals["t"] = lambda key, **values: tongues_html(both(key, **values))
    return environment.from_string(asset("county.html"))


def _frame(desk: Desk) -> dict[str, Any]:
    info, notices = desk.info, desk.info.notice_texts
    return {
        "info": info,
        "banners": [said for one, said in notices.items() if one in GRAVE],
        "captions": [*(said for one, said in notices.items() if one not in GRAVE), _edition(info)],
        "edition": _edition(info),
        "facts": _facts(desk),
        "quote": sentence(info.quote),
        "watermark": _watermark(info),
        "classes": CLASSES,
    }


def _edition(info: StudyInfo) -> Text:
    if info.edition == "public":
        return both("notice.public", cell=info.small_cell)
    return MESSAGES["notice.internal"]


def _facts(desk: Desk) -> list[Text]:
    info = desk.info
    found = [both("report.as_of", date=info.as_of.isoformat())]
    if any(info.plan_title):
        found.insert(0, put("report.plan", {"title": info.plan_title}))
    if not all(one.blind for one in desk.spreads.values()):
        condition = word("condition", info.condition)
        found.append(put("report.condition", {"condition": condition}))
    return found


def _watermark(info: StudyInfo) -> Text | None:
    if info.fictional and not info.demonstration:
        return MESSAGES["report.watermark.fictional"]
    return MESSAGES[info.watermark] if info.watermark else None


def _parts(desk: Desk) -> dict[str, Any]:
    plans = desk.result.tables["plans"]
    assumed = desk.result.tables["assumptions"]
    return {
        "answers": answer.answers(desk),
        "board": ledgers.township_board(desk),
        "county_rules": ledgers.county_rules(desk),
        "profile": ledgers.profile(desk),
        "indicators": ledgers.indicators(desk),
        "limits": ledgers.limits(desk),
        "conditions": ledgers.conditions(desk),
        "profile_tables": profiles.profile_tables(desk),
        "profile_notes": profiles.profile_notes(desk),
        "classes_table": ledgers.classes(desk),
        "gap_tables": [ledgers.gaps(desk, one) for one in desk.timed],
        "plans": sites.plans(desk) if len(plans) else None,
        "sites": sites.sites(desk) if len(plans) else None,
        "chart": sites.chart(desk),
        "axes": {"across": MESSAGES["report.chart.across"], "up": MESSAGES["report.chart.up"]},
        "method": [MESSAGES[one] for one in METHOD],
        "frame": (sites.WIDTH, sites.HEIGHT, sites.LEFT, sites.RIGHT, sites.TOP, sites.BOTTOM),
        "remedies": remedies.remedies(desk),
        "facilities": remedies.facilities(desk, candidates=False),
        "candidates": remedies.facilities(desk, candidates=True),
        "sources": remedies.sources(desk),
        "assumptions": remedies.assumptions(desk) if len(assumed) else None,
        "villages": remedies.villages(desk),
    }


def tongues_html(said: Text) -> Any:
    """Write a text in both languages; the style sheet shows one of them.

    Parameters
    ----------
    said
        Chinese and English.

    Returns
    -------
    markupsafe.Markup
        HTML; text that is the same in both stands once.

    Raises
    ------
    TypeError
        If `said` is no pair of texts.

    Examples
    --------
    >>> print(tongues_html(("村", "village")))
    <span lang="zh-CN">村</span><span lang="en">village</span>
    >>> print(tongues_html(("12/18", "12/18")))
    12/18
    """
    from markupsafe import Markup

    return Markup(_tongues(said))  # noqa: S704 -- both texts are escaped there


def _tongues(said: Text) -> str:
    zh, en = said
    if zh != en:
        return f'<span lang="zh-CN">{escape(zh)}</span><span lang="en">{escape(en)}</span>'
    if not zh.isascii():
        return f'<span class="both" lang="zh-CN">{escape(zh)}</span>'
    if any(one.isalpha() for one in zh):
        return f'<span class="both" lang="en">{escape(zh)}</span>'
    return escape(zh)


def table_html(table: Table) -> Any:
    """Write a table with its caption, heads and rows.

    Parameters
    ----------
    table
        The table.

    Returns
    -------
    markupsafe.Markup
        HTML.

    Raises
    ------
    AttributeError
        If a cell is of no known kind.

    Examples
    --------
    See ``tests/test_reports_html.py``.
    """
    from markupsafe import Markup

    name, caption = escape(table.id), _tongues(sentence(table.caption))
    looks = [one.look for one in table.columns]
    heads = "".join(
        f'<th scope="col" class="{one.look}">{_tongues(sentence(one.title))}</th>'
        for one in table.columns
    )
    edges = _edges(table)
    body = "".join(_row(looks, edges, row) for row in table.rows)
    note = f'<p class="note">{_tongues(table.note)}</p>' if any(table.note) else ""
    short = " short" if len(table.rows) <= SHORT else ""
    html = (
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="c-{name}">'
        f'<table id="t-{name}" class="sortable{short}"><caption id="c-{name}">{caption}'
        f"</caption><thead>{_groups(table)}<tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        f"</div>{note}"
    )
    return Markup(html)  # noqa: S704 -- every text in it is escaped


def _groups(table: Table) -> str:
    if not table.groups:
        return ""
    cells = "".join(
        f'<th scope="colgroup" colspan="{span}" class="group">{_tongues(sentence(said))}</th>'
        if any(said)
        else f'<td colspan="{span}"></td>'
        for said, span in table.groups
    )
    return f"<tr>{cells}</tr>"


def _edges(table: Table) -> set[int]:
    """Find the columns at which a group begins: a line sets them apart."""
    found, at = set(), 0
    for _, span in table.groups:
        found.add(at)
        at += span
    return found - {0}


def _row(looks: list[str], edges: set[int], row: list[Cell]) -> str:
    first = f'<th scope="row">{_cell(row[0])}</th>'
    rest = "".join(
        f"<td{_classes(look, edge=at in edges)}>{_cell(cell)}</td>"
        for at, (look, cell) in enumerate(zip(looks[1:], row[1:], strict=True), 1)
    )
    return f"<tr>{first}{rest}</tr>\n"


def _classes(look: str, *, edge: bool) -> str:
    names = [one for one, wanted in ((look, look != "words"), ("edge", edge)) if wanted]
    return f' class="{" ".join(names)}"' if names else ""


def _cell(cell: Cell) -> str:
    if isinstance(cell, tuple):
        return _tongues(cell)
    if isinstance(cell, Verdict):
        return _verdict(cell)
    if isinstance(cell, Coverage):
        return f'<span class="class">{_key(cell.key)}{_tongues(word("class", cell.key))}</span>'
    if isinstance(cell, Shown):
        return f'<span class="demo">{_tongues(cell.text)}</span>'
    return _bar(cell) if isinstance(cell, Bar) else '<span class="fill"></span>'


def _verdict(cell: Verdict) -> str:
    official = (
        f'<span class="verdict {cell.official}"><i aria-hidden="true">{SIGNS[cell.official]}</i> '
        f"{_tongues(MESSAGES[f'verdict.{cell.official}'])}</span>"
    )
    if not cell.demonstration:
        return official
    said = put("demonstration.verdict", {"verdict": MESSAGES[f"verdict.{cell.demonstration}"]})
    return f'{official}<span class="demo">{_tongues(said)}</span>'


def _key(name: str) -> str:
    return (
        '<svg class="key" width="14" height="14" aria-hidden="true" focusable="false">'
        f'<rect width="14" height="14" class="k-{name}"/></svg>'
    )


def _bar(cell: Bar) -> str:
    total = sum(count for _, count in cell.counts)
    at, parts, said = 0.0, [], []
    for key, count in cell.counts:
        if not count:
            continue
        width = BAR_WIDTH * count / total
        parts.append(f'<rect x="{at:.1f}" width="{width:.1f}" height="12" class="k-{key}"/>')
        said.append(put("report.bar.part", {"name": MESSAGES[f"class.{key}"], "count": str(count)}))
        at += width
    said_all = joined(said, LIST)
    return (
        f'<svg class="bar" width="{BAR_WIDTH:g}" height="12" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg><small>{_tongues(said_all)}</small>"
    )
