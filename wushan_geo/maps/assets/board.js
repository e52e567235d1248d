/* What the boards share: pages of one map of villages or townships, its legend and its tables. It stands
   behind shared.js and in front of a page's own script, which gives `state`, `CELLS`, `SORTS`, `SHOWS`,
   `column`, `zoneStyle`, `label`, `restyle`, `drawControls`, `drawLegend`, `drawTables` and `show`.
   `state.words` is the family of the page's own messages. */

var map, control, zones = {}, groups = {}, labels = [], home;

/* ---- patterns: each look has its own, a demonstration adds white diagonals ---- */

var MARKS = {
    plain: [],
    dots: [["circle", {cx: 3, cy: 3, r: 1.2}], ["circle", {cx: 9, cy: 9, r: 1.2}]],
    discs: [["circle", {cx: 6, cy: 6, r: 3}]],
    lines: [["path", {d: "M0 3H12M0 9H12", "stroke-width": 1.3}]],
    cross: [["path", {d: "M3 6H9M6 3V9", "stroke-width": 1}]],
    grid: [["path", {d: "M0 6H12M6 0V12", "stroke-width": 1}]],
    bars: [["path", {d: "M3 0V12M9 0V12", "stroke-width": 1.5}]],
    stairs: [["path", {d: "M0 9H4V5H8V1H12", fill: "none", "stroke-width": 1}]],
    slashes: [["path", {d: "M-3 9l6 6M0 0l12 12M9 -3l6 6", "stroke-width": 2}]],
    backslashes: [["path", {d: "M-3 3l6 -6M0 12L12 0M9 15l6 -6", "stroke-width": 1.3}]],
    waves: [["path", {d: "M0 8L3 4L6 8L9 4L12 8", fill: "none", "stroke-width": 1.2}]],
    rings: [["circle", {cx: 6, cy: 6, r: 1.6, fill: "none", "stroke-width": 0.8}]]
};
function keepPatterns(all) {
    document.body.appendChild(svg("svg", {
        width: 0, height: 0, "aria-hidden": "true", focusable: "false", "class": "defs"
    }, [svg("defs", {}, all)]));
}

/* ---- tooltips and pop-ups ---- */

function card(title, under, pairs, full) {
    var parts = [el("strong", {}, [title])];
    if (under) { parts.push(el("span", {"class": "under"}, [under])); }
    parts.push(lines(pairs));
    if (full && data.demonstration) {
        parts.push(el("p", {"class": "note"}, [say("map.legend.demonstration")]));
    }
    return el("div", {"class": "card", lang: state.language === "zh" ? "zh-CN" : "en"}, parts);
}
function explain(layer, content) {
    layer.on("mouseover mousemove", function (event) {
        // Towards the middle of the map, where there is room.
        var half = event.containerPoint && event.containerPoint.y > map.getSize().y / 2;
        layer.getTooltip().options.direction = half ? "top" : "bottom";
        layer.getTooltip().options.offset = L.point(0, half ? -10 : 14);
    });
    layer.bindTooltip(function () { return content(false); }, {sticky: !layer.getIcon, direction: "top", opacity: 1});
    layer.bindPopup(function () { return content(true); }, {maxWidth: 380, minWidth: 250});
    layer.on("popupopen", function (event) {
        layer.closeTooltip();
        var close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
        if (close) { close.setAttribute("aria-label", say("map.close")); }
    });
    layer.on("tooltipopen", function () { if (layer.isPopupOpen()) { layer.closeTooltip(); } });
}

/* ---- tables ---- */

