"""Which table of a study a file may hold, guessed from the words of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.study.tables import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.grid import Grid
    from wushan_geo.sources.vocabulary import Vocabulary

DEEPEST_HEADER = 12  # rows of a sheet among which its header is looked for
FEWEST = 2  # columns that have to be known
OFFERED = 3


def likely_tables(grids: Sequence[Grid], vocabulary: Vocabulary) -> list[str]:
    """Give the tables that the sheets of a file may hold, the likeliest first.

    For each table the distinct columns are counted that some row near the top names; of two tables
    with the same number the one with the larger share of its needed columns comes first.

    Parameters
    ----------
    grids
        Sheets as they stand in the file.
    vocabulary
        Words of the offices.

    Returns
    -------
    list of str
        At most three tables; none where fewer than two columns are known.

    Raises
    ------
    AttributeError
        If one is not a sheet.

    Examples
    --------
    >>> from wushan_geo.sources.grid import Grid
    >>> from wushan_geo.sources.vocabulary import built_in
    >>> sheet = Grid("a.csv", "", (("机构名称", "托养名额", "经度", "纬度"),))
    >>> likely_tables([sheet], built_in())[0]
    'facilities'
    """
    scores = {}
    for table, contract in CONTRACTS.items():
        needed = {one.name for one in contract.columns if one.needed}
        found = max((_known(grid, table, vocabulary) for grid in grids), key=len, default=set())
        if len(found) >= FEWEST:
            scores[table] = (len(found), len(needed & found) / len(needed))
    return sorted(scores, key=lambda one: scores[one], reverse=True)[:OFFERED]


def _known(grid: Grid, table: str, vocabulary: Vocabulary) -> set[str]:
    """Give the columns that the best row near the top names."""
    best: set[str] = set()
    for row in grid.rows[:DEEPEST_HEADER]:
        means = {vocabulary.means("headers", table, cell) for cell in row if isinstance(cell, str)}
        own = {c.name for c in CONTRACTS[table].columns}
        named = {one for one in means if one} | {c for c in row if isinstance(c, str) and c in own}
        best = max(best, named, key=len)
    return best
