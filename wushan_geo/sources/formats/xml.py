"""XML from strangers, read as a stream: no document type, no entity, no depth, no giant token.

A :class:`Walker` is told of each element as it opens and closes. A subclass has methods
``start_NAME(attributes)`` and ``end_NAME()`` for the elements that it knows, by their names in
lower case without prefix (a hyphen is an underscore). It collects text between
:meth:`Walker.take` and :meth:`Walker.taken`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from xml.parsers import expat

from wushan_geo.sources.formats.limits import (
    MOST_DEPTH,
    MOST_ELEMENTS,
    MOST_LETTERS,
    Allowance,
)
from wushan_geo.sources.formats.refusing import RefusedError, damaged
from wushan_geo.study.faults import hint, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Attributes = dict[str, str]

CHUNK = 1 << 18
STALLED = 4  # chunks in a row without an element or a text: one token of a megabyte
PIECES = 1000  # of one text: the parser hands over some kilobytes at a time


class Walker:
    """Walks through one XML document."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self._depth = 0
        self._events = 0
        self._pieces: list[str] | None = None
        self._starts: dict[str, Callable[[Attributes], None] | None] = {}
        self._ends: dict[str, Callable[[], None] | None] = {}

    def walk(self, chunks: Iterable[bytes], encoding: str | None = None) -> None:
        """Read a document to its end.

        Parameters
        ----------
        chunks
            Its bytes, piece by piece.
        encoding
            Encoding that holds whatever the document says of itself; None to believe it.

        Raises
        ------
        RefusedError
            If it is no XML, is cut off, has a document type, or goes beyond a limit.

        Examples
        --------
        >>> Walker(Allowance()).walk([b"<a><b/>", b"</a>"])
        """
        parser = expat.ParserCreate(encoding, " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._opened
        parser.EndElementHandler = self._closed
        parser.CharacterDataHandler = self._said
        parser.StartDoctypeDeclHandler = self._typed
        before, stalled = -1, 0
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)  # noqa: FBT003 - it takes no keyword
                stalled = stalled + 1 if self._events == before else 0
                if stalled > STALLED:
                    raise damaged()
                before = self._events
            parser.Parse(b"", True)  # noqa: FBT003 - the same
        except (expat.ExpatError, ValueError, LookupError, OverflowError) as error:
            raise damaged() from error
        finally:
            self.allowance.elements -= self._events

    def take(self) -> None:
        """Begin to collect text.

        Raises
        ------
        RuntimeError
            Never.

        Examples
        --------
        >>> Walker(Allowance()).take()
        """
        self._pieces = []

    def add(self, text: str) -> None:
        """Add text that an element stands for, where text is being collected.

        Parameters
        ----------
        text
            The text.

        Raises
        ------
        RefusedError
            If the text grows longer than a cell may be.

        Examples
        --------
        >>> walker = Walker(Allowance())
        >>> walker.take()
        >>> walker.add(" ")
        >>> walker.taken()
        ' '
        """
        self._said(text)

    def taken(self) -> str:
        """Give the text since :meth:`take`, and stop collecting.

        Returns
        -------
        str
            The text, empty if none was collected.

        Raises
        ------
        RuntimeError
            Never.

        Examples
        --------
        >>> Walker(Allowance()).taken()
        ''
        """
        pieces, self._pieces = self._pieces, None
        return "".join(pieces) if pieces else ""

    def _opened(self, tag: str, attributes: Attributes) -> None:
        self._events += 1
        self._depth += 1
        if self._depth > MOST_DEPTH or self._events > self.allowance.elements:
            words = rule("file_elements", depth=MOST_DEPTH, most=MOST_ELEMENTS)
            raise RefusedError(words, hint("file_whole"))
        try:
            known = self._starts[tag]
        except KeyError:
            known = self._starts[tag] = cast(
                "Callable[[Attributes], None] | None", getattr(self, f"start_{_local(tag)}", None)
            )
        if known is not None:
            known(attributes)

    def _closed(self, tag: str) -> None:
        self._depth -= 1
        try:
            known = self._ends[tag]
        except KeyError:
            known = self._ends[tag] = cast(
                "Callable[[], None] | None", getattr(self, f"end_{_local(tag)}", None)
            )
        if known is not None:
            known()

    def _said(self, text: str) -> None:
        self._events += 1
        if self._pieces is not None:
            self._pieces.append(text)
            if len(self._pieces) > PIECES:
                raise RefusedError(rule("file_letters", most=MOST_LETTERS), hint("file_letters"))

    def _typed(self, *_: object) -> None:
        """Refuse a document type: no office program writes one, and entities need it."""
        raise damaged()


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2].replace("-", "_").lower()


def local(attributes: Attributes, name: str) -> str | None:
    """Give an attribute by its name without prefix.

    Parameters
    ----------
    attributes
        Attributes of an element.
    name
        Name without prefix.

    Returns
    -------
    str or None
        Its value; None if there is none.

    Raises
    ------
    AttributeError
        If `attributes` is no mapping.

    Examples
    --------
    >>> local({"urn:a value": "5"}, "value")
    '5'
    """
    found = attributes.get(name)
    if found is not None:
        return found
    end = f" {name}"
    return next((value for key, value in attributes.items() if key.endswith(end)), None)
