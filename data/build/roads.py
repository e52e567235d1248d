"""Schematic roads of the built-in county: river, crossings, network and the length factor.

No road network of the county is among the facts. What is drawn here is a stand-in that a planner
can reason about: it joins every village and every township seat, crosses the Yangtze only at the
known bridge, and is as long, on the average of logarithms, as six stated road distances say.
Everything is marked ``modelled``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import road_distances
import roads_fit
import roads_graph
import roads_page
import roads_river
from assumptions import Assumption, plain, study_settings
from banks import yangtze
from common import DATA, read_facts, read_layer, write_csv, write_geojson, write_text
from pyproj import Geod
from road_distances import COUNTY_SEAT, NOT_A_ROAD_DISTANCE
from shapely.geometry import Point

if TYPE_CHECKING:
    from pathlib import Path

    from roads_fit import Calibration
    from roads_graph import Edge, Routes
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

BRIDGE = "yangtze_bridge"
CENTRE = "zaoyang_new_town"
SAME_PLACE = 2e-6
"""Degrees (0.2 m): a village's point this close to the planned centre is the centre's node too."""
STRAIGHT_ENOUGH = 1.5
"""A village whose way to its seat is longer than so many straight lines gets a shorter one."""
PROVINCIAL_SEATS = 3
"""A main road is provincial where at least so many seats reach the county seat over it."""
TOWNSHIP_VILLAGES = 3
"""A local road is a township road where at least so many villages reach their seat over it."""
EDITION = "2026-11-23"
"""Edition of the network: the day its rules were set, not the day of any survey."""
WATERS = {"yangtze_bridge": "长江", "daning_bridge": "大宁河", "longmen_bridge": "大宁河"}
"""River of each bridge, as its own entry states it; the fourth bridge's entry names none."""
TOO_LOW = "500237102"
"""Dachang: its 151 m lie below the reservoir's 175 m, for the town was rebuilt higher."""
OPENED = {"yangtze_bridge": "2005", "daning_bridge": "2009"}
"""Year of opening, as stated."""
BRIDGES = ("daning_bridge", "longmen_bridge", "pinghu_bridge", "yangtze_bridge")


@dataclass(frozen=True)
class Roads:
    """The network drawn: places by position, road class by edge, the river and the fit.

    ``places`` has the columns of ``nodes.csv`` and the township code (``parent_id``, empty for a
    crossing); ``straight`` holds the geodesic length in metres of each edge.
    """

    places: pd.DataFrame
    classes: dict[Edge, str]
    straight: dict[Edge, float]
    river: LineString
    calibration: Calibration

    @cached_property
    def routes(self) -> Routes:
        """Shortest routes over straight lengths in metres, before the length factor."""
        return roads_graph.shortest(self.straight, len(self.places))

    @property
    def banks(self) -> list[str]:
        """Bank of each place by position: N, S, or unknown for a place on the line."""
        points = self.places[["lon", "lat"]].itertuples(index=False, name=None)
        return [roads_river.bank_of(point, self.river) for point in points]

    def length_m(self, edge: Edge) -> int:
        """Give the modelled road length of an edge in whole metres (at least 1).

        Raises
        ------
        KeyError
            If there is no such edge.

        Examples
        --------
        >>> roads = draw(DATA)
        >>> all(roads.length_m(edge) > roads.straight[edge] for edge in roads.straight)
        True
        """
        return max(1, round(self.straight[edge] * self.calibration.factor))


def build(out: Path) -> None:
    """Write rivers, crossings and the road network of the built-in county below ``out/wushan``.

    Parameters
    ----------
    out
        Data folder; ``out/boundaries`` is read.

    Raises
    ------
    FileNotFoundError
        If the boundaries were not built before.
    ValueError
        If the network falls into parts, or a place has no road.

    Examples
    --------
    >>> import shutil, tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = shutil.copytree(DATA / "boundaries", folder / "boundaries")
    >>> build(folder)
    >>> sorted(path.name for path in (folder / "wushan" / "roads").iterdir())
    ['README.md', 'edges.csv', 'nodes.csv']
    """
    roads = draw(out)
    folder = out / "wushan"
    write_geojson(folder / "rivers.geojson", _rivers(roads.river), key="name")
    write_csv(folder / "crossings.csv", crossings())
    road_distances.build(out)
    write_csv(folder / "roads" / "nodes.csv", _nodes(roads))
    write_csv(folder / "roads" / "edges.csv", _edges(roads))
    speeds = study_settings(out)["travel"]["speeds_kmh"]
    rules = {
        "offset": roads_river.SEAT_OFFSET_M,
        "provincial": PROVINCIAL_SEATS,
        "straight": STRAIGHT_ENOUGH,
        "township": TOWNSHIP_VILLAGES,
        "bridge": _at_the_bridge(roads),
        "edition": EDITION,
    }
    page = roads_page.readme(roads, _facts(roads), speeds, rules)
    write_text(folder / "roads" / "README.md", page)


