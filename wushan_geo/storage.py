"""Write whole or not at all: everything the package writes goes through this room.

A set of outputs is first written into a staging folder inside the target. When it is complete, a
journal names the files, they are renamed into place one by one, and the journal is deleted. Before
the journal stands, an interruption leaves the old files as they were; after it, the next start
rolls the renames forward (:func:`recover`), so that old and new files never stay mixed.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import json
import math
import os
import re
import shutil
import signal
import threading
import zipfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Self

from wushan_geo.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    import pandas as pd

STAGING = ".wushan-geo-staging"
JOURNAL = "journal.json"
BOM = "\ufeff"  # without it Excel reads UTF-8 text as GBK
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_UNSAFE = re.compile(r'[<>:"|?*\\\x00-\x1f]')  # no file system shared with Windows takes these
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows: same input, same bytes


def write_file(path: str | Path, content: str | bytes) -> Path:
    """Write one file under a temporary name and rename it.

    Parameters
    ----------
    path
        Where the file shall stand; folders are made.
    content
        Text (written as UTF-8 with LF line ends) or bytes.

    Returns
    -------
    Path
        The path of the file.

    Raises
    ------
    OSError
        If the file cannot be written; the old one is then still there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_file(Path(folder) / "a" / "b.txt", "text").read_text()
    'text'
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    data = content.encode() if isinstance(content, str) else content
    try:
        temporary.write_bytes(data)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def table_bytes(table: pd.DataFrame) -> bytes:
    r"""Turn a table into the bytes of a CSV file that Excel opens with its codes and text intact.

    UTF-8 with byte order mark, LF line ends, an empty cell for missing, ``inf`` for unreachable,
    whole floats without a trailing ``.0``, at most six decimals, sets joined by ``;``. Text that a
    spreadsheet would run as a formula gets a leading apostrophe.

    Parameters
    ----------
    table
        The table; its index is not written.

    Returns
    -------
    bytes
        The file's content.

    Raises
    ------
    ValueError
        If a column name is there twice.

    Examples
    --------
    >>> import pandas as pd
    >>> table_bytes(pd.DataFrame({"zone_id": ["01"], "minutes": [30.0]})).decode("utf-8-sig")
    'zone_id,minutes\n01,30\n'
    """
    import csv

    if table.columns.has_duplicates:
        message = "a table has two columns of the same name"
        raise ValueError(message)
    columns = [_cells(table[name]) for name in table.columns]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*columns, strict=True))
    return (BOM + out.getvalue()).encode()


def _cells(column: pd.Series) -> list[str]:
    missing, values = column.isna().tolist(), column.tolist()
    write = _WRITERS.get(column.dtype.kind, _cell)
    there = [one for one, gone in zip(values, missing, strict=True) if not gone]
    # Equal values of one kind have equal texts, and they repeat: each is written out once.
    of_one_kind = write is not _cell or all(type(one) is str for one in there)
    if of_one_kind:
        texts = {one: write(one) for one in set(there)}
        return ["" if gone else texts[one] for gone, one in zip(missing, values, strict=True)]
    return ["" if gone else write(one) for gone, one in zip(missing, values, strict=True)]


def _cell(value: Any) -> str:
    if hasattr(value, "item"):  # a number of numpy's, in a column of mixed things
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, (int, dt.date)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return safe_text(";".join(sorted(str(one) for one in value)))
    # The csv writer of older Pythons does not quote a lone carriage return, which ends a row.
    return safe_text(str(value).replace("\r\n", "\n").replace("\r", "\n"))


def _day(value: object) -> str:
    return str(value)[:_DAY]


def number_text(value: float) -> str:
    """Write a number so that equal numbers give equal text.

    At most six decimals, no trailing zeros.

    Parameters
    ----------
    value
        The number; NaN (no data) gives an empty text and infinity (unreachable) gives ``inf``.

    Returns
    -------
    str
        The text.

    Raises
    ------
    TypeError
        If `value` is not a number.

    Examples
    --------
    >>> number_text(30.0), number_text(1 / 3), number_text(float("inf")), number_text(float("nan"))
    ('30', '0.333333', 'inf', '')
    """
    number = float(value)
    if math.isnan(number):
        return ""
    if number in (float("inf"), float("-inf")):
        return "inf" if number > 0 else "-inf"
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


_DAY = len("2025-06-30")
_WRITERS: dict[str, Callable[[Any], str]] = {"i": str, "u": str, "f": number_text, "M": _day}


