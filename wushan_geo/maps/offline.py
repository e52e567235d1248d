"""One file with everything inside: Leaflet, styles, data; a page that cannot reach any network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from wushan_geo import storage
from wushan_geo.errors import ParameterError, listed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import folium

LEAFLET_VERSION = "1.9.4"
LEAFLET_SHA256 = {
    "leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    "leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
    "LEAFLET-LICENSE.txt": "53e8dc25862014e4324741ca18fbe3611e11d42ef69f59f86ea8c5389647d4cb",
}
# Only script text that is known here runs, and nothing at all may be asked for but what the page
# itself holds as data.
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
# Tags and styles that make a browser ask for another file; names inside the page (#...) and data
# are no files.
_ASKS = re.compile(
    r"""<(?:script|img|iframe|audio|video|source|embed|object)\b[^>]*?\s(?:src|data|srcset)\s*=
        \s*["']?(?!data:)(?P<source>[^"'\s>]+)
      | <link\b[^>]*?\shref\s*=\s*["']?(?!data:)(?P<link>[^"'\s>]+)
      | url\(\s*["']?(?!data:|\#)(?P<style>[^"')\s]+)
      | @import\s+(?P<sheet>[^;]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_LINK = re.compile(r"""["'`]((?:https?:)?//[^"'`\s]+)""")
_QUIET_JSON = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028",
               0x2029: "\\u2029"}  # fmt: skip


@cache
def asset(name: str) -> str:
    """Give the text of a file that the package ships for its pages.

    Parameters
    ----------
    name
        File name in ``maps/assets``.

    Returns
    -------
    str
        The text, with LF line ends.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> "Leaflet 1.9.4" in asset("leaflet.js")
    True
    """
    return files("wushan_geo.maps").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def leaflet() -> tuple[str, str]:
    """Give Leaflet's script and styles without what would ask for another file.

    Left out: the line naming the source map, the pictures of the style sheet (the markers of this
    project are SVG) and the credit link (the page carries the licence text).

    Returns
    -------
    tuple of str
        Script and style sheet.

    Raises
    ------
    FileNotFoundError
        If the package was installed without its assets.

    Examples
    --------
    >>> "url(images" in leaflet()[1]
    False
    """
    script = asset("leaflet.js").rpartition("//# sourceMappingURL")[0]
    script = script.replace('<a href="https://leafletjs.com"', "<a")
    styles = re.sub(r"^\s*(background-image|behavior): *url\([^)]*\);\n", "", asset("leaflet.css"),
                    flags=re.MULTILINE)  # fmt: skip
    return script, styles


def embedded_json(value: Any) -> str:
    r"""Write data so that it can stand inside a script tag, whatever text it holds.

    Parameters
    ----------
    value
        Mappings, sequences, texts, numbers, booleans and None.

    Returns
    -------
    str
        Compact JSON in which ``<``, ``>`` and ``&`` are escaped, so that no text can end the tag.

    Raises
    ------
    ValueError
        If the value holds NaN or infinity.

    Examples
    --------
    >>> embedded_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_QUIET_JSON)


def policy(scripts: Iterable[str]) -> str:
    """Give the content security policy of a page with these scripts and no others.

    Parameters
    ----------
    scripts
        Text of each script, exactly as it stands between its tags.

    Returns
    -------
    str
        The policy; it forbids every request.

    Raises
    ------
    UnicodeEncodeError
        If a script is no valid text.

    Examples
    --------
    >>> policy(["1"])[:30]
    "default-src 'none'; script-src"
    """
    sums = (hashlib.sha256(one.encode()).digest() for one in scripts)
    named = " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in sums)
    return POLICY.format(scripts=named or "'none'")


def outside_files(html: str) -> list[str]:
    """List what a page would ask for beyond itself.

    Parameters
    ----------
    html
        The page.

    Returns
    -------
    list of str
        Addresses in tags and styles, in order; empty for a self-contained page. Scripts are not
        read: the content security policy holds them.

    Raises
    ------
    TypeError
        If `html` is not a text.

    Examples
    --------
    >>> outside_files('<script src="https://example.org/a.js"></script><p>url(#here)')
    ['https://example.org/a.js']
    """
    bare = re.sub(r"(<script\b[^>]*>).*?(</script>)", r"\1\2", html, flags=re.DOTALL)
    return [next(one for one in hit.groups() if one) for hit in _ASKS.finditer(bare)]


def map_html(county_map: folium.Map) -> str:
    """Write a map as one HTML page that opens with the network cable out.

    Parameters
    ----------
    county_map
        A map from :func:`wushan_geo.coverage_map`, perhaps with own layers added.

    Returns
    -------
    str
        The page; the same map gives the same text every time.

    Raises
    ------
    ParameterError
        If the page would ask for files beyond itself: the map was not made by ``coverage_map``, or
        a layer added to it links to a network.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> page = map_html(wg.coverage_map(wg.run_study(wg.open_study("example"))))
    >>> outside_files(page)
    []
    """
    html: str = county_map.get_root().render()
    drawn = _SCRIPT.findall(html)[-1]  # what draws the map and any layer added to it
    asked = [*outside_files(html), *_LINK.findall(drawn)]
    if asked:
        message = (
            f"the page would ask for files beyond itself: {listed(asked)}; make the map with "
            "coverage_map and add no layer that links to a network"
        )
        raise ParameterError(message)
    return html


def save_map(county_map: folium.Map, path: str | Path) -> Path:
    """Write a map into one HTML file, whole or not at all.

    Parameters
    ----------
    county_map
        A map from :func:`wushan_geo.coverage_map`, perhaps with own layers added.
    path
        Where the file shall stand; folders are made.

    Returns
    -------
    Path
        The path of the file.

    Raises
    ------
    ParameterError
        If the page would ask for files beyond itself.
    OSError
        If the file cannot be written; the old one is then still there.

    Examples
    --------
    >>> import tempfile, wushan_geo as wg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     county_map = wg.coverage_map(wg.run_study(wg.open_study("example")))
    ...     save_map(county_map, f"{folder}/coverage.html").name
    'coverage.html'
    """
    return storage.write_file(path, map_html(county_map))