def interval(out: Path) -> tuple[float, float]:
    """Give the interval of the six stated road distances as multipliers of the central length.

    These are ``low`` and ``high`` under ``[travel.interval]`` in ``study.toml``: the smallest and
    largest ratio of stated to drawn length, divided by the length factor; three decimals.

    Raises
    ------
    FileNotFoundError
        If the boundaries were not built before.

    Examples
    --------
    >>> low, high = interval(DATA)
    >>> 0 < low < 1 < high
    True
    """
    found = draw(out).calibration
    return round(found.low, 3), round(found.high, 3)


def assumptions(out: Path) -> list[Assumption]:
    """List the invented numbers of the roads and the river.

    Raises
    ------
    FileNotFoundError
        If the boundaries were not built before.

    Examples
    --------
    >>> [row.key for row in assumptions(DATA)][0]
    'roads.length_factor'
    """
    table = (
        "replace `roads/nodes.csv` and `roads/edges.csv` by the road network of the office",
        "用本单位路网替换 `roads/nodes.csv` 和 `roads/edges.csv`",
    )
    river = (
        "replace `rivers.geojson` by the surveyed course, and redraw the roads",
        "用实测江线替换 `rivers.geojson`，并重绘道路",
    )
    return [
        Assumption(
            "roads.length_factor",
            "modelled road length divided by the straight length of an edge",
            "道路长度系数（模拟道路长度与直线长度之比）",
            plain(round(draw(out).calibration.factor, 3)),
            "factor",
            "fitted on the logarithms of six stated road distances to the county seat; they "
            "scatter widely, so times carry their interval",
            "按资料所载六段至县城道路里程的对数拟合；离散较大，故时间均附区间",
            *table,
        ),
        Assumption(
            "roads.provincial_seats",
            "a main road is provincial if at least so many seats reach the county seat over it",
            "干线道路按省道计的条件：经该路前往县城的乡镇（街道）驻地数下限",
            plain(PROVINCIAL_SEATS),
            "seats",
            "no road number but S301 over the bridge is among the facts; three keeps branches to "
            "one or two townships county roads",
            "资料中仅有过桥的S301一个路线编号；取3处，只通一两个乡镇的支线仍按县道计",
            *table,
        ),
        Assumption(
            "roads.straight_enough",
            "a village whose way to its seat exceeds so many straight lines gets a shorter road",
            "村（社区）至本乡镇驻地的图上路程超过直线距离的该倍数时，增绘较短道路",
            plain(STRAIGHT_ENOUGH),
            "factor",
            "every village is taken to have a road towards its own seat; below this a detour over "
            "the neighbours is as plausible",
            "假定每村（社区）都有通往本乡镇驻地的道路；低于该倍数时，经邻村绕行同样合理",
            *table,
        ),
        Assumption(
            "roads.township_villages",
            "a local road is a township road if at least so many villages reach their seat over it",
            "地方道路按乡道计的条件：经该路前往本乡镇驻地的村（社区）数下限",
            plain(TOWNSHIP_VILLAGES),
            "villages",
            "as for the provincial rule: a road that serves one or two villages is a village road",
            "与省道条件同理：只通一两个村（社区）的道路按村道计",
            *table,
        ),
        Assumption(
            "roads.ferries",
            "ferries over the Yangtze in the network",
            "路网中的长江渡口数",
            "0",
            "ferries",
            "no ferry is among the facts, and none is made up; a ferry in service shortens the way "
            "of riverside villages to the other bank",
            "资料中没有渡口，不虚构；如有在运渡口，沿江村（社区）到对岸的路程将缩短",
            "add a row of kind `ferry` to `crossings.csv` and its edges to `roads/edges.csv`",
            "在 `crossings.csv` 增加一行 `ferry`，在 `roads/edges.csv` 增加相应路段",
        ),
        Assumption(
            "roads.river_offset",
            "distance of the drawn river from a riverside seat",
            "示意江线与沿江乡镇（街道）驻地的距离",
            plain(roads_river.SEAT_OFFSET_M),
            "m",
            "the seats' points are good to about 1 km; the line must leave each on its own bank",
            "驻地点位误差约1千米；示意江线须使各驻地位于其实际所在的一岸",
            *river,
        ),
        Assumption(
            "roads.river_offset_town",
            "way from the county town to the drawn river, metres east and north",
            "示意江线与县城点位的偏移（向东、向北为正）",
            plain(roads_river.TOWN_OFFSET_M),
            "m",
            "the Yangtze is stated to be Gaotang's southern border, and Gaotang's schematic area "
            "reaches so far south; the real river is nearer to the town",
            "资料载长江为高唐街道南界，而高唐街道示意范围南伸至此；实际江面离县城更近",
            *river,
        ),
        Assumption(
            "roads.river_beyond",
            "length of river drawn beyond the county border",
            "示意江线伸出县界的长度",
            plain(roads_river.BEYOND_M),
            "m",
            "so that the line divides the whole county; of no effect inside it",
            "使江线将全县分成两岸；对县内无影响",
            *river,
        ),
    ]


