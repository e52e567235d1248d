"""A copy of a built-in study that stands on its own and may be changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wushan_geo.sources.built_in import read_built_in

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS = (".toml", ".md")
# A path of the study file that leaves its folder: what it names lies inside the copy.
_OUTSIDE = re.compile(r'"(?:\.\./)+([^"\n]+)"')
# The built-in files are made by a program and say so; a copy is there to be changed.
_MADE = (
    (
        re.compile(r"(?:本页)?由 ?`?data/build[\w/.]*`? ?(?:从公开事实)?生成，请勿手工修改"),
        "复制自内置研究，可以修改",
    ),
    (
        re.compile(
            r"(?:This page is\s+generated|Generated) by `?data/build[\w/.]*`?"
            r"(?: from the public facts)?[:;] do not edit(?: it)? by hand\."
        ),
        "Copied from a built-in study; it may be changed.",
    ),
)


def copied(source: str) -> dict[str, bytes]:
    """Give every file of a built-in study for a folder of its own.

    Parameters
    ----------
    source
        Name of the built-in study.

    Returns
    -------
    dict
        Content by relative name; the study file names no file outside the folder.

    Raises
    ------
    UnknownIdError
        If there is no such study.

    Examples
    --------
    >>> files = copied("wushan-facts")
    >>> b'"../' in files["study.toml"], "boundaries/county.geojson" in files
    (False, True)
    """
    built_in = read_built_in(source)
    files = {name: _own(name, content) for name, content in built_in.files.items()}
    files["study.toml"] = files.pop(built_in.study)
    return files


def _own(name: str, content: bytes) -> bytes:
    """Make the text of a file that of a copy; data stay as they are, byte for byte."""
    if not name.endswith(TEXTS):
        return content
    text = content.decode("utf-8")
    for made, instead in _MADE:
        text = made.sub(instead, text)
    if name.endswith(".toml"):
        text = _OUTSIDE.sub(r'"\1"', text)
    return text.encode()


def with_vocabulary(study: str, tables: Mapping[str, object]) -> str:
    r"""Let a study file name the list of the offices' own words.

    Parameters
    ----------
    study
        Text of the study file.
    tables
        Its section [tables].

    Returns
    -------
    str
        The text with one more table, unless it is named already.

    Raises
    ------
    TypeError
        If `study` is not a text.

    Examples
    --------
    >>> with_vocabulary('[tables]\n', {})
    '[tables]\nvocabulary = "vocabulary.csv"\n'
    """
    if "vocabulary" in tables:
        return study
    return study.replace("[tables]\n", '[tables]\nvocabulary = "vocabulary.csv"\n', 1)
