"""Every invented number of the built-in county, in one table that is generated and never typed.

A step of the build that invents a number exposes ``assumptions(out) -> list[Assumption]``, made
from its own constants; the numbers of ``study.toml`` are read from there. The words beside them
stand in ``assumption_words.toml``. ``page`` prints all as one Markdown table, which the package
reads back and prints in ``run.json``.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADER = (
    "key", "what", "内容", "value", "unit", "why", "理由", "how to replace it", "如何替换",
)  # fmt: skip
"""Columns of the table, as the package reads them."""
WORDS = Path(__file__).resolve().parent / "assumption_words.toml"
"""What each value is, and why, by key."""
STARRED = ("services", "travel.profiles", "travel.conditions", "travel.group_profiles")
"""Sections of the study file whose members share one set of words."""
NAMES = {
    "walker": ("独立步行", "independent walker"),
    "wheelchair": ("轮椅", "wheelchair"),
    "escorted": ("陪护出行", "escorted"),
    "vehicle": ("乘车（需协助上下车）", "vehicle, with help to board"),
    "bedbound": ("卧床（上门服务）", "bed-bound, visited at home"),
    "snow": ("冰雪天气", "snow and ice"),
    "flood": ("汛期", "flood season"),
}
"""Travel profiles and conditions, Chinese and English."""
GROUPS = {
    "visual": ("视力残疾人", "persons with visual disability"),
    "hearing": ("听力残疾人", "persons with hearing disability"),
    "speech": ("言语残疾人", "persons with speech disability"),
    "physical": ("肢体残疾人", "persons with physical disability"),
    "intellectual": ("智力残疾人", "persons with intellectual disability"),
    "mental": ("精神残疾人", "persons with psychosocial disability"),
    "multiple": ("多重残疾人", "persons with multiple disabilities"),
    "severe": ("重度残疾人（一、二级）", "severely disabled persons (grades 1 and 2)"),
}
"""Groups of persons that travel by a profile, Chinese and English."""
TOLD = {"registers", "travel.group_profiles"}
"""Sections of which every setting is a claim, whatever its kind."""
SHUT = "travel.conditions."
"""Sections in which a setting of true is a claim."""
TEMPLATE = Path(__file__).resolve().parent / "assumptions_page.md"
"""What the page says above its table."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One invented value: what it is, why this one, and how an office replaces it by its own."""

    key: str
    """Unique dotted key, such as ``persons.community_weight``."""
    what: str
    """What the value is, in English."""
    what_zh: str
    """The same in Chinese."""
    value: str
    """The value as text, see ``plain``; several values are joined with a semicolon."""
    unit: str
    """Unit, or ``share``, ``key`` and the like where there is none."""
    why: str
    """Why this value was taken; sources by name."""
    why_zh: str
    """The same in Chinese."""
    replace: str
    """Where the office puts its own value."""
    replace_zh: str
    """The same in Chinese."""


def plain(value: Any) -> str:
    """Write a value for the table: whole floats without ``.0``, dates in ISO form, lists joined.

    Raises
    ------
    TypeError
        If the value is of a kind that has no plain text (a mapping, for instance).

    Examples
    --------
    >>> plain(30.0), plain([20.0, 45.5]), plain(True)
    ('30', '20; 45.5', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, (int, str)):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "; ".join(plain(one) for one in value)
    raise TypeError(f"No plain text for {type(value).__name__}.")


def worded(values: Mapping[str, Any], **figures: Any) -> list[Assumption]:
    """Put values and their words together.

    Parameters
    ----------
    values
        Value by key, in the order of the page.
    figures
        What the words name in braces: figures of the facts, mostly.

    Raises
    ------
    KeyError
        If a key has no words, or its words name a figure that was not given.

    Examples
    --------
    >>> worded({"persons.community_weight": 2})[0].unit
    'ratio'
    """
    return [_worded(key, key, value, figures) for key, value in values.items()]


def of_service(values: Mapping[str, Any], service: str, **figures: Any) -> list[Assumption]:
    """Put values of one service and their words together; one set of words serves all services.

    Parameters
    ----------
    values
        Value by key; the service's name in the key stands for the star in the key of the words.
    service
        The service key.
    figures
        What the words name in braces: the names ``zh`` and ``en`` of the service, among others.

    Raises
    ------
    KeyError
        If a key has no words, or its words name a figure that was not given.

    Examples
    --------
    >>> rows = of_service({"records.visiting.providers": ["outreach"]}, "visiting", zh="甲", en="a")
    >>> rows[0].what
    'a: ways of delivery, equally often'
    """
    return [
        _worded(key.replace(f".{service}.", ".*."), key, value, figures)
        for key, value in values.items()
    ]


def of_study(settings: Mapping[str, Any]) -> list[Assumption]:
    """Give a row for each number, date, completeness or travel claim in the study's settings.

    Raises
    ------
    KeyError
        If the file holds a number that no words explain: explain it first.
    ValueError
        If the source of a limit, a profile or a condition is not in Chinese and English.

    Examples
    --------
    >>> [row.value for row in of_study({"study": {"period_days": 365}})]
    ['365']
    """
    rows = []
    for key, value in numbers(settings):
        words_key, figures = _words_of(key, settings)
        rows.append(_worded(words_key, key, value, figures))
    return rows


def _words_of(key: str, settings: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Give the key of the words of a setting, and what they name: one set serves all of a kind."""
    for beginning in STARRED:
        if not key.startswith(f"{beginning}."):
            continue
        section, _, name = key.rpartition(".")
        if beginning == "travel.group_profiles":
            return f"{beginning}.*", dict(zip(("zh", "en"), GROUPS[name], strict=True))
        one = settings
        for part in section.split("."):
            one = one[part]
        member = section.removeprefix(f"{beginning}.")
        source = in_two(one["source"])
        figures = {"section": section, "source_zh": source[0], "source_en": source[1]}
        names = (
            one["name"] if "name" in one else dict(zip(("zh", "en"), NAMES[member], strict=True))
        )
        return f"{beginning}.*.{name}", {**figures, **names}
    return key, {}