def draw(out: Path) -> Roads:
    """Draw the network from the boundaries below ``out`` and fit its length factor.

    Raises
    ------
    FileNotFoundError
        If the boundaries were not built before.
    ValueError
        If the network falls into parts.

    Examples
    --------
    >>> roads = draw(DATA)
    >>> roads_graph.parts(roads.straight, len(roads.places))
    1
    """
    outline = read_layer(out / "boundaries" / "county.geojson").to_dict("records")
    county: BaseGeometry = outline[0]["geometry"]
    river = yangtze(county)
    places = _places(read_layer(out / "boundaries" / "villages.geojson"))
    distance = _distances(places)
    classes = _classes(places, distance, river, county)
    straight = {edge: float(distance[edge]) for edge in classes}
    if (found := roads_graph.parts(straight, len(places))) != 1:
        raise ValueError(f"The network falls into {found} parts.")
    routes = roads_graph.shortest(straight, len(places))
    return Roads(places, classes, straight, river, _calibrate(places, routes))


def crossings() -> pd.DataFrame:
    """List the known bridges; one that could not be located has no point.

    Raises
    ------
    KeyError
        If a bridge is missing among the facts.

    Examples
    --------
    >>> table = crossings()
    >>> table.loc[table["lon"].notna(), "crossing_id"].tolist()
    ['yangtze_bridge']
    """
    facts = read_facts("places").set_index("key").loc[list(BRIDGES)]
    return pd.DataFrame(
        {
            "crossing_id": facts.index,
            "name": facts["name_zh"].to_numpy(),
            "name_en": facts["name_en"].to_numpy(),
            "kind": "bridge",
            "river": [WATERS.get(key, "") for key in facts.index],
            "opened": [OPENED.get(key, "") for key in facts.index],
            "hours": "",
            "headway_min": "",
            "closures": "",
            "lon": pd.to_numeric(facts["lon"]).to_numpy(),
            "lat": pd.to_numeric(facts["lat"]).to_numpy(),
            "basis": "stated",
            "point_basis": ["stated" if lon else "" for lon in facts["lon"]],
            "source": facts["source"].to_numpy(),
        }
    )


def _places(villages: pd.DataFrame) -> pd.DataFrame:
    """Put villages (seats among them), the located bridge and the planned centre in one table."""
    zones = villages.sort_values("zone_id", ignore_index=True)
    table = pd.DataFrame(
        {
            "node_id": zones["zone_id"],
            "lon": zones["demand_lon"].astype(float),
            "lat": zones["demand_lat"].astype(float),
            "kind": zones["is_seat"].map({"yes": "seat", "no": "village"}),
            "zone_id": zones["zone_id"],
            "parent_id": zones["parent_id"],
            "basis": zones["point_basis"],
        }
    )
    bridge, centre = _point_of(BRIDGE), _point_of(CENTRE)
    rows = [(BRIDGE, bridge.x, bridge.y, "crossing", "", "", "stated")]
    if not (np.hypot(table["lon"] - centre.x, table["lat"] - centre.y) < SAME_PLACE).any():
        zone = _village_at(centre, zones)
        rows.append((CENTRE, centre.x, centre.y, "facility", zone, zone[:9], "inferred"))
    extra = pd.DataFrame(rows, columns=table.columns)
    return pd.concat([table, extra], ignore_index=True)