def safe_text(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula, by a leading apostrophe.

    Full-width signs are signs to a spreadsheet that is set to Chinese.

    Parameters
    ----------
    text
        The text of a cell.

    Returns
    -------
    str
        The same text, or with an apostrophe before a leading ``= + - @`` (full-width ones as
        well), tab or line break.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("巫山县")
    ("'=1+1", '巫山县')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def json_text(value: Any) -> str:
    r"""Write a value as readable JSON, the same every time.

    Parameters
    ----------
    value
        Mappings, sequences, texts, numbers, booleans and None; anything else is written as its
        text.

    Returns
    -------
    str
        JSON with two-space indents and a final line end.

    Raises
    ------
    ValueError
        If the value holds NaN or infinity, which JSON does not know.

    Examples
    --------
    >>> json_text({"a": 1})
    '{\n  "a": 1\n}\n'
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False, default=str)
    return text + "\n"


def stable_zip(content: bytes) -> bytes:
    """Rewrite a zip (an Excel or Word file) with fixed times, so that it has the same bytes twice.

    Parameters
    ----------
    content
        Bytes of a zip file.

    Returns
    -------
    bytes
        The same members in the same order, each dated 1980-01-01.

    Raises
    ------
    zipfile.BadZipFile
        If `content` is no zip file.

    Examples
    --------
    >>> first = io.BytesIO()
    >>> with zipfile.ZipFile(first, "w") as archive:
    ...     archive.writestr("a.txt", "text")
    >>> stable_zip(first.getvalue()) == stable_zip(stable_zip(first.getvalue()))
    True
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = member.external_attr
            info.create_system = 0
            target.writestr(info, source.read(member))
    return out.getvalue()


def checksum(content: bytes) -> str:
    """Give the SHA-256 of some bytes as hexadecimal text.

    Parameters
    ----------
    content
        The bytes.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> checksum(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


class Outputs:
    """A set of output files that appears as a whole.

    Use as a context manager: files are added under relative names, and on leaving the block without
    an error all of them are renamed into place. On an error nothing changes.

    Parameters
    ----------
    folder
        Target folder; made if it is not there.
    replaces
        Relative names of files that an earlier run made; those not written again are removed.

    Raises
    ------
    OSError
        If the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Outputs(folder) as outputs:
    ...         outputs.add("tables/a.csv", "x")
    ...     (Path(folder) / "tables" / "a.csv").read_text()
    'x'
    """

    def __init__(self, folder: str | Path, replaces: tuple[str, ...] = ()) -> None:
        self.folder = Path(folder)
        self.sums: dict[str, str] = {}
        self._replaces = replaces
        self._staging = self.folder / STAGING

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        recover(self.folder)
        self._staging.mkdir()
        return self

    def add(self, name: str, content: str | bytes) -> None:
        """Add one file.

        Parameters
        ----------
        name
            Relative name with forward slashes.
        content
            Text or bytes.

        Raises
        ------
        ParameterError
            If the name leaves the folder, could not be written on every system, or was added
            before.
        """
        pure = PurePosixPath(name)
        inside = not pure.is_absolute() and pure.parts and not {"..", STAGING} & set(pure.parts)
        plain = str(pure) == name and not _UNSAFE.search(name)
        if not inside or not plain or name in self.sums:
            message = f"an output must have a new relative name inside the folder, not {name!r}"
            raise ParameterError(message)
        data = content.encode() if isinstance(content, str) else content
        write_file(self._staging / "files" / name, data)
        self.sums[name] = checksum(data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            shutil.rmtree(self._staging, ignore_errors=True)
            return
        gone = sorted(set(self._replaces) - set(self.sums))
        journal = {"files": sorted(self.sums), "remove": gone}
        with _undisturbed():
            for name in self.sums:
                if not (self._staging / "files" / name).is_file():
                    message = "another run has been writing into the same folder"
                    raise FileExistsError(errno.EEXIST, message, str(self.folder))
            write_file(self._staging / JOURNAL, json_text(journal))
            recover(self.folder)


def made_before(folder: str | Path, record: str = "run.json") -> tuple[str, ...]:
    """List what the last complete run made in a folder, as its run.json says.

    A run that was interrupted while its files were renamed is finished first (:func:`recover`).

    Parameters
    ----------
    folder
        An output folder.
    record
        Name of the record, where another command than the main job wrote it.

    Returns
    -------
    tuple of str
        Relative names; empty if there was no run, or its manifest cannot be read.

    Raises
    ------
    OSError
        If the manifest is there and cannot be opened, or an interrupted run cannot be finished.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made_before(folder)
    ()
    """
    recover(folder)
    safe = (PurePosixPath(str(one)) for one in read_manifest(folder, record).get("outputs", {}))
    return tuple(str(one) for one in safe if not one.is_absolute() and ".." not in one.parts)


def read_manifest(folder: str | Path, record: str = "run.json") -> dict[str, Any]:
    """Read the run.json that an earlier run left in a folder.

    Parameters
    ----------
    folder
        An output folder.
    record
        Name of the record, where another command than the main job wrote it.

    Returns
    -------
    dict
        Its content; empty if there is none, or it is not a record of ours.

    Raises
    ------
    OSError
        If it is there and cannot be opened.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_manifest(folder)
    {}
    """
    manifest = Path(folder) / record
    if not manifest.is_file():
        return {}
    try:
        content = json.loads(manifest.read_bytes())
    except ValueError:
        return {}
    ours = isinstance(content, dict) and isinstance(content.get("outputs"), dict)
    return content if ours else {}


def recover(folder: str | Path) -> bool:
    """Finish or undo what an interrupted run left in a folder.

    Parameters
    ----------
    folder
        An output folder.

    Returns
    -------
    bool
        True if a complete set of new files was waiting and has been put in place.

    Raises
    ------
    OSError
        If a file cannot be renamed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     recover(folder)
    False
    """
    target = Path(folder)
    staging = target / STAGING
    journal = staging / JOURNAL
    complete = journal.is_file()
    if complete:
        names = json.loads(journal.read_bytes())
        for name in names["files"]:
            waiting = staging / "files" / name
            if waiting.exists():  # renamed already where an earlier attempt got this far
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                waiting.replace(target / name)
        for name in names["remove"]:
            (target / name).unlink(missing_ok=True)
        journal.unlink()
    if staging.exists():
        shutil.rmtree(staging)
    return complete


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back Ctrl-C and a polite kill for the milliseconds in which the files are renamed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, lambda got, _frame: held.append(got)) for one in numbers}
    try:
        yield
    finally:
        for one, handler in before.items():  # None: a handler that was not set from Python
            signal.signal(one, signal.SIG_DFL if handler is None else handler)
    for number in held:
        signal.raise_signal(number)
