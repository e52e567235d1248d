"""How things look: colours, patterns and marker shapes, as data for the page's script.

Nothing is told by colour alone: each class and each band of minutes has a pattern of its own, each
kind of facility a shape, each status a fill. The colours stay apart for the three common kinds of
colour blindness and, with their patterns, on a black-and-white printer.
"""

from __future__ import annotations

from typing import Any

from wushan_geo.results import CLASSES

INK = "#1f2933"
PAPER = "#fbfaf7"

# fill, ink of the pattern, pattern; the patterns are drawn by page.js
CLASS_LOOKS: dict[str, tuple[str, str, str]] = {
    "effective": ("#3f8fc4", INK, "plain"),
    "neighbour": ("#b9dcf0", "#1f5f8b", "dots"),
    "nominal": ("#ffe0a3", "#8a5a00", "lines"),
    "gap": ("#dd6b3f", "#9c3a14", "bars"),
    "unknown": ("#f2f2ef", "#6b7280", "rings"),
}
BAND_LOOKS: tuple[tuple[str, str, str], ...] = (
    ("#f3f0c7", INK, "plain"),
    ("#bfd9a0", "#3d6b1f", "dots"),
    ("#6fb08f", "#ffffff", "lines"),
    ("#2f6f87", "#d7eef5", "bars"),
    ("#3b3350", "#ffffff", "slashes"),
    ("#f2f2ef", "#6b7280", "rings"),
)
BANDS = ("upto", "second", "third", "over", "unreachable", "none")

KIND_SHAPES: dict[str, str] = {
    "sunshine_home": "circle",
    "home_of_disabled": "house",
    "county_rehab_centre": "cross",
    "welfare_home": "square",
    "community_service_centre": "hexagon",
    "candidate_site": "diamond",
}
OTHER_SHAPE = "triangle"
MAIN_ROADS = ("national", "provincial")
FERRY = "ferry"


def looks() -> dict[str, Any]:
    """Give what the page's script needs to draw the legend and the map alike.

    Returns
    -------
    dict
        ``classes`` and ``bands`` (key, fill, ink, pattern, from the best to the worst), ``shapes``
        (kind of facility to marker shape) and ``other`` (the shape of any other kind).

    Raises
    ------
    KeyError
        If a class has no look.

    Examples
    --------
    >>> [one["key"] for one in looks()["classes"]]
    ['effective', 'neighbour', 'nominal', 'gap', 'unknown']
    """
    bands = dict(zip(BANDS, BAND_LOOKS, strict=True))
    return {
        "classes": [_look(key, CLASS_LOOKS[key]) for key in CLASSES],
        "bands": [_look(key, bands[key]) for key in BANDS],
        "shapes": KIND_SHAPES,
        "other": OTHER_SHAPE,
    }


def _look(key: str, look: tuple[str, str, str]) -> dict[str, str]:
    return {"key": key, "fill": look[0], "ink": look[1], "pattern": look[2]}