function rank(value) { return value === null ? Infinity : value === "inf" ? 1e12 : value === "-inf" ? -1e12 : value; }
function order(name) {
    var cells = CELLS[name], rows = [], sort = state.sort[name];
    for (var at = 0; at < cells.size(); at += 1) { rows.push(at); }
    if (sort) {
        var key = (SORTS[name] || {})[sort.column] || cells[sort.column];
        rows.sort(function (a, b) {
            var x = key(a), y = key(b);
            var way = typeof x === "string" ? x.localeCompare(y, state.language) : x - y || 0;
            if (x === Infinity || y === Infinity) { return x === y ? a - b : x - y; } // no data stays last
            return way * sort.way || a - b;
        });
    }
    return rows;
}
function wanted(name, at) {
    if (name !== "places" || !state.filter) { return true; }
    var names = data.places.name[at].concat(data.towns.name[data.places.town[at]] || []);
    return names.some(function (one) { return one.toLowerCase().indexOf(state.filter) >= 0; });
}
function drawTable(name) {
    var table = byId("table-" + name);
    if (!table) { return; }
    var columns = data.columns[name], cells = CELLS[name], body = el("tbody");
    drawHead(table, name, columns);
    order(name).forEach(function (at) {
        if (!wanted(name, at)) { return; }
        body.appendChild(el("tr", {}, columns.map(function (one, place) {
            var text = cells[one](at);
            var cell = one === SHOWS[name] ? [nameButton(name, at, text)] : [text];
            return el(place ? "td" : "th", {scope: place ? null : "row"}, cell);
        })));
    });
    table.replaceChild(body, table.tBodies[0]);
}
function nameButton(name, at, text) {
    var button = el("button", {type: "button", "class": "show", title: say("map.table.show", {name: text})}, [text]);
    button.addEventListener("click", function () { show(name, at); });
    return button;
}
function drawHead(table, name, columns) {
    var row = table.tHead.rows[0], had = document.activeElement;
    var again = had && row.contains(had) ? had.getAttribute("data-column") : null;
    empty(row);
    columns.forEach(function (one) {
        var sort = state.sort[name], mine = sort && sort.column === one;
        var way = mine ? (sort.way > 0 ? "ascending" : "descending") : null;
        var button = el("button", {
            type: "button", "class": "sort", "data-column": one, title: say("map.table.sort")
        }, [column(one), el("span", {"aria-hidden": "true"}, [mine ? (sort.way > 0 ? " ▲" : " ▼") : ""])]);
        button.addEventListener("click", function () {
            state.sort[name] = {column: one, way: mine ? -sort.way : 1};
            drawTable(name);
        });
        row.appendChild(el("th", {scope: "col", "aria-sort": way}, [button]));
        if (again === one) { button.focus(); }
    });
    table.caption.textContent = say(state.words + ".table." + name);
}
function drawFolded(name) {
    var box = byId(name + "-box");
    if (box.open) { drawTable(name); }
    box.querySelector("summary").textContent = say("map.table.count", {
        title: say(state.words + ".table." + name), count: number(CELLS[name].size())
    });
}

/* ---- the map ---- */

