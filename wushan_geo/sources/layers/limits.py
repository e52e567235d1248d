"""What is refused before it is read whole: the largest layer that a county's office can mean.

China has about 41,000 townships and 618,000 villages; a county has a few hundred units. The limits
leave room for a whole prefecture drawn finely, and stop a file that would fill the memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.errors import Fault

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read at most."""

    megabytes: int = 256
    """Size of the file, and of what comes out of an archive."""
    members: int = 1000
    """Files in an archive."""
    features: int = 200_000
    """Features of a layer: ten counties with every hamlet."""
    vertices: int = 10_000_000
    """Corners of all shapes together: 400 units with 25,000 corners each."""
    columns: int = 500
    """Attributes of a layer; a Shapefile can have 255."""
    depth: int = 64
    """Elements within each other in a KML; a common one has eight."""

    @property
    def bytes(self) -> int:
        """The size in bytes."""
        return self.megabytes * _MEGABYTE


LIMITS = Limits()


def too_large(name: str, what: str, found: int, most: int) -> Fault:
    """Refuse a file for its size.

    Parameters
    ----------
    name
        Name of the file.
    what
        Key of what is too many: ``megabytes``, ``members``, ``features``, ``vertices``,
        ``columns`` or ``depth``.
    found
        How many there are (at least).
    most
        How many may be.

    Returns
    -------
    Fault
        The error.

    Raises
    ------
    UnknownIdError
        If there is no such limit.

    Examples
    --------
    >>> print(too_large("a.gpkg", "features", 300_000, 200_000))
    a.gpkg: has at most 200000 features (found '300000'). Cut the layer to the county.
    """
    words = {
        "megabytes": rule("most_megabytes", most=most),
        "members": rule("most_members", most=most),
        "features": rule("most_features", most=most),
        "vertices": rule("most_vertices", most=most),
        "columns": rule("most_columns", most=most),
        "depth": rule("most_depth", most=most),
    }
    return fault(Where(name, None, "", found), words[what], hint("cut_layer"))


def sized(name: str, content: bytes) -> Iterator[Fault]:
    """Refuse a file that is too large to be read.

    Parameters
    ----------
    name
        Name of the file.
    content
        Its bytes.

    Yields
    ------
    Fault
        The error, if it is too large.

    Raises
    ------
    TypeError
        If `content` has no length.

    Examples
    --------
    >>> list(sized("a.gpkg", b"small"))
    []
    """
    if len(content) > LIMITS.bytes:
        yield too_large(name, "megabytes", len(content) // _MEGABYTE, LIMITS.megabytes)
