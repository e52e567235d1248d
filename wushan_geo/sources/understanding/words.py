"""Words that stand for a choice, yes or no, or nothing at all, looked up in the editable lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.sources.divisions.names import simplified
from wushan_geo.sources.understanding.parsed import Parsed

if TYPE_CHECKING:
    from wushan_geo.sources.vocabulary import Vocabulary
    from wushan_geo.study.tables import Column

BLANK = "空白"  # how the list of marks names an empty cell
_FLAGS = ("yes", "no")
_SEPARATOR = re.compile(r"[;；、，,/|\n]+|(?<=[\u4e00-\u9fff)）])\s+")
_INSIDE = re.compile(r"[(（][^()（）]*[)）]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one table."""

    table: str
    """Table of the contract."""
    vocabulary: Vocabulary
    """All words."""

    def value(self, column: str, text: str) -> str | None:
        """Give the value of the contract that a word stands for.

        Parameters
        ----------
        column
            Column of the contract, or ``flag`` for any yes or no.
        text
            What stands in the cell.

        Returns
        -------
        str or None
            The value; None if the word is not known.

        Raises
        ------
        TypeError
            If `text` is not a text.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> Words("facilities", built_in()).value("status", "在建")
        'planned'
        """
        return self.vocabulary.means("values", self.table, simplified(text), column)

    def mark(self, column: str, kind: str, text: str) -> str | None:
        """Tell whether a sign stands for zero, for nothing known, or for an empty list.

        Parameters
        ----------
        column
            Column of the contract.
        kind
            Kind of the column.
        text
            What stands in the cell; ``空白`` for an empty one.

        Returns
        -------
        str or None
            ``zero``, ``missing``, ``none``, ``unknown`` or ``ask``; None if it is no such sign.

        Raises
        ------
        TypeError
            If `text` is not a text.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> words = Words("persons", built_in())
        >>> words.mark("persons", "count", "无"), words.mark("persons", "count", "—")
        ('zero', 'missing')
        """
        text = simplified(text)
        own = self.vocabulary.means("marks", self.table, text, column)
        return own or self.vocabulary.means("marks", self.table, text, kind)

    def choice(self, column: Column, text: str) -> Parsed:
        """Read a word of a choice.

        Parameters
        ----------
        column
            Column of the contract.
        text
            What stands in the cell.

        Returns
        -------
        Parsed
            The value of the contract; a word that is not known is handed on as it stands.

        Raises
        ------
        TypeError
            If `text` is not a text.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> from wushan_geo.study.tables import Column
        >>> bank = Column("bank", "choice", options=("N", "S", "unknown"))
        >>> Words("villages", built_in()).choice(bank, "江北").text
        'N'
        """
        lowered = text if column.name == "bank" else text.lower()
        if lowered in column.options:
            return Parsed(text)
        known = self.value(column.name, text)
        return Parsed(text) if known is None else Parsed(known, note="cell_word")

    def flag(self, column: str, text: str) -> Parsed:
        """Read yes or no.

        Parameters
        ----------
        column
            Column of the contract.
        text
            What stands in the cell.

        Returns
        -------
        Parsed
            ``yes`` or ``no``; a word that is not known is handed on as it stands.

        Raises
        ------
        TypeError
            If `text` is not a text.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> words = Words("facilities", built_in())
        >>> words.flag("barrier_free", "√").text, words.flag("barrier_free", "无").text
        ('yes', 'no')
        """
        if text.lower() in _FLAGS:
            return Parsed(text)
        known = self.value(column, text) or self.value("flag", text)
        return Parsed(text) if known is None else Parsed(known, note="cell_word")


def read_set(text: str) -> Parsed:
    """Read a list of words in one cell.

    Parameters
    ----------
    text
        What stands in the cell.

    Returns
    -------
    Parsed
        The words, joined by semicolons; what stands in brackets is not parted.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> read_set("日间照料、辅助性就业（种植,养殖）").text
    '日间照料;辅助性就业（种植,养殖）'
    """
    held = _INSIDE.findall(text)
    open_text = _INSIDE.sub("\0", text)
    parts = [part.strip() for part in _SEPARATOR.split(open_text)]
    joined = ";".join(part for part in parts if part)
    for one in held:
        joined = joined.replace("\0", one, 1)
    changed = joined.replace(" ", "") != text.replace(" ", "").strip(";")
    return Parsed(joined or None, note="cell_list" if changed else "")
