"""Office files made byte by byte, where no library among ours writes the format."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass, field

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def zipped(parts: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


# -- compound files


def compound(streams: dict[str, bytes]) -> bytes:
    """Write streams into sectors; each is padded so that none is a small one."""
    sectors: list[bytes] = []
    follows: list[int] = []

    def add(data: bytes) -> int:
        first = len(sectors)
        pieces = [data[at : at + SECTOR] for at in range(0, len(data), SECTOR)] or [b""]
        for piece in pieces:
            sectors.append(piece.ljust(SECTOR, b"\0"))
            follows.append(len(sectors))
        follows[-1] = END
        return first

    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    for at, (name, data) in enumerate(streams.items(), 1):
        padded = data.ljust(4096, b"\0")
        right = at + 1 if at < len(streams) else FREE
        entries.append(_entry(name, 2, add(padded), len(padded), right=right))
    directory = add(b"".join(entries))
    count = len(sectors) // (SECTOR // 4 - 1) + 1
    tables = list(range(len(sectors), len(sectors) + count))
    numbers = [*follows, *([TABLE] * count)]
    numbers += [FREE] * (count * SECTOR // 4 - len(numbers))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, count, directory, 0, 4096, END, 0, END, 0, 0)[:-4]
    header += struct.pack("<109I", *tables, *([FREE] * (109 - count)))
    return header + b"".join(sectors) + struct.pack(f"<{len(numbers)}I", *numbers)


def _entry(
    name: str, kind: int, start: int, size: int, *, child: int = FREE, right: int = FREE
) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, FREE, right, child)
    return entry.ljust(116, b"\0") + struct.pack("<IQ", start, size)


# -- xls


def record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def text8(text: str, *, short: bool = False) -> bytes:
    wide = not text.isascii()
    head = struct.pack("<BB" if short else "<HB", len(text), int(wide))
    return head + text.encode("utf-16-le" if wide else "latin-1")


def cell(row: int, column: int, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style)


@dataclass
class Xls:
    """A workbook of Excel 97: formats by style number, shared texts, records by sheet."""

    formats: list[str | int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sheets: dict[str, list[bytes]] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    extra: bytes = b""
    version: int = 0x600

    def stream(self) -> bytes:
        begin = record(0x809, struct.pack("<HHHHII", self.version, 5, 0, 0, 0, 0))
        body = self.extra
        for at, one in enumerate(self.formats):
            if isinstance(one, str):
                body += record(0x41E, struct.pack("<H", 164 + at) + text8(one))
        numbers = [
            0,
            *(164 + at if isinstance(one, str) else one for at, one in enumerate(self.formats)),
        ]
        body += b"".join(record(0xE0, struct.pack("<HH", 0, one) + bytes(16)) for one in numbers)
        shared = struct.pack("<II", len(self.texts), len(self.texts))
        shared += b"".join(map(text8, self.texts))
        pieces = [shared[at : at + 8000] for at in range(0, len(shared), 8000)]
        assert len(pieces) == 1, "texts that must be split are tested on their own"
        end = record(0x0A)
        bodies = [
            record(0x809, struct.pack("<HHHHII", self.version, 16, 0, 0, 0, 0))
            + b"".join(records)
            + end
            for records in self.sheets.values()
        ]
        tail = record(0xFC, shared) + end
        names = [text8(one, short=True) for one in self.sheets]
        if self.version == 0x500:
            names = [struct.pack("<B", len(one)) + one.encode() for one in self.sheets]
        length = sum(4 + 6 + len(one) for one in names)
        at = len(begin) + len(body) + length + len(tail)
        listed = b""
        for name, raw, one in zip(self.sheets, names, bodies, strict=True):
            listed += record(0x85, struct.pack("<IBB", at, self.states.get(name, 0), 0) + raw)
            at += len(one)
        return begin + body + listed + tail + b"".join(bodies)

    def content(self) -> bytes:
        return compound({"Workbook" if self.version == 0x600 else "Book": self.stream()})


def number8(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, cell(row, column, style) + struct.pack("<d", value))


def shared8(row: int, column: int, at: int) -> bytes:
    return record(0xFD, cell(row, column) + struct.pack("<I", at))


# -- xlsb


def record12(number: int, data: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 127 | (128 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + data


def text12(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell12(number: int, column: int, value: bytes, style: int = 0) -> bytes:
    return record12(number, struct.pack("<II", column, style) + value)


def row12(row: int, *, hidden: bool = False) -> bytes:
    return record12(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0x10 if hidden else 0, 0, 0))


def xlsb(
    sheets: dict[str, bytes], *, texts: tuple[str, ...] = (), formats: tuple[str, ...] = ()
) -> bytes:
    """Write a binary workbook; a sheet whose name begins with a dot is hidden."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    names = list(sheets)
    bundle = b"".join(
        record12(156, struct.pack("<II", int(one[0] == "."), at) + text12(f"rId{at}") + text12(one))
        for at, one in enumerate(names, 1)
    )
    links = [
        (f"rId{at}", "worksheet", f"worksheets/sheet{at}.bin") for at in range(1, len(names) + 1)
    ]
    links += [("rIdS", "sharedStrings", "sharedStrings.bin"), ("rIdT", "styles", "styles.bin")]
    related = "".join(
        f'<Relationship Id="{one}" Type="{kinds}/{kind}" Target="{target}"/>'
        for one, kind, target in links
    )
    styles = record12(278) + record12(615, struct.pack("<I", len(formats)))
    styles += b"".join(
        record12(44, struct.pack("<H", 164 + at) + text12(one)) for at, one in enumerate(formats)
    )
    styles += record12(616) + record12(617, struct.pack("<I", 1 + len(formats)))
    for one in (0, *range(164, 164 + len(formats))):
        styles += record12(47, struct.pack("<HH", 0, one) + bytes(12))
    styles += record12(618) + record12(279)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{space}"><Relationship Id="rId1" '
        f'Type="{kinds}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": record12(131)
        + record12(153, bytes(12))
        + record12(143)
        + bundle
        + record12(144)
        + record12(132),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{space}">{related}</Relationships>',
        "xl/styles.bin": styles,
        "xl/sharedStrings.bin": record12(159, struct.pack("<II", len(texts), len(texts)))
        + b"".join(record12(19, b"\0" + text12(one)) for one in texts)
        + record12(160),
    }
    for at, one in enumerate(sheets.values(), 1):
        data = record12(129) + record12(148, struct.pack("<IIII", 0, 99, 0, 9)) + record12(145)
        parts[f"xl/worksheets/sheet{at}.bin"] = data + one + record12(146) + record12(130)
    return zipped(parts)


# -- ods

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def ods_content(body: str, styles: str = "", root: str = "document-content") -> str:
    spaces = " ".join(
        f'xmlns:{one}="{OFFICE}:{one}:1.0"' for one in ("office", "table", "text", "style")
    )
    extension = (
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:{root} {spaces} {extension}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{body}</office:spreadsheet></office:body></office:{root}>"
    )


def ods(body: str, styles: str = "") -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped(
        {
            "mimetype": kind,
            "content.xml": ods_content(body, styles),
            "META-INF/manifest.xml": manifest,
        }
    )


# -- xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(
    sheet: str,
    *,
    styles: str = "",
    texts: str = "",
    workbook: str = "",
    names: str = '<sheet name="表" sheetId="1" r:id="rId1"/>',
) -> bytes:
    """Write a workbook of one sheet from pieces of XML."""
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    links = "".join(
        f'<Relationship Id="{one}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for one, kind, target in (
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId8", "sharedStrings", "sharedStrings.xml"),
            ("rId9", "styles", "styles.xml"),
        )
    )
    return zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{space}"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{workbook}'
            f"<sheets>{names}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{space}">{links}</Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        }
    )
