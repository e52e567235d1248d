"""The small fictional county: the step of the data build that writes ``data/example``.

Its design stands in ``example_design``; shapes, registers, settings and README are made from it.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pandas as pd
from common import write_csv, write_geojson, write_text
from example_design import EDGES, FERRY_HEADWAY_MIN, ROAD_EDITION, SNAPSHOTS, zone_id
from example_geometry import CELLS, county, points, river, townships, villages
from example_page import page
from example_registers import costs, facilities, indicators, persons, services
from example_settings import assumptions_page, eligibility, plan_file, study_file

if TYPE_CHECKING:
    from pathlib import Path

REGISTERS = {
    "persons": persons,
    "facilities": facilities,
    "services": services,
    "indicators": indicators,
}
METRES = 1000


def build(out: Path) -> None:
    """Write the fictional county into ``example`` below a data folder.

    Raises
    ------
    OSError
        If a file cannot be written.

    Examples
    --------
    See ``tests/test_data_example.py``.
    """
    folder = out / "example"
    layer = villages()
    write_geojson(folder / "villages.geojson", layer)
    write_geojson(folder / "townships.geojson", townships(layer))
    write_geojson(folder / "county.geojson", county(layer))
    write_geojson(folder / "rivers.geojson", river(), key="name")
    write_csv(folder / "roads" / "nodes.csv", road_nodes())
    write_csv(folder / "roads" / "edges.csv", road_edges())
    write_csv(folder / "crossings.csv", crossings())
    write_csv(folder / "eligibility.csv", eligibility())
    write_csv(folder / "costs.csv", costs())
    write_text(folder / "plan.toml", plan_file())
    for snapshot in SNAPSHOTS:
        for name, make in REGISTERS.items():
            write_csv(folder / snapshot.year / f"{name}.csv", make(snapshot))
        write_text(folder / snapshot.study_file, study_file(snapshot))
    write_text(
        folder / "ASSUMPTIONS.md", assumptions_page(tomllib.loads(study_file(SNAPSHOTS[-1])))
    )
    write_text(folder / "README.md", page())


def road_nodes() -> pd.DataFrame:
    """Make the table of road nodes: villages, landings, a hamlet, two facilities beyond the county.

    Raises
    ------
    KeyError
        If a node has no kind.

    Examples
    --------
    >>> len(road_nodes())
    47
    """
    kinds = {"K": "crossing", "P": "crossing", "H": "junction", "X": "facility"}
    rows = [
        {
            "node_id": label,
            "lon": lon,
            "lat": lat,
            "kind": ("seat" if label[1] == "1" else "village")
            if label in CELLS
            else kinds[label[0]],
            "zone_id": zone_id(label) if label in CELLS else "",
            "basis": "measured",
        }
        for label, (lon, lat) in sorted(points().items())
    ]
    return pd.DataFrame(rows, dtype=object)


def road_edges() -> pd.DataFrame:
    """Make the table of roads; an edge without ``oneway`` runs both ways.

    Raises
    ------
    KeyError
        Never; the design is fixed.

    Examples
    --------
    >>> road_edges()["edge_id"].is_unique
    True
    """
    rows = [
        {
            "edge_id": f"{edge.u}-{edge.v}",
            "u": edge.u,
            "v": edge.v,
            "length_m": round(edge.km * METRES),
            "road_class": edge.road_class,
            "grade": edge.grade,
            "oneway": edge.oneway,
            "closed": edge.closed,
            "crossing_id": edge.crossing_id,
            "edition": ROAD_EDITION,
            "basis": "measured",
        }
        for edge in EDGES
    ]
    table = pd.DataFrame(rows, dtype=object)
    return table.sort_values("edge_id", kind="stable", ignore_index=True)


def crossings() -> pd.DataFrame:
    """Make the table of crossings: one bridge, one ferry.

    Raises
    ------
    KeyError
        If a landing is missing from the design.

    Examples
    --------
    >>> crossings()["kind"].tolist()
    ['bridge', 'ferry']
    """
    places = points()
    common = {
        "river": "银汉河（虚构） Yinhan River",
        "basis": "measured",
        "point_basis": "measured",
    }
    rows = []
    for name, ends, more in (
        (
            "B1",
            ("K1", "K2"),
            {
                "name": "子虚大桥",
                "name_en": "Zixu Bridge",
                "kind": "bridge",
                "opened": "2016-10-01",
                "hours": "00:00-24:00",
                "headway_min": None,
                "closures": "",
            },
        ),
        (
            "R1",
            ("P1", "P2"),
            {
                "name": "乌有渡",
                "name_en": "Wuyou Ferry",
                "kind": "ferry",
                "opened": "1988-01-01",
                "hours": "06:30-19:00",
                "headway_min": FERRY_HEADWAY_MIN,
                "closures": "洪水期停航 no service in floods",
            },
        ),
    ):
        north, south = (places[end] for end in ends)
        point = {
            "lon": round((north[0] + south[0]) / 2, 6),
            "lat": round((north[1] + south[1]) / 2, 6),
            "source": "示例县交通局（虚构） fictional transport office",
        }
        rows.append({"crossing_id": name, **more, **common, **point})
    return pd.DataFrame(rows, dtype=object)
