"""The compound file that an xls is: streams in sectors, like a small disk in a file."""

from __future__ import annotations

import struct
from typing import NamedTuple

from wushan_geo.sources.formats.refusing import damaged

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER = 512
_ENTRY = 128
_LAST = 0xFFFFFFFA  # this and above: no sector
_STREAM = 2
_IN_HEADER = 109  # sectors of the allocation table that the header itself names
_MOST_ENTRIES = 10_000


class Compound:
    """Streams of a compound file, by name."""

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER or content[:8] != MAGIC:
            raise damaged()
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:  # noqa: PLR2004 - what the format allows
            raise damaged()
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        directory, self._cutoff, mini_table = struct.unpack_from("<I4xII", content, 48)
        self._table = self._allocation()
        entries = self._entries(self._chain(directory))
        root = entries.get("", (_LAST, 0))
        self._mini_table = _numbers(self._chain(mini_table))
        self._mini = self._chain(root[0])[: root[1]]
        self._streams = {name: entry for name, entry in entries.items() if name}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._streams

    def stream(self, name: str) -> bytes:
        """Give the bytes of a stream.

        Parameters
        ----------
        name
            Its name; case does not matter.

        Returns
        -------
        bytes
            Its content.

        Raises
        ------
        RefusedError
            If there is no such stream, or it does not hold together.

        Examples
        --------
        >>> Compound(b"")
        Traceback (most recent call last):
        wushan_geo.sources.formats.refusing.RefusedError: : is whole, and can be read to its end...
        """
        start, size = self._streams.get(name.lower(), (_LAST, 0))
        data = self._chain(start) if size >= self._cutoff else self._mini_chain(start)
        if len(data) < size:
            raise damaged()
        return data[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        data = self._content[start : start + self._size]
        if not data:
            raise damaged()
        return data

    def _allocation(self) -> list[int]:
        """Read the allocation table: for each sector the one that follows it."""
        sectors = list(struct.unpack_from(f"<{_IN_HEADER}I", self._content, 76))
        more, count = struct.unpack_from("<II", self._content, 68)
        for _ in range(min(count, len(self._content) // self._size)):
            if more >= _LAST:
                break
            *part, more = _numbers(self._sector(more))
            sectors += part
        table: list[int] = []
        for one in sectors[: len(self._content) // self._size + 1]:
            if one < _LAST:
                table += _numbers(self._sector(one))
        return table

    def _chain(self, start: int) -> bytes:
        """Join the sectors that follow each other from one on; a circle is damage."""
        parts: list[bytes] = []
        at = start
        while at < _LAST:
            if at >= len(self._table) or len(parts) > len(self._content) // self._size:
                raise damaged()
            parts.append(self._sector(at))
            at = self._table[at]
        return b"".join(parts)

    def _mini_chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        at, size = start, self._mini_size
        while at < _LAST:
            if at >= len(self._mini_table) or len(parts) > len(self._mini) // size:
                raise damaged()
            parts.append(self._mini[at * size : (at + 1) * size])
            at = self._mini_table[at]
        return b"".join(parts)

    def _entries(self, directory: bytes) -> dict[str, tuple[int, int]]:
        """Give first sector and size of the streams at the top by name; the root has no name.

        Streams further down belong to what is embedded, such as a chart or another workbook.
        """
        count = min(len(directory) // _ENTRY, _MOST_ENTRIES)
        found: dict[str, tuple[int, int]] = {}
        seen, waiting = {0}, [_entry(directory, 0).child] if count else []
        if count:
            found[""] = _entry(directory, 0).place
        while waiting:
            at = waiting.pop()
            if at < count and at not in seen:
                seen.add(at)
                one = _entry(directory, at)
                waiting += [one.left, one.right]
                if one.kind == _STREAM and one.name:
                    found.setdefault(one.name.lower(), one.place)
        return found


class _Entry(NamedTuple):
    """One entry of the directory, which is a tree."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    place: tuple[int, int]


def _entry(directory: bytes, at: int) -> _Entry:
    start = at * _ENTRY
    length, kind, left, right, child = struct.unpack_from("<HBxIII", directory, start + 64)
    first, size = struct.unpack_from("<II", directory, start + 116)
    name = directory[start : start + min(max(length - 2, 0), 62)].decode("utf-16-le", "replace")
    return _Entry(name, kind, left, right, child, (first, size))


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
