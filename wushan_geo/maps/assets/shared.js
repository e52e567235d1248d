/* What the scripts of all map pages share. `page.py` puts it in front of a page's own script, inside
   one function: `state`, `map`, `zones`, `MARKS` and the parts that draw are each page's own.
   Text enters the page as text only (textContent), never as HTML. */
"use strict";

var data = JSON.parse(document.getElementById("study-data").textContent);
var SVG = "http://www.w3.org/2000/svg";
var INK = "#16324f";
var still = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// The page around the map scrolls, so the wheel zooms only once the map has been entered.
L.Map.mergeOptions({scrollWheelZoom: false});
if (still) {
    L.Map.mergeOptions({
        zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false
    });
}

/* ---- words and numbers: the same rules as figures.py, tables.py and comparison.py ---- */

function say(key, values) {
    var text = data.words[state.language][key];
    if (text === undefined) { return key; }
    return text.replace(/\{(\w+)\}/g, function (whole, name) {
        return values && name in values ? String(values[name]) : whole;
    });
}
function word(prefix, key) {
    if (!key) { return say("no_data"); }
    var name = prefix + "." + key;
    return name in data.words[state.language] ? say(name) : key;
}
function pick(pair) { return pair[state.language === "zh" ? 0 : 1]; }
function number(value) {
    return value === null ? say("no_data") : String(value);
}
function interval(low, high, mid) {
    if (low === null || high === null) { return say("no_data"); }
    if (low === "inf") { return say("unreachable"); }
    if (high === "inf") { return say("map.from", {low: low}); }
    if (low === high) { return say("map.limit.value", {minutes: low}); }
    if (mid !== null && mid !== undefined) {
        return say("map.minutes.full", {mid: mid, low: low, high: high});
    }
    return say("minutes.interval", {low: low, high: high});
}
function className(at) {
    var key = data.looks.classes[at].key, name = say("class." + key);
    if (data.demonstration && key !== "unknown") {
        return say("map.demonstration.class", {class_name: name});
    }
    return name;
}
function townName(at) { return at < 0 ? say("map.outside") : pick(data.towns.name[at]); }
function service() { return data.services.length ? data.services[state.service] : null; }

/* ---- elements ---- */

