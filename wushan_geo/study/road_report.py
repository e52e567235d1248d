"""What there is to know of the roads of a study, worked out by `travel.parts`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

SNAP_WORTH_SAYING_M = 500.0  # only decides whether a sentence is written, not any result
MOVED_WORTH_SAYING_M = 100.0  # likewise: by how much the median village came to lie farther


@dataclass(frozen=True, slots=True)
class RoadNeeds:
    """What a study still has to say before times can be worked out on a new network."""

    basis: bool
    """Whether nothing says how some of the roads are known."""
    speeds: tuple[str, ...]
    """Classes of roads without a speed, as a speed table lists them."""
    section: bool
    """Whether the study file has a section [travel.speeds_kmh] already."""
    engine: bool
    """Whether its engine works out times on roads."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadReport:
    """What there is to know of the roads of a study before times are believed."""

    nodes: int
    """Nodes."""
    edges: int
    """Edges, closed ones included."""
    km: float
    """Length of all edges in kilometres."""
    classes: pd.DataFrame
    """Edges and kilometres by class: ``road_class``, ``edges``, ``km``; classes as a speed table
    lists them."""
    oneway: int
    """One-way edges."""
    ferries: int
    """Edges of the class ferry."""
    bridges: int
    """Edges that are bridges."""
    closed: pd.DataFrame
    """Closed edges: ``edge_id``, ``name``, ``road_class``, ``km``."""
    editions: Mapping[str, int]
    """Edges by the date of their state; an empty text for those that do not say."""
    parts: pd.DataFrame
    """Parts that open edges hold together: ``part`` (0 for the one with most nodes), ``nodes``,
    ``edges``, ``km``, ``villages`` and ``facilities`` (how many of the study hang on it)."""
    lone_nodes: int
    """Nodes that no open edge touches."""
    places: pd.DataFrame
    """Villages and facilities with a point: ``kind``, ``id``, ``name``, ``name_en`` (the Chinese
    name where there is no English one), ``part``, ``edge_id``
    (empty for one that names its node), ``snap_m``, and whether one-way roads let it leave
    (``leaves``) and be come back to (``returns``): from it to the main body of its part, and from
    there to it."""
    left_out: tuple[str, ...]
    """Villages and facilities that have no point."""

    def in_english(self) -> RoadReport:
        """Give the report with English names of villages and facilities, where there are some.

        Returns
        -------
        RoadReport
            The same report, ``name`` of its places in English.

        Raises
        ------
        KeyError
            If the places have no ``name_en``.

        Examples
        --------
        See ``tests/test_cli_roads.py``.
        """
        return replace(self, places=self.places.assign(name=self.places["name_en"]))

    def village_distances(self) -> tuple[float, int] | None:
        """Say how far the villages lie from the network.

        Returns
        -------
        tuple or None
            The median distance in metres, and how many lie farther than is worth saying; None where
            no village hangs on the network.

        Raises
        ------
        KeyError
            If the places have no ``snap_m``.

        Examples
        --------
        See ``tests/test_cli_roads.py``.
        """
        villages = (self.places["kind"] == "village").to_numpy(dtype=bool)
        metres = self.places["snap_m"].to_numpy(dtype=float)[villages]
        if not metres.size:
            return None
        return float(np.median(metres)), int((metres > SNAP_WORTH_SAYING_M).sum())
