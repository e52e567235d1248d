"""Which part of a workbook of Excel holds what: its parts name each other in lists of relations."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from wushan_geo.sources.formats.xml import Walker

if TYPE_CHECKING:
    from wushan_geo.sources.formats.limits import Allowance
    from wushan_geo.sources.formats.package import Package
    from wushan_geo.sources.formats.xml import Attributes


class _Relations(Walker):
    def __init__(self, allowance: Allowance, folder: str) -> None:
        super().__init__(allowance)
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start_relationship(self, attributes: Attributes) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "").replace("\\", "/")
        self.found[attributes.get("Id", "")] = (kind, posixpath.join(self.folder, target))


def relations(package: Package, part: str, allowance: Allowance) -> dict[str, tuple[str, str]]:
    """Give what a part names: kind and target by their id.

    Parameters
    ----------
    package
        Parts of the workbook.
    part
        The part; an empty text for the workbook as a whole.
    allowance
        What may still be read.

    Returns
    -------
    dict
        Kind and target by id; empty if the part names nothing.

    Raises
    ------
    RefusedError
        If the list does not hold together.

    Examples
    --------
    >>> relations([], "xl/workbook.xml", None)
    {}
    """
    folder, _, name = part.rpartition("/")
    path = f"{folder}/_rels/{name}.rels"
    walker = _Relations(allowance, folder)
    if path in package:
        walker.walk(package.chunks(path))
    return walker.found


def main_part(package: Package, allowance: Allowance, usual: str = "xl/workbook.xml") -> str:
    """Give the part that names the sheets.

    Parameters
    ----------
    package
        Parts of the workbook.
    allowance
        What may still be read.
    usual
        Where it usually is.

    Returns
    -------
    str
        Name of the part.

    Raises
    ------
    RefusedError
        If the list of relations does not hold together.

    Examples
    --------
    >>> main_part([], None)
    'xl/workbook.xml'
    """
    return dict(relations(package, "", allowance).values()).get("officeDocument", usual)