function buildZones(level, renderer, content) {
    var made = L.layerGroup();
    data[level].shape.forEach(function (shape, at) {
        var point = level === "places" ? data.places.point[at] : null, layer = null;
        if (shape.length) {
            layer = L.polygon(rings(shape), {renderer: renderer, pane: "zones"});
        } else if (point) {
            layer = L.circleMarker(point, {renderer: renderer, pane: "zones", radius: 6});
        }
        if (layer) {
            layer.place = at;
            layer.kind = level;
            layer.setStyle(zoneStyle(level, at));
            if (content) { explain(layer, function (full) { return content(level, at, full); }); }
            layer.on("mouseover", function () { raise(layer, true); });
            layer.on("mouseout", function () { raise(layer, false); });
            made.addLayer(layer);
        }
    });
    return made;
}
/* One stop of the Tab key for all places of a level; the arrow keys go from place to place. */
function dress(group) {
    var all = group.getLayers();
    all.forEach(function (layer, place) {
        var path = layer.getElement();
        if (!path) { return; }
        path.setAttribute("tabindex", place ? "-1" : "0");
        path.setAttribute("role", "button");
        path.setAttribute("aria-label", layer.name ? layer.name() : label(layer));
        if (path.dressed) { return; }
        path.dressed = true;
        if (layer.kind) {
            path.addEventListener("focus", function () { raise(layer, true, true); });
            path.addEventListener("blur", function () { raise(layer, false); });
        }
        path.addEventListener("keydown", function (event) { walk(event, all, place, layer); });
    });
}
function symbol(status) {
    return svg("svg", {width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true", focusable: "false"}, [
        svg("path", {d: "M3 3H15V15H3z", fill: "#ffffff", stroke: "#ffffff", "stroke-width": 4}),
        svg("path", {
            d: "M3 3H15V15H3z", fill: status === "open" ? INK : "#ffffff", stroke: INK, "stroke-width": 2,
            "stroke-dasharray": status === "open" ? null : "3 2"
        })
    ]);
}
/* What a marker is called where it is read aloud; a layer without a picture of its own is called so by `dress`. */
function nameMark(layer) {
    if (layer.spoken && layer.getElement()) { layer.getElement().setAttribute("aria-label", layer.spoken()); }
}
function buildMark(point, picture, size, anchor, kind) {
    var marker = L.marker(point, {icon: icon(picture, size, anchor, kind), riseOnHover: true});
    marker.on("add", function () { nameMark(marker); });
    return marker;
}
function buildBase() {
    var base = data.base;
    map.createPane("labels").style.zIndex = 590;
    map.getPane("labels").style.pointerEvents = "none";
    var county = pane("county", 420, false), border = pane("borders", 415, false);
    var roads = pane("roads", 405, false), rivers = pane("rivers", 410, false);
    groups.roads = L.layerGroup();
    [["minor", "#ffffff", 3, null], ["main", "#ffffff", 4.6, null], ["minor", "#7a6a58", 1.2, null],
        ["main", "#5b4636", 2.4, null], ["ferry", "#16324f", 2, "2 5"]].forEach(function (one) {
        buildLines(base.roads[one[0]], {
            renderer: roads, pane: "roads", interactive: false, color: one[1], weight: one[2],
            opacity: one[1] === "#ffffff" ? 0.55 : 0.9, dashArray: one[3]
        }).forEach(function (line) { groups.roads.addLayer(line); });
    });
    groups.rivers = L.layerGroup();
    base.rivers.forEach(function (river) {
        [["#ffffff", 6, 0.8, null], ["#1d6fa5", 3.4, 1, river.inferred ? "10 3" : null]].forEach(function (one) {
            buildLines(river.lines, {
                renderer: rivers, pane: "rivers", interactive: false, color: one[0],
                weight: one[1], opacity: one[2], dashArray: one[3]
            }).forEach(function (line) { groups.rivers.addLayer(line); });
        });
    });
    groups.borders = L.layerGroup();
    data.towns.shape.forEach(function (shape) {
        if (!shape.length) { return; }
        groups.borders.addLayer(L.polygon(rings(shape), {
            renderer: border, pane: "borders", interactive: false, fill: false, color: "#1f2933", weight: 1.7
        }));
    });
    var outline = L.polygon(rings(base.county), {
        renderer: county, pane: "county", interactive: false, fill: false, color: "#111827", weight: 3.2
    }).addTo(map);
    L.polygon(rings(base.county), {
        renderer: county, pane: "county", interactive: false, fill: false, color: "#fbfaf7",
        weight: 1, dashArray: "10 4 2 4"
    }).addTo(map);
    home = outline.getBounds();
}
function buildSeats() {
    groups.seats = L.layerGroup();
    data.towns.seat.forEach(function (seat, at) {
        if (!seat) { return; }
        var text = el("span", {"class": "name"}, [townName(at)]);
        groups.seats.addLayer(L.marker(seat, {
            interactive: false, keyboard: false, pane: "labels",
            icon: icon(el("span", {"class": "dot"}, [text]), [0, 0], [0, 0], "seat")
        }));
        labels.push({town: at, node: text, seat: seat});
    });
}
/* Names keep clear of markers, crosses and each other; a name without room is left out until one zooms in. */
function placeLabels() {
    if (!map || !map.hasLayer(groups.seats)) { return; }
    var taken = [];
    Object.keys(groups).forEach(function (name) {
        if (!map.hasLayer(groups[name])) { return; }
        groups[name].eachLayer(function (marker) {
            var room = marker.options.icon && marker.options.icon.options.room;
            if (!room) { return; }
            var at = map.latLngToContainerPoint(marker.getLatLng());
            taken.push([at.x + room[0], at.y + room[1], room[2], room[3]]);
        });
    });
    labels.forEach(function (one) {
        one.node.style.display = "";
        var at = map.latLngToContainerPoint(one.seat), wide = one.node.offsetWidth, high = one.node.offsetHeight;
        var tries = [[-wide / 2, 5], [-wide / 2, -high - 5], [7, -high / 2], [-wide - 7, -high / 2],
            [-wide / 2, 16], [-wide / 2, -high - 16], [16, -high / 2], [-wide - 16, -high / 2],
            [12, 10], [-wide - 12, 10], [12, -high - 10], [-wide - 12, -high - 10]];
        var free = tries.filter(function (shift) {
            var box = [at.x + shift[0], at.y + shift[1], wide, high];
            return !taken.some(function (other) { return meet(box, other); });
        })[0];
        if (!free) { one.node.style.display = "none"; return; }
        one.node.style.left = free[0] + "px";
        one.node.style.top = free[1] + "px";
        taken.push([at.x + free[0], at.y + free[1], wide, high]);
    });
}

