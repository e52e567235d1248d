"""The words that offices use, and what each means here: editable tables, extended by a study."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from wushan_geo.sources.divisions.names import simplified
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wushan_geo.errors import Fault

ANY_TABLE = "*"
LISTS = ("headers", "values", "marks", "facility_kinds", "service_words")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an office and what it means."""

    list: str
    """``headers`` (a column), ``values`` (a word in a cell), ``marks`` (a sign for zero or
    missing), ``facility_kinds`` or ``service_words``."""
    table: str
    """Table it holds for, ``*`` for every one."""
    column: str
    """Column of the contract it holds for; empty for headers."""
    means: str
    """Column, value or key of the contract."""
    word: str
    """The word as offices write it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words, the study's own before the built-in ones."""

    words: tuple[Word, ...]
    """The words in order: the first one for a column is its heading in Chinese."""
    _index: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, words: Iterable[Word]) -> Vocabulary:
        """Collect words; of two that contradict each other the earlier one holds.

        Parameters
        ----------
        words
            The words.

        Returns
        -------
        Vocabulary
            The collection.

        Raises
        ------
        AttributeError
            If one is not a word.

        Examples
        --------
        >>> words = [Word("headers", "persons", "", "persons", "残疾人数")]
        >>> Vocabulary.of(words).means("headers", "persons", " 残疾人 数（人）")
        'persons'
        """
        kept = tuple(words)
        index: dict[tuple[str, str, str, str], str] = {}
        for one in kept:
            index.setdefault((one.list, one.table, one.column, folded(one.word)), one.means)
        return cls(kept, index)

    def means(self, which: str, table: str, word: str, column: str = "") -> str | None:
        """Give what a word means in a table.

        Parameters
        ----------
        which
            List of words.
        table
            Table of the contract.
        word
            The word as it stands in the file.
        column
            Column of the contract (values only).

        Returns
        -------
        str or None
            What it means; None if the word is not known.

        Raises
        ------
        TypeError
            If `word` is not a text.

        Examples
        --------
        >>> built_in().means("headers", "facilities", "经度")
        'lon'
        """
        key = folded(word)
        for place in (table, ANY_TABLE):
            found = self._index.get((which, place, column, key))
            if found is not None:
                return found
        return None

    def heading(self, table: str, column: str) -> str:
        """Give the Chinese heading of a column, as templates and checks print it.

        Parameters
        ----------
        table
            Table of the contract.
        column
            Column of the contract.

        Returns
        -------
        str
            The first word listed for the column; the column itself if none is.

        Raises
        ------
        TypeError
            Never for an unknown column.

        Examples
        --------
        >>> built_in().heading("facilities", "capacity")
        '托养名额'
        """
        for place in (table, ANY_TABLE):
            for one in self.words:
                if one.list == "headers" and one.table == place and one.means == column:
                    return one.word
        return column


@lru_cache(maxsize=16384)  # the words of a table stand in it again and again
def folded(word: str) -> str:
    r"""Bring a word to the form in which words are compared.

    Width, case, spaces, line breaks, traditional characters and a unit in brackets at the end do
    not count.

    Parameters
    ----------
    word
        The word.

    Returns
    -------
    str
        The plain form.

    Raises
    ------
    TypeError
        If `word` is not a text.

    Examples
    --------
    >>> folded(" 残疾\n人数（人）") == folded("残疾人数")
    True
    """
    plain = simplified("".join(unicodedata.normalize("NFKC", word).casefold().split()))
    for unit in ("(人)", "(个)", "(张)", "(度)", "(天)", "(次)", "(米)", "(m)", "(分钟)", "(°)"):
        plain = plain.removesuffix(unit)
    return plain.strip(":：*")


@cache
def built_in() -> Vocabulary:
    """Give the words that come with the package.

    Returns
    -------
    Vocabulary
        The words of the editable tables beside this module.

    Raises
    ------
    FileNotFoundError
        If the installation is broken.

    Examples
    --------
    >>> built_in().means("headers", "persons", "no such word") is None
    True
    """
    return Vocabulary.of(_shipped())


def _shipped() -> Iterator[Word]:
    folder = resources.files(__package__)
    for name in LISTS:
        source = folder.joinpath(f"{name}.csv")
        if source.is_file():
            text = source.read_text(encoding="utf-8-sig")
            for row in csv.DictReader(io.StringIO(text)):
                yield Word(
                    name,
                    row.get("table") or ANY_TABLE,
                    row.get("column") or "",
                    row["means"],
                    row["word"],
                )


def extended(content: bytes, name: str) -> tuple[Vocabulary, list[Fault]]:
    r"""Read the study's own words and put them before the built-in ones.

    Parameters
    ----------
    content
        Bytes of a CSV file in UTF-8 with the columns list, table, column, means, word.
    name
        Name of the file, for the faults.

    Returns
    -------
    tuple
        All words, and a fault for each row that cannot be used.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> own = "list,table,column,means,word\nheaders,persons,,persons,登记数\n".encode()
    >>> extended(own, "vocabulary.csv")[0].means("headers", "persons", "登记数")
    'persons'
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return built_in(), [fault(Where(name), rule("utf8"), hint("utf8"))]
    own, faults = [], []
    for at, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        which, means, word = (str(row.get(key) or "").strip() for key in ("list", "means", "word"))
        if which in LISTS and means and word:
            table, column = (str(row.get(key) or "").strip() for key in ("table", "column"))
            own.append(Word(which, table or ANY_TABLE, column, means, word))
        else:
            where = Where(name, at, "", " | ".join(str(one or "") for one in row.values()))
            faults.append(fault(where, rule("word", lists=", ".join(LISTS)), hint("word")))
    return Vocabulary.of([*own, *built_in().words]), faults
