"""Last step of the build: the checksums of all built data files in one list."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from common import write_text

if TYPE_CHECKING:
    from pathlib import Path

LIST = "SHA256SUMS"
"""Name of the list, in the form that ``sha256sum --check`` reads."""
SOURCE_FOLDERS = frozenset({"build", "__pycache__"})
"""Folders under ``data/`` that hold the build itself."""
WRITTEN_BY_HAND = frozenset({"wushan/study.toml", "wushan/facts/study.toml"})
"""Files beside the products that no step makes."""
FOLDERS_BY_HAND = frozenset({"scenarios"})
"""Folders of such files."""


def products(folder: Path) -> dict[str, Path]:
    """Find the files of a data folder that the build makes, by their path below it, sorted.

    The build itself, what is written by hand and hidden files are left out.

    Raises
    ------
    OSError
        If the folder cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> products(Path(__file__).resolve().parent / "facts")["tasks.csv"].name
    'tasks.csv'
    """
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    kept = {
        name.as_posix(): path
        for name, path in found.items()
        if (SOURCE_FOLDERS | FOLDERS_BY_HAND).isdisjoint(name.parts)
        and name.as_posix() not in WRITTEN_BY_HAND
        and not any(part.startswith(".") for part in name.parts)
    }
    return dict(sorted(kept.items()))


def sha256(path: Path) -> str:
    """Give the SHA-256 checksum of a file as 64 hexadecimal digits.

    Raises
    ------
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> len(sha256(Path(__file__)))
    64
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build(out: Path) -> None:
    """List the checksum of every product below a data folder in ``SHA256SUMS``.

    Raises
    ------
    OSError
        If a file cannot be read, or the list cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("")
    >>> build(folder)
    >>> (folder / "SHA256SUMS").read_text().split()[1]
    'a.txt'
    """
    files = {name: path for name, path in products(out).items() if name != LIST}
    write_text(out / LIST, "".join(f"{sha256(path)}  {name}\n" for name, path in files.items()))