/* ---- layers and legend ---- */

function offer(base, own) {
    var over = {};
    if (control) { control.remove(); }
    own.concat([["map.layer.seats", groups.seats], ["map.layer.borders", groups.borders],
        ["map.layer.rivers", groups.rivers], ["map.layer.roads", groups.roads]]).forEach(function (one) {
        if (one[1].getLayers().length) { over[say(one[0])] = one[1]; }
    });
    control = L.control.layers(base, over, {collapsed: false, autoZIndex: false}).addTo(map);
    byId("layers").appendChild(control.getContainer());
}
function legendRow(name, swatch_, row) {
    return el("tr", {"class": row[0] ? null : "none-here"}, [el("th", {scope: "row"}, [swatch_, name])].concat(
        row.map(function (one) { return el("td", {}, [number(one)]); })));
}
function sample(list, text, parts) {
    list.appendChild(el("li", {}, [svg("svg", {width: 34, height: 14, "aria-hidden": "true"}, parts), text]));
}
function stroke(color, wide, dash) {
    return svg("path", {d: "M1 7H33", stroke: color, "stroke-width": wide, "stroke-dasharray": dash});
}
function drawBaseSymbols(base) {
    sample(base, say("map.county_outline"), [stroke("#111827", 3.2), stroke("#fbfaf7", 1, "10 4 2 4")]);
    sample(base, say("map.township_line"), [stroke("#1f2933", 1.7)]);
    if (groups.seats.getLayers().length) {
        sample(base, say("map.seat"), [svg("rect", {x: 13, y: 3, width: 8, height: 8, fill: "#ffffff", stroke: "#111827", "stroke-width": 2})]);
    }
    if (data.base.rivers.length) {
        var guess = data.base.rivers.some(function (one) { return one.inferred; });
        sample(base, say(guess ? "map.river.inferred" : "map.river"), [stroke("#1d6fa5", 3.4, guess ? "10 3" : null)]);
    }
    if (data.base.roads.main.length) { sample(base, say("map.road.main"), [stroke("#5b4636", 2.4)]); }
    if (data.base.roads.minor.length) { sample(base, say("map.road.minor"), [stroke("#7a6a58", 1.2)]); }
    if (data.base.roads.ferry.length) { sample(base, say("map.road.ferry"), [stroke("#16324f", 2, "2 5")]); }
}

