"""Archives: what lies in a zip, unpacked in memory within limits and never onto a disk."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wushan_geo.sources.layers.limits import LIMITS, too_large
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wushan_geo.errors import Fault

_MEGABYTE = 1 << 20
_UTF8_NAME = 0x800  # the flag of a member whose name is in UTF-8
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    IndexError, NotImplementedError, RuntimeError, KeyError, OverflowError,
)  # fmt: skip


def listed(content: bytes, name: str) -> tuple[dict[str, str], list[Fault]]:
    """List the files of an archive by the names that a reader can read.

    Parameters
    ----------
    content
        Bytes of the archive.
    name
        Its name.

    Returns
    -------
    tuple
        Readable name to the name inside, in the order of the names; and the faults.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> listed(b"no archive", "a.zip")[1][0].rule
    'is a whole archive (zip) without a password'
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir()]
    except _DAMAGED:
        return {}, [_damaged(name)]
    if len(inside) > LIMITS.members:
        return {}, [too_large(name, "members", len(inside), LIMITS.members)]
    known = {_readable(one): one.filename for one in inside}
    return {
        shown: known[shown]
        for shown in sorted(known)
        if not shown.startswith("__MACOSX/") and not PurePosixPath(shown).name.startswith("._")
    }, []


def unpacked(
    content: bytes, name: str, members: Iterable[str]
) -> tuple[dict[str, bytes], list[Fault]]:
    """Unpack some files of an archive, stopping when they grow beyond the limit.

    Parameters
    ----------
    content
        Bytes of the archive.
    name
        Its name.
    members
        Names inside.

    Returns
    -------
    tuple
        Bytes by name inside, and the faults; where there are faults nothing is given.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> memory = io.BytesIO()
    >>> with zipfile.ZipFile(memory, "w") as archive:
    ...     archive.writestr("a.txt", "A")
    >>> unpacked(memory.getvalue(), "a.zip", ["a.txt"])[0]
    {'a.txt': b'A'}
    """
    left = LIMITS.bytes
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in members:
                # What the archive says of its sizes may be untrue: only what comes out counts.
                with archive.open(name=member, mode="r") as stream:
                    found[member] = stream.read(left + 1)
                left -= len(found[member])
                if left < 0:
                    most = LIMITS.megabytes
                    return {}, [too_large(name, "megabytes", LIMITS.bytes // _MEGABYTE + 1, most)]
    except _DAMAGED:
        return {}, [_damaged(name)]
    return found, []


def stored(members: Mapping[str, bytes]) -> bytes:
    """Put files into an archive in memory, as they are, for a library that reads archives.

    Nothing is written: only ``storage`` writes in this house, and ``zipfile`` would look like it.

    Parameters
    ----------
    members
        Bytes by name.

    Returns
    -------
    bytes
        The archive.

    Raises
    ------
    UnicodeEncodeError
        If a name is not plain.

    Examples
    --------
    >>> archive = stored({"a.txt": b"A", "b.txt": b""})
    >>> unpacked(archive, "x.zip", ["a.txt", "b.txt"])[0]
    {'a.txt': b'A', 'b.txt': b''}
    """
    body, directory = b"", b""
    for name, content in members.items():
        sizes = struct.pack("<LLLHH", zlib.crc32(content), *[len(content)] * 2, len(name), 0)
        # Version 2.0, no flags, stored, the first day that the format knows.
        told = struct.pack("<HHHHH", 20, 0, 0, 0, 0x21) + sizes
        plain = name.encode("ascii")
        place = struct.pack("<HHHLL", 0, 0, 0, 0, len(body))
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + told + place + plain
        body += b"PK\x03\x04" + told + plain + content
    end = struct.pack("<HHHHLLH", 0, 0, *[len(members)] * 2, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _damaged(name: str) -> Fault:
    return fault(Where(name), rule("archive"), hint("archive"))


def _readable(member: zipfile.ZipInfo) -> str:
    """Give a member's name; Chinese tools write it in GBK without saying so."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
