"""The zip archive that a workbook is: refused before it is unpacked, and watched meanwhile."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING

from wushan_geo.sources.formats.limits import (
    LARGE_MEGABYTES,
    MEGABYTE,
    MOST_PARTS,
    MOST_RATIO,
    MOST_UNPACKED_MEGABYTES,
)
from wushan_geo.sources.formats.refusing import RefusedError, damaged, locked
from wushan_geo.sources.formats.xml import CHUNK
from wushan_geo.study.faults import Where, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY = b"PK\x01\x02"  # before each entry of the directory of a zip archive
_ENCRYPTED = 1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


class Package:
    """Parts of a zip archive by name; case of names and the way of slashes do not matter."""

    def __init__(self, content: bytes) -> None:
        if content.count(_ENTRY) > MOST_PARTS:
            raise RefusedError(rule("file_parts", most=MOST_PARTS), hint("file_resave"))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            entries = self._archive.infolist()
        except _BROKEN as error:
            raise damaged() from error
        self._left = MOST_UNPACKED_MEGABYTES * MEGABYTE
        self._parts = {_plain(one.filename): one for one in entries}
        if sum(one.file_size for one in entries) > self._left:
            raise _too_much()
        for one in entries:
            if one.file_size > max(LARGE_MEGABYTES * MEGABYTE, MOST_RATIO * one.compress_size):
                where = Where("", value=one.filename)
                raise RefusedError(rule("file_ratio", most=MOST_RATIO), hint("file_resave"), where)
            if one.flag_bits & _ENCRYPTED:
                raise locked()

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def names(self) -> list[str]:
        """Give the names of all parts, in lower case with forward slashes.

        Returns
        -------
        list of str
            The names.

        Raises
        ------
        RuntimeError
            Never.

        Examples
        --------
        >>> made = io.BytesIO()
        >>> with zipfile.ZipFile(made, "w") as archive:
        ...     archive.writestr("Xl/a.xml", "<a/>")
        >>> Package(made.getvalue()).names()
        ['xl/a.xml']
        """
        return list(self._parts)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a part piece by piece, counting.

        Parameters
        ----------
        name
            Name of the part.

        Returns
        -------
        iterator of bytes
            Its pieces.

        Raises
        ------
        RefusedError
            If it is missing, does not hold together, or the archive is larger than it says.

        Examples
        --------
        >>> made = io.BytesIO()
        >>> with zipfile.ZipFile(made, "w") as archive:
        ...     archive.writestr("a.xml", "<a/>")
        >>> list(Package(made.getvalue()).chunks("A.xml"))
        [b'<a/>']
        """
        entry = self._parts.get(_plain(name))
        if entry is None:
            raise damaged(Where("", value=name))
        try:
            with self._archive.open(name=entry, mode="r") as part:
                while chunk := part.read(CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise _too_much()
                    yield chunk
        except _BROKEN as error:
            raise damaged(Where("", value=name)) from error


def _too_much() -> RefusedError:
    return RefusedError(rule("file_unpacked", most=MOST_UNPACKED_MEGABYTES), hint("file_split"))


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()