/* ---- going to a place, changing the language, size ---- */

function lead(group, found) {
    group.addTo(map);
    refresh();
    byId("map-title").parentNode.scrollIntoView({block: "nearest", behavior: still ? "auto" : "smooth"});
    map.setView(center(found), Math.max(map.getZoom(), 11), {animate: false});
    found.openPopup();
    map.getContainer().focus({preventScroll: true});
}
function speak() {
    document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
    document.title = say(state.words + ".title");
    Array.prototype.forEach.call(document.querySelectorAll("[data-t]"), function (node) {
        node.textContent = say(node.getAttribute("data-t"));
    });
    Array.prototype.forEach.call(document.querySelectorAll("[data-t-label]"), function (node) {
        node.setAttribute("aria-label", say(node.getAttribute("data-t-label")));
    });
    var button = byId("language");
    button.lang = state.language === "zh" ? "en" : "zh-CN";
    button.title = say("map.language.hint");
    labels.forEach(function (one) { one.node.textContent = townName(one.town); });
    var holder = map.getContainer();
    holder.setAttribute("role", "group");
    holder.setAttribute("aria-label", say(state.words + ".region") + ". " + say("map.region.hint"));
    [["in", ".leaflet-control-zoom-in"], ["out", ".leaflet-control-zoom-out"], ["home", ".home"]].forEach(function (one) {
        var node = holder.querySelector(one[1]);
        node.title = say("map.zoom." + one[0]);
        node.setAttribute("aria-label", say("map.zoom." + one[0]));
    });
    holder.querySelector(".north text").textContent = say("map.north");
    Object.keys(groups).forEach(function (name) { groups[name].eachLayer(nameMark); });
    map.closePopup();
    drawControls();
    refresh();
    fit();
}
/* The board fills what the window leaves below the heading, so that the map is seen as a whole. */
function fit() {
    var board = document.querySelector(".board"), wide = window.innerWidth >= 1000;
    steady();
    board.style.height = wide ? Math.max(560, window.innerHeight - board.offsetTop - 10) + "px" : "";
    map.invalidateSize({animate: false, pan: false});
    whole(false);
    placeLabels();
}
/* A sheet of paper is narrower than the window: what is seen of the map is fitted to it, and back. */
var PAPER = 700;
function print(whether) {
    var holder = map.getContainer(), seen = map.getBounds();
    holder.style.width = whether ? PAPER + "px" : "";
    holder.style.height = whether ? state.paper + "px" : "";
    map.invalidateSize({animate: false, pan: false});
    if (!whether) { fit(); } else if (seen.contains(home)) { whole(false); } else { map.fitBounds(seen, {animate: false}); }
    placeLabels();
}
/* What every board listens to; `boxes` are the folded tables, which are written when they are opened. */
function listenAll(boxes) {
    map.on("zoomend moveend overlayadd overlayremove", placeLabels);
    map.on("overlayadd", restyle);
    map.getContainer().addEventListener("keydown", function (event) {
        if (event.key === "Escape") { map.closePopup(); }
    });
    map.on("focus", function () { map.scrollWheelZoom.enable(); });
    map.on("blur", function () { map.scrollWheelZoom.disable(); });
    byId("language").addEventListener("click", function () {
        state.language = state.language === "zh" ? "en" : "zh";
        speak();
    });
    boxes.forEach(function (name) { byId(name + "-box").addEventListener("toggle", drawTables); });
    document.querySelector(".filter").hidden = false;
    byId("filter").addEventListener("input", function () {
        state.filter = byId("filter").value.trim().toLowerCase();
        drawTable("places");
    });
    window.addEventListener("resize", fit);
    window.addEventListener("beforeprint", function () { print(true); });
    window.addEventListener("afterprint", function () { print(false); });
}