def in_two(text: str) -> tuple[str, str]:
    """Split a text of the study file that holds Chinese and then English.

    Raises
    ------
    ValueError
        If no full-width semicolon parts the two.

    Examples
    --------
    >>> in_two("甲；乙；a; b")
    ('甲；乙', 'a; b')
    """
    zh, between, en = text.rpartition("；")
    if not between or not en.isascii():
        raise ValueError(f"No Chinese and then English: {text!r}.")
    return zh, en


def numbers(settings: Mapping[str, Any], path: str = "") -> list[tuple[str, Any]]:
    """List what a study's settings claim by number, date or completeness, by dotted key.

    Raises
    ------
    AttributeError
        If the settings are not a mapping.

    Examples
    --------
    >>> numbers({"siting": {"limit": 30.0, "admits": "county"}})
    [('siting.limit', 30.0)]
    """
    found: list[tuple[str, Any]] = []
    for name, value in settings.items():
        key = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            found += numbers(value, key)
        elif _claims(value) or path in TOLD or (path.startswith(SHUT) and value is True):
            found.append((key, value))
    return found


def study_settings(out: Path) -> dict[str, Any]:
    """Read the hand-written ``study.toml`` of the demonstration study, the home of its settings.

    It is an input of the build: taken from the data folder given, else from the committed one.

    Raises
    ------
    FileNotFoundError
        If it is in neither place.
    tomllib.TOMLDecodeError
        If it is not valid TOML.

    Examples
    --------
    >>> study_settings(DATA)["study"]["county"]
    '500237'
    """
    own = out / "wushan" / "study.toml"
    path = own if own.exists() else DATA / "wushan" / "study.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def page(rows: Iterable[Assumption]) -> str:
    """Print the assumptions as a Markdown page, in the order given.

    Raises
    ------
    ValueError
        If a key is there twice, a field is empty, or a text holds a bar or a line end, which would
        break the table.

    Examples
    --------
    >>> one = Assumption("a.b", "a limit", "时限", "30", "min", "a guess", "估", "edit it", "修改")
    >>> page([one]).splitlines()[-1]
    '| a.b | a limit | 时限 | 30 | min | a guess | 估 | edit it | 修改 |'
    """
    listed = list(rows)
    twice = [key for key, times in Counter(row.key for row in listed).items() if times > 1]
    if twice:
        raise ValueError(f"Assumptions named twice: {', '.join(sorted(twice))}.")
    head = [_line(HEADER), _line(["---"] * len(HEADER))]
    lines = [_line(astuple(row)) for row in listed]
    return TEMPLATE.read_text(encoding="utf-8") + "\n" + "\n".join([*head, *lines]) + "\n"


def _worded(words_key: str, key: str, value: Any, figures: Mapping[str, Any]) -> Assumption:
    text = {name: words.format(**figures) for name, words in _words()[words_key].items()}
    return Assumption(
        key=key,
        what=text["what"],
        what_zh=text["zh"],
        value=plain(value),
        unit=text["unit"],
        why=text["why"],
        why_zh=text["why_zh"],
        replace=text["replace"],
        replace_zh=text["replace_zh"],
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def _claims(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_claims, value))
    return isinstance(value, (int, float, dt.date)) and not isinstance(value, bool)


def _line(cells: Sequence[str]) -> str:
    for cell in cells:
        if not cell or "|" in cell or "\n" in cell:
            raise ValueError(f"A cell of the table is empty or breaks it: {cell!r} in {cells!r}.")
    return f"| {' | '.join(cells)} |"