function el(tag, attributes, children) {
    return filled(document.createElement(tag), attributes, children);
}
function svg(tag, attributes, children) {
    return filled(document.createElementNS(SVG, tag), attributes, children);
}
function filled(node, attributes, children) {
    Object.keys(attributes || {}).forEach(function (name) {
        var value = attributes[name];
        if (value !== null && value !== undefined) { node.setAttribute(name, value); }
    });
    (children || []).forEach(function (child) {
        node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return node;
}
function empty(node) { while (node.firstChild) { node.removeChild(node.firstChild); } return node; }
function byId(id) { return document.getElementById(id); }

/* ---- patterns: a demonstration adds white diagonals to all but what is not known ---- */

var TILE = 12;
var BARE = ["unknown", "now_unknown", "none"];
function pattern(look, prefix) {
    var marks = MARKS[look.pattern].map(function (mark) {
        var own = {fill: look.ink, stroke: mark[0] === "path" || mark[1].fill ? look.ink : "none"};
        return svg(mark[0], Object.assign({}, own, mark[1]));
    });
    var parts = [svg("rect", {width: TILE, height: TILE, fill: look.fill})].concat(marks);
    if (data.demonstration && BARE.indexOf(look.key) < 0) {
        parts.push(svg("path", {
            d: "M-3 3l6 -6M0 12l12 -12M9 15l6 -6",
            stroke: "#ffffff", "stroke-width": 2.4, "stroke-opacity": 0.5, "class": "hatch"
        }));
    }
    return svg("pattern", {
        id: prefix + look.key, width: TILE, height: TILE, patternUnits: "userSpaceOnUse"
    }, parts);
}
function swatch(id) {
    return svg("svg", {width: 30, height: 18, "aria-hidden": "true", "class": "swatch"}, [
        svg("rect", {x: 0.5, y: 0.5, width: 29, height: 17, fill: "url(#" + id + ")", stroke: "#4b5563"})
    ]);
}

/* ---- tooltips and pop-ups ---- */

function lines(pairs) {
    var list = el("dl");
    pairs.forEach(function (pair) {
        list.appendChild(el("dt", {}, [pair[0]]));
        list.appendChild(el("dd", {}, [pair[1]]));
    });
    return list;
}

/* ---- the map ---- */

function decode(steps) {
    var points = [], x = 0, y = 0;
    for (var at = 0; at < steps.length; at += 2) {
        x += steps[at]; y += steps[at + 1];
        points.push([y / 1e5, x / 1e5]);
    }
    return points;
}
function rings(shape) { return shape.map(function (part) { return part.map(decode); }); }
function pane(name, height, live) {
    var made = map.createPane(name);
    made.style.zIndex = height;
    if (!live) { made.style.pointerEvents = "none"; }
    return L.svg({pane: name, padding: 0.6});
}
function buildLines(items, style) {
    return items.map(function (steps) { return L.polyline(decode(steps), style); });
}
function raise(layer, up, focused) {
    // Who moves a focused element within the page takes the focus from it.
    if (up && !focused) { layer.bringToFront(); }
    layer.setStyle(up ? {weight: 3.2, color: "#111827"} : zoneStyle(layer.kind, layer.place));
}
function walk(event, all, place, layer) {
    var to = {
        ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1,
        Home: 0, End: all.length - 1
    }[event.key];
    if (event.key === "Enter" || event.key === " ") {
        layer.openPopup();
    } else if (to === undefined) {
        return;
    } else {
        var next = all[(to + all.length) % all.length];
        layer.getElement().setAttribute("tabindex", "-1");
        next.getElement().setAttribute("tabindex", "0");
        map.panInside(center(next), {padding: [60, 60], animate: !still});
        next.getElement().focus({preventScroll: true});
    }
    event.preventDefault();
    event.stopPropagation();
}
function center(layer) { return layer.getLatLng ? layer.getLatLng() : layer.getCenter(); }
function icon(picture, size, anchor, name) {
    return L.divIcon({html: picture, className: "mark " + name, iconSize: size, iconAnchor: anchor});
}
function meet(a, b) {
    return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
}

/* ---- drawing again, tools, size ---- */

function refresh() {
    restyle();
    drawLegend();
    drawTables();
    placeLabels();
}
function addTools() {
    L.control.zoom().addTo(map);
    var Home = L.Control.extend({options: {position: "topleft"}, onAdd: function () {
        var button = el("button", {type: "button", "class": "home leaflet-bar"}, [
            svg("svg", {width: 22, height: 22, viewBox: "0 0 22 22", "aria-hidden": "true"}, [
                svg("path", {d: "M3 8V3H8M14 3H19V8M19 14V19H14M8 19H3V14", fill: "none", stroke: "#111827", "stroke-width": 2})
            ])
        ]);
        L.DomEvent.disableClickPropagation(button);
        L.DomEvent.on(button, "click", function () { whole(!still); });
        return button;
    }});
    new Home().addTo(map);
    var North = L.Control.extend({options: {position: "topright"}, onAdd: function () {
        return el("div", {"class": "north", "aria-hidden": "true"}, [
            svg("svg", {width: 34, height: 46, viewBox: "0 0 34 46"}, [
                svg("path", {d: "M17 14L27 44L17 37z", fill: "#ffffff", stroke: "#111827"}),
                svg("path", {d: "M17 14L7 44L17 37z", fill: "#111827", stroke: "#111827"}),
                svg("text", {x: 17, y: 11, "text-anchor": "middle"}, ["N"])
            ])
        ]);
    }});
    new North().addTo(map);
    L.control.scale({imperial: false, maxWidth: 140, position: "bottomleft"}).addTo(map);
}
/* The notices keep the height of their longer language, so that the map keeps its scale. */
function steady() {
    Array.prototype.forEach.call(document.querySelectorAll(".banner[data-t]"), function (banner) {
        var key = banner.getAttribute("data-t");
        banner.style.minHeight = "";
        var heights = ["zh", "en"].map(function (language) {
            banner.textContent = data.words[language][key];
            return banner.offsetHeight;
        });
        banner.textContent = say(key);
        banner.style.minHeight = Math.max.apply(null, heights) + "px";
    });
}
function whole(moving) {
    var size = map.getSize();
    if (size.x < 80 || size.y < 80) { return; } // folded away, as some printers do
    map.fitBounds(home, {animate: moving, padding: [14, 14]});
}
