"""The folium map and the page around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import folium
import jinja2
from branca.element import Element, Figure
from folium.template import Template

from wushan_geo.maps import offline

if TYPE_CHECKING:
    from collections.abc import Mapping


SHARED = ("shared.js",)  # in front of each page's own script
BOARD = ("shared.js", "board.js")  # in front of those of boards: one map, its legend, its tables
BEHIND = {"comparison.js": BOARD, "siting.js": BOARD}


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a page says."""

    data: Mapping[str, Any]
    """What the page's script reads, words of both languages included."""
    tables: Mapping[str, str]
    """Finished HTML of the tables by name."""
    parts: Mapping[str, Any]
    """Which parts the page has: message ids of notices, findings and so on."""
    template: str = "page.html"
    """Template of the page."""
    script: str = "page.js"
    """Its own script, behind what all pages share; it gives ``window.wushanCoverage`` the map."""
    styles: tuple[str, ...] = ("page.css",)
    """Its style sheets."""


class CountyMap(folium.Map):
    """A folium map that asks no network for anything.

    Own layers can be added to it as to any folium map, as long as they link to no network either.

    Parameters
    ----------
    content
        What the page around it says.
    centre
        Latitude and longitude of the county's middle in degrees.

    Raises
    ------
    ValueError
        If the centre is no pair of numbers.

    Examples
    --------
    See :func:`wushan_geo.coverage_map`.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 -- as the class above declares it
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 -- the same
    # The viewport of the class above forbids zooming in, which who sees badly needs.
    _template = Template(
        """
        {% macro html(this, kwargs) %}<div class="folium-map" id="{{ this.get_name() }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {
            center: {{ this.location | tojson }},
            crs: L.CRS.{{ this.crs }},
            ...{{ this.options | tojavascript }}
        });
        wushanCoverage({{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, content: Content, centre: tuple[float, float]) -> None:
        super().__init__(
            location=centre,
            zoom_start=10,
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.1,
            zoom_delta=0.5,
            min_zoom=8,
            max_zoom=15,
        )
        Page(content).add_child(self)

    @classmethod
    def _generate_id(cls) -> str:
        return "coverage"  # random in the class above; one map a page needs no more


class Page(Figure):
    """The page around a map, written whole by one template.

    Parameters
    ----------
    content
        What the page says.

    Raises
    ------
    TypeError
        If there is no content.

    Examples
    --------
    See :func:`wushan_geo.coverage_map`.
    """

    def __init__(self, content: Content) -> None:
        super().__init__(height="820px")
        self._content = content
        self.header._children.clear()  # noqa: SLF001 -- the template names its own character set

    @classmethod
    def _generate_id(cls) -> str:
        return "page"

    def render(self, **kwargs: Any) -> str:
        """Write the page.

        Parameters
        ----------
        **kwargs
            Passed on to the elements.

        Returns
        -------
        str
            HTML; the same content gives the same text.

        Raises
        ------
        jinja2.TemplateError
            If the template does not fit the content.
        """
        # Elements write themselves into these three parts; what others put there is kept, what this
        # rendering adds is taken out again, so that the next one does not find it twice.
        parts = (self.header, self.html, self.script)
        before = [part._children.copy() for part in parts]  # noqa: SLF001 -- branca has no other way
        _settle_ids(self)
        for child in self._children.values():
            child.render(**kwargs)
        html = self._whole(**kwargs)
        for part, children in zip(parts, before, strict=True):
            part._children = children  # noqa: SLF001 -- the same
        return html

    def _whole(self, **kwargs: Any) -> str:
        """Put head, body and scripts together."""
        leaflet, leaflet_styles = offline.leaflet()
        content = self._content
        scripts = [leaflet, own_script(content.script), self.script.render(**kwargs)]
        html: str = _template(content.template).render(
            header=self.header.render(**kwargs),
            figure=self.html.render(**kwargs),
            scripts=scripts,
            policy=offline.policy(scripts),
            styles=[leaflet_styles, *(offline.asset(one) for one in content.styles)],
            data=offline.embedded_json(content.data),
            words=content.data["words"]["zh"],
            tables=content.tables,
            parts=content.parts,
            licence=offline.asset("LEAFLET-LICENSE.txt"),
        )
        return html


@cache
def own_script(name: str) -> str:
    """Put what all pages share in front of a page's own script, inside one function.

    Names of the two are the same to each other and do not reach the scripts around them.

    Parameters
    ----------
    name
        File of the page's own script.

    Returns
    -------
    str
        The script.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> own_script("page.js").startswith("(function () {")
    True
    """
    parts = "\n".join(offline.asset(one) for one in (*BEHIND.get(name, SHARED), name))
    return f"(function () {{\n{parts}}}());\n"


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(offline.asset(name))


def _settle_ids(parent: Element) -> None:
    """Name each element after its place, because folium's own ids are random.

    Only ids of elements that others added are changed, and no class: other maps of the same process
    keep theirs.
    """
    for number, child in enumerate(parent._children.values()):  # noqa: SLF001 -- folium has no other way
        if not isinstance(child, CountyMap):
            child._id = f"{parent._id}_{number}"  # noqa: SLF001 -- the same
        _settle_ids(child)
