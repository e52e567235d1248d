"""Attributes that a KML keeps as a little web page: ArcGIS writes them so, in two columns."""

from __future__ import annotations

from html.parser import HTMLParser

_PAIR = 2


class _Cells(HTMLParser):
    """Gathers the cells of a page, row by row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- the parser's own signature
        """Begin a row or a cell."""
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in {"td", "th"}
        if self.inside and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in {"td", "th", "tr"}:
            self.inside = False

    def handle_data(self, data: str) -> None:
        """Take what stands in a cell."""
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def told_in(page: str) -> dict[str, str]:
    """Read attributes from the rows of two cells of a description.

    Parameters
    ----------
    page
        The description.

    Returns
    -------
    dict
        Value by name; empty where it holds no such table.

    Raises
    ------
    TypeError
        If `page` is not a text.

    Examples
    --------
    >>> told_in("<table><tr><td>NAME</td><td>甲乡</td></tr></table>"), told_in("a remark")
    ({'NAME': '甲乡'}, {})
    """
    if "<td" not in page.lower():
        return {}
    reader = _Cells()
    reader.feed(page)
    reader.close()
    rows = [[one.strip() for one in row] for row in reader.rows]
    return {row[0]: row[1] for row in rows if len(row) == _PAIR and row[0]}
