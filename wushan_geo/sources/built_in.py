"""The files of a built-in study as they are, for a copy that stands on its own."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.errors import UnknownIdError
from wushan_geo.sources.opening import BUILT_IN, STUDY_FILE, data_folder, named_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

README, PAGE = "README.md", ".md"


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A built-in study and everything that it is made of."""

    study: str
    """Path of the study file in the folder of a copy."""
    files: Mapping[str, bytes]
    """Content by path in the folder of a copy, which holds what other folders lend as well."""


def read_built_in(name: str) -> BuiltIn:
    """Read all files of a built-in study.

    The study file, the files that it names, wherever they lie, and the pages that explain them; no
    file that it does not name, such as the tables of an earlier year.

    Parameters
    ----------
    name
        Name of the study.

    Returns
    -------
    BuiltIn
        The files, as they are.

    Raises
    ------
    UnknownIdError
        If there is no such study.
    InputError
        If the built-in data are not there.
    FileNotFoundError
        If one of them is not: the installation is broken.

    Examples
    --------
    >>> files = read_built_in("wushan").files
    >>> "persons.csv" in files, "boundaries/villages.geojson" in files, "facts/study.toml" in files
    (True, True, False)
    """
    if name not in BUILT_IN:
        message = f"there is no built-in study {name!r}"
        raise UnknownIdError(message)
    study = data_folder() / BUILT_IN[name]
    content = study.read_bytes()
    paths = [study, *_pages(study.parent), *_named(study.parent, content)]
    # "../../boundaries/x" lies in "boundaries/x" of the copy.
    places = {_inside(os.path.relpath(one, study.parent)): one for one in paths}
    return BuiltIn(study.name, {name: path.read_bytes() for name, path in sorted(places.items())})


def _pages(folder: Path) -> Iterator[Path]:
    """Give the pages of a study's folder; a folder with a study file is another study's."""
    for one in sorted(folder.iterdir()):
        if one.is_file() and one.suffix == PAGE:
            yield one
        elif one.is_dir() and not (one / STUDY_FILE).is_file():
            yield from _pages(one)


def _named(folder: Path, content: bytes) -> Iterator[Path]:
    """Give the files that a study names, and the pages that explain those of other folders."""
    tables = named_tables(tomllib.loads(content.decode("utf-8-sig")))
    names = [one for files in tables.values() for one in files]
    yield from (folder / one for one in names)
    for other in _folders((folder / one for one in names if _leaves(one)), folder):
        if (other / README).is_file():
            yield other / README


def _folders(paths: Iterable[Path], folder: Path) -> set[Path]:
    """Give the folders that lend files, but for those that hold the study: they explain others."""
    found = {one.resolve().parent for one in paths}
    return {one for one in found if one not in folder.resolve().parents}


def _leaves(name: str) -> bool:
    return _inside(name) != name


def _inside(name: str) -> str:
    """Give the place in a copy of a file that lies outside the folder of the study."""
    plain = name.replace(os.sep, "/")
    while plain.startswith("../"):
        plain = plain.removeprefix("../")
    return plain
