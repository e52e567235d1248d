"""Controlled rounding: whole numbers in a two-way table that add up exactly at every level.

Persons by village and group are expectations with decimals. Rounding each cell on its own breaks
the sums; rounding each village on its own breaks the county's totals. The table is therefore
rounded as a flow from the villages over (township, group) to the groups, whose sources and sinks
are the known whole totals. A flow with whole bounds has a whole solution wherever it has any, and
the expectations are one; so there is a table in which each cell and each township's subtotal is the
floor or the ceiling of its expectation. Among all of them the least squared change is taken.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Mapping

    Cells = dict[tuple[str, str], int]

TIE_BYTES = 4  # long enough that two tables of equal squared change practically never tie


def controlled_rounding(
    rows: Mapping[str, int], columns: Mapping[str, int], parents: Mapping[str, str]
) -> Cells:
    """Round the proportional table rows x columns / total so that every sum is exact.

    The expectation of a cell is ``row total * column total / grand total`` (independent margins).
    The result minimises the sum of squared changes among the tables whose rows and columns add up
    exactly and in which each cell, and each sum of a column over the rows of one parent, is the
    floor or the ceiling of its expectation: a minimum cost flow in whole numbers. Ties are broken
    by a fixed digest of the names, so that the answer is the same on every machine and for any
    order of the rows.

    Parameters
    ----------
    rows
        Whole total of each row (persons of a village), at least 0.
    columns
        Whole total of each column (persons of a group), at least 0, with the same sum.
    parents
        The parent (township) of each row.

    Returns
    -------
    Whole number of each (row, column), rows and columns sorted.

    Raises
    ------
    ValueError
        If a total is negative, or rows and columns do not add up to the same number.
    KeyError
        If a row has no parent.

    Examples
    --------
    >>> cells = controlled_rounding({"a": 1, "b": 1}, {"x": 1, "y": 1}, {"a": "t", "b": "t"})
    >>> sorted(cells.values())
    [0, 0, 1, 1]
    """
    total = sum(rows.values())
    if min(*rows.values(), *columns.values(), 0) < 0 or sum(columns.values()) != total:
        raise ValueError("Rows and columns must be at least 0 and add up to the same number.")
    pairs = [(row, column) for row in sorted(rows) for column in sorted(columns)]
    if total == 0:
        return dict.fromkeys(pairs, 0)
    products = {(row, column): rows[row] * columns[column] for row, column in pairs}
    floors = {cell: product // total for cell, product in products.items()}
    graph = _network(products, floors, parents, total)
    _, flow = nx.network_simplex(graph)
    return {
        (row, column): floor + flow[row,].get((parents[row], column), 0)
        for (row, column), floor in floors.items()
    }


def _network(products: Cells, floors: Cells, parents: Mapping[str, str], total: int) -> Any:
    # What flows is the units that round a cell up, so an arc carries 0 or 1. Each part (township,
    # group) keeps the units that its own floor asks for, and may pass one more on to its column.
    graph: Any = nx.DiGraph()
    rest: dict[tuple[str, ...], int] = defaultdict(int)
    expected: Cells = defaultdict(int)
    taken: Cells = defaultdict(int)
    scale = len(products) * 256**TIE_BYTES
    for (row, column), product in products.items():
        part, over = (parents[row], column), product - floors[row, column] * total
        rest[row,] -= over
        rest["", "", column] += over
        expected[part] += product
        taken[part] += floors[row, column]
        if over:
            # Rounding f up, not down, changes the squared error by (1 - f)^2 - f^2 = 1 - 2f.
            weight = (total - 2 * over) * scale + _tie(row, column)
            graph.add_edge((row,), part, capacity=1, weight=weight)
    # The remainders of a row, and of a column, add up to whole units: their totals are whole.
    demand = {node: over // total for node, over in rest.items()}
    for part, product in expected.items():
        floor, over = divmod(product, total)
        demand[part] = floor - taken[part]
        demand["", "", part[1]] -= floor - taken[part]
        if over:
            graph.add_edge(part, ("", "", part[1]), capacity=1, weight=0)
    for node, units in demand.items():
        graph.add_node(node, demand=units)
    return graph


def _tie(row: str, column: str) -> int:
    digest = hashlib.sha256(f"{row}|{column}".encode()).digest()
    return int.from_bytes(digest[:TIE_BYTES], "big")