def _point_of(key: str) -> Point:
    facts = read_facts("places").set_index("key")
    return Point(float(str(facts.loc[key, "lon"])), float(str(facts.loc[key, "lat"])))


def _village_at(point: Point, villages: pd.DataFrame) -> str:
    inside = [
        str(one["zone_id"]) for one in villages.to_dict("records") if one["geometry"].covers(point)
    ]
    return min(inside, default="")


def _distances(places: pd.DataFrame) -> np.ndarray:
    """Geodesic distance in metres between all places (WGS 84)."""
    lon, lat = places["lon"].to_numpy(), places["lat"].to_numpy()
    first, second = np.triu_indices(len(places), k=1)
    _, _, metres = Geod(ellps="WGS84").inv(lon[first], lat[first], lon[second], lat[second])
    distance = np.zeros((len(places), len(places)))
    distance[first, second] = metres
    return distance + distance.T


def _classes(
    places: pd.DataFrame, distance: np.ndarray, river: LineString, county: BaseGeometry
) -> dict[Edge, str]:
    """Choose the edges and class them: main roads between seats first, then local roads."""
    count = len(places)
    points = list(places[["lon", "lat"]].itertuples(index=False, name=None))
    bridges = np.flatnonzero(places["kind"] == "crossing").tolist()
    allowed = roads_graph.admissible(points, river, county, bridges)
    possible = {edge: float(distance[edge]) for edge in roads_graph.gabriel(distance, allowed)}
    routes = roads_graph.shortest(possible, count)
    seats = _seats(places)
    main = _main_roads(routes, list(seats.values()), seats[COUNTY_SEAT], distance)
    home = _homes(places, seats, [roads_river.bank_of(point, river) for point in points])
    chosen = {*main, *roads_graph.relative_neighbours(distance, allowed)}
    first = roads_graph.shortest({edge: float(distance[edge]) for edge in sorted(chosen)}, count)
    for place, seat in home.items():
        if first.length[seat, place] > STRAIGHT_ENOUGH * distance[seat, place]:
            chosen.update(routes.edges(seat, place))
    edges = {edge: float(distance[edge]) for edge in sorted(chosen)}
    busy = _township_roads(roads_graph.shortest(edges, count), home)
    return {edge: main.get(edge, "township" if edge in busy else "village") for edge in edges}


def _seats(places: pd.DataFrame) -> dict[str, int]:
    """Position of each township's seat by township code."""
    chosen = places[places["kind"] == "seat"]
    return {str(code): int(at) for at, code in zip(chosen.index, chosen["parent_id"], strict=True)}


def _homes(places: pd.DataFrame, seats: dict[str, int], banks: list[str]) -> dict[int, int]:
    """Seat of each village that lies on the same bank as its seat, by position."""
    villages = np.flatnonzero(places["kind"] == "village").tolist()
    home = {place: seats[str(places.loc[place, "parent_id"])] for place in villages}
    return {place: seat for place, seat in home.items() if banks[place] == banks[seat]}


def _main_roads(
    routes: Routes, seats: list[int], root: int, distance: np.ndarray
) -> dict[Edge, str]:
    """Join relative neighbours among the seats, by the way along the possible roads."""
    between = routes.length[np.ix_(seats, seats)]
    everyone = np.isfinite(between) & ~np.eye(len(seats), dtype=bool)
    chosen: set[Edge] = set()
    for first, second in roads_graph.relative_neighbours(between, everyone):
        chosen.update(routes.edges(seats[first], seats[second]))
    lengths = {edge: float(distance[edge]) for edge in sorted(chosen)}
    counts = roads_graph.load(roads_graph.shortest(lengths, len(distance)), root, seats)
    return {
        edge: "provincial" if counts.get(edge, 0) >= PROVINCIAL_SEATS else "county"
        for edge in lengths
    }


