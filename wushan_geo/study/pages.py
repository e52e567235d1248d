"""Reading settings: a TOML document turned over page by page, every fault noted and none fatal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wushan_geo.study.faults import Pair, Where, fault, hint, nearest, rule

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.study.bounds import Bound


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    """Chinese, as a county office would print it."""
    en: str
    """English."""


@dataclass(frozen=True, slots=True)
class Page:
    """One table of a TOML document; each reader gives a value of the right type or adds a fault.

    Examples
    --------
    >>> page = Page({"speed": "fast"}, "study.toml", [])
    >>> page.number("speed"), len(page.faults)
    (1.0, 1)
    """

    content: Mapping[str, Any]
    file: str
    faults: list[Fault]
    path: str = ""

    def fault(self, name: str, value: object, words: Pair, advice: Pair | None = None) -> None:
        """Add a fault on one setting."""
        advice = advice or hint("settings", file="study.toml")
        self.faults.append(fault(Where(self.file, None, self.at(name), value), words, advice))

    def at(self, name: str) -> str:
        """Give the full name of a setting."""
        return ".".join(part for part in (self.path, name) if part)

    def unread(self, name: str, words: Pair, advice: Pair | None = None) -> None:
        """Add a fault on a setting that is not there, or not as it must be."""
        value = self.content.get(name)
        self.fault(name, value, rule("setting") if value is None else words, advice)

    def table(self, name: str) -> Page:
        """Go into a sub-table; a missing one is a fault and reads as empty."""
        inner = self.content.get(name)
        if isinstance(inner, Mapping):
            return Page(inner, self.file, self.faults, self.at(name))
        if inner is None:
            self.fault(name, None, rule("section", path=self.at(name)))
        else:
            self.fault(name, inner, rule("is_section"))
        # The missing section is one fault; its settings would only repeat it.
        return Page({}, self.file, [], self.at(name))

    def tables(self, name: str) -> dict[str, Page]:
        """Go into each table of a sub-table."""
        page = self.table(name)
        return {one: page.table(one) for one in page.content}

    def sections(self, name: str) -> list[Page]:
        """Go into each section of a list; no list is an empty one."""
        inner = self.content.get(name, [])
        if isinstance(inner, list) and all(isinstance(one, Mapping) for one in inner):
            return [
                Page(one, self.file, self.faults, f"{self.at(name)}[{at}]")
                for at, one in enumerate(inner, 1)
            ]
        self.fault(name, inner, rule("sections", path=self.at(name)))
        return []

    def text(self, name: str, default: str | None = None) -> str:
        """Read a text."""
        value = self.content.get(name, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value.strip()
        self.unread(name, rule("text"))
        return ""

    def files(self) -> dict[str, tuple[str, ...]]:
        """Read the whole table as files: each a text, or a list of them."""
        return {
            name: self.text_list(name) if isinstance(value, list) else (self.text(name),)
            for name, value in self.content.items()
        }

    def text_list(self, name: str) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self.content.get(name)
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.unread(name, rule("texts"))
        return ()

    def words(self, name: str) -> Words:
        """Read a text in both languages."""
        value = self.content.get(name)
        if isinstance(value, Mapping) and all(
            isinstance(value.get(one), str) and value[one].strip() for one in ("zh", "en")
        ):
            return Words(value["zh"].strip(), value["en"].strip())
        self.unread(name, rule("words"))
        return Words("", "")

    def number(self, name: str, *, least: float | None = None) -> float:
        """Read a number above zero, or from `least` on."""
        value = self.content.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = float(value)
            enough = number > 0 if least is None else number >= least
            if enough and number < float("inf"):
                return number
        key = "number_above" if least is None else "number_least"
        self.unread(name, rule(key, least=f"{least or 0:g}"))
        return 1.0

    def within(self, name: str, bound: Bound, *, least: float | None = None) -> float:
        """Read a number as :meth:`number` does, and refuse what nobody can mean."""
        before = len(self.faults)
        value = self.number(name, least=least)
        if len(self.faults) == before and not bound.low <= value <= bound.high:
            words = rule("number_within", low=f"{bound.low:g}", high=f"{bound.high:g}")
            self.fault(name, f"{value:g}", words, bound.advice)
        return value

    def numbers(self, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """Read a list of numbers above zero."""
        value = self.content.get(name)
        if value is None:
            return default
        if isinstance(value, list):
            inner = Page({str(at): one for at, one in enumerate(value)}, self.file, [], "")
            found = tuple(inner.number(str(at)) for at in range(len(value)))
            if not inner.faults:
                return found
        self.fault(name, value, rule("numbers"))
        return default

    def whole(self, name: str, *, least: int) -> int:
        """Read a whole number."""
        value = self.content.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.unread(name, rule("whole_least", least=least))
        return least

    def flag(self, name: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.content.get(name, default)
        if isinstance(value, bool):
            return value
        self.fault(name, value, rule("true_false"))
        return default

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """Read one of a few words."""
        value = self.content.get(name, default)
        if isinstance(value, str) and value.strip().lower() in options:
            return value.strip().lower()
        words = rule("choice", options=", ".join(options))
        self.unread(name, words, nearest("" if value is None else value, options))
        return options[0]

    def date(self, name: str) -> dt.date:
        """Read a date."""
        value = self.content.get(name)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        self.unread(name, rule("toml_date"))
        return dt.date(1970, 1, 1)

    def refuse_unknown(self, known: set[str]) -> None:
        """Add a fault for each setting that nothing reads: a typing slip must not pass silently."""
        for name in self.content:
            if name not in known:
                self.fault(name, self.content[name], rule("setting_exists"), nearest(name, known))