def _township_roads(routes: Routes, home: dict[int, int]) -> set[Edge]:
    """Find the edges over which enough villages of one township reach their seat."""
    busy: set[Edge] = set()
    for seat in sorted(set(home.values())):
        ends = [place for place, own in home.items() if own == seat]
        counts = roads_graph.load(routes, seat, ends)
        busy.update(edge for edge, number in counts.items() if number >= TOWNSHIP_VILLAGES)
    return busy


def _calibrate(places: pd.DataFrame, routes: Routes) -> Calibration:
    """Fit the length factor along the shortest routes from the seats to the county seat."""
    seats = _seats(places)
    facts = read_facts("townships").set_index("code")["road_km_to_county_seat"]
    stated = {str(code): float(km) for code, km in facts.items() if km}
    stated.pop(NOT_A_ROAD_DISTANCE)
    root = seats[COUNTY_SEAT]
    drawn = {code: float(routes.length[root, seats[code]]) / 1000.0 for code in stated}
    return roads_fit.fit(stated, drawn)


def _facts(roads: Roads) -> pd.DataFrame:
    """Collect what the README says about each township: names, bank, way to the county seat."""
    names = read_facts("townships").set_index("code")
    seats = _seats(roads.places)
    root = seats[COUNTY_SEAT]
    banks = roads.banks
    villages = roads.places[roads.places["kind"].isin(["seat", "village"])]
    own = villages["parent_id"]
    across = pd.Series(
        [banks[at] != banks[seats[str(own[at])]] for at in own.index.tolist()], index=own.index
    )
    return pd.DataFrame(
        {
            "name": names["name_zh"],
            "name_en": names["name_en"],
            "stated_km": pd.to_numeric(names["road_km_to_county_seat"]),
            "straight_km": pd.to_numeric(names["straight_km_to_county_seat"]),
            "bank": {code: banks[at] for code, at in seats.items()},
            "drawn_km": {code: roads.routes.length[root, at] / 1000 for code, at in seats.items()},
            "across": across.groupby(own).sum(),
            "villages": own.groupby(own).size(),
        }
    ).sort_index()


def _at_the_bridge(roads: Roads) -> str:
    """Name the highest road class that leads from the Yangtze bridge to the south."""
    table = _edges(roads)
    found = set(table.loc[table["crossing_id"] == BRIDGE, "road_class"])
    return next(name for name in roads_page.CLASSES if name in found)


def _rivers(river: LineString) -> pd.DataFrame:
    names = {"name": ["长江"], "name_en": ["Yangtze River"], "basis": ["inferred"]}
    return pd.DataFrame({**names, "geometry": [river]})


def _nodes(roads: Roads) -> pd.DataFrame:
    """Write the nodes; only of township seats is an elevation known."""
    columns = ["node_id", "lon", "lat", "kind", "zone_id", "elevation_m", "basis"]
    facts = read_facts("townships").set_index("code")["seat_elevation_m"]
    known = pd.to_numeric(facts).drop(TOO_LOW)
    nodes = roads.places.sort_values("node_id", kind="stable")
    nodes = nodes.assign(elevation_m=nodes["parent_id"].map(known).where(nodes["kind"] == "seat"))
    return nodes[columns]


def _edges(roads: Roads) -> pd.DataFrame:
    """Write each edge once; the crossing is named on the edge that leads to the southern bank."""
    names, kinds = roads.places["node_id"].tolist(), roads.places["kind"].tolist()
    banks = roads.banks
    rows = []
    for edge, road_class in roads.classes.items():
        ends = sorted(edge, key=lambda at: names[at])
        over = [at for at in edge if kinds[at] == "crossing"]
        south = over and any(banks[at] == "S" for at in edge)
        rows.append(
            {
                "u": names[ends[0]],
                "v": names[ends[1]],
                "length_m": roads.length_m(edge),
                "road_class": road_class,
                "grade": "",
                "oneway": "no",
                "closed": "no",
                "crossing_id": names[over[0]] if south else "",
                "edition": EDITION,
                "basis": "modelled",
            }
        )
    table = pd.DataFrame(rows).sort_values(["u", "v"], kind="stable", ignore_index=True)
    table.insert(0, "edge_id", [f"e{number:04d}" for number in range(1, len(table) + 1)])
    return table


if __name__ == "__main__":
    build(DATA)
