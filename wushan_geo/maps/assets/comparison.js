/* The script of a comparison page. It shows what Python has counted and computes no measure itself.
   What it shares with the other pages stands in shared.js. */

var state = {
    language: "zh", service: 0, limit: data.start, theme: "change", level: "places", filter: "", sort: {}
};

/* ---- words and numbers: the same rules as figures.py and comparison.py ---- */

function minutes(now, side, at) {
    var mid = now["mid_" + side];
    return interval(now["low_" + side][at], now["high_" + side][at], mid && mid[at]);
}
function plus(value) {
    var text = String(value);
    if (text.charAt(0) === "-") { return text.replace("-", "−"); }
    return text === "0" ? text : "+" + text;
}
function delta(one) {
    var low = one[0], high = one[1], mid = one[2];
    if (low === null || high === null) { return say("no_data"); }
    if (low === "inf" || high === "inf") { return say("compare.delta.lost"); }
    if (low === "-inf" || high === "-inf") { return say("compare.delta.won"); }
    if (low === high) { return plus(low); }
    if (mid === null) { return say("compare.delta.between", {low: plus(low), high: plus(high)}); }
    return say("compare.delta.full", {mid: plus(mid), low: plus(low), high: plus(high)});
}
function arrow(pair) {
    if (pair[0] === null && pair[1] === null) { return say("no_data"); }
    return number(pair[0]) + " → " + number(pair[1]);
}
function changeName(at) { return say("compare.change." + data.looks.changes[at].key); }
function facilityOf(id) {
    if (!id) { return say("not_applicable"); }
    var at = data.facilities.id.indexOf(id);
    return at < 0 ? id : pick(data.facilities.name[at]);
}
function view(level) { return data.views[state.service][state.limit][level || state.level]; }

/* ---- patterns: each change and class has its own, a demonstration adds white diagonals ---- */

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
function addPatterns() {
    var all = data.looks.changes.map(function (look) { return pattern(look, "change-"); })
        .concat(data.looks.classes.map(function (look) { return pattern(look, "class-"); }));
    document.body.appendChild(svg("svg", {
        width: 0, height: 0, "aria-hidden": "true", focusable: "false", "class": "defs"
    }, [svg("defs", {}, all)]));
}
function looks() { return state.theme === "change" ? data.looks.changes : data.looks.classes; }
function prefix() { return state.theme === "change" ? "change-" : "class-"; }
function groupsOf(now) { return state.theme === "change" ? now.change : now["class_" + state.theme]; }

/* ---- what tooltips and pop-ups say ---- */

function column(name) { return say("compare.column." + name); }
function card(title, under, pairs, full) {
    var parts = [el("strong", {}, [title])];
    if (under) { parts.push(el("span", {"class": "under"}, [under])); }
    parts.push(lines(pairs));
    if (full && data.demonstration) {
        parts.push(el("p", {"class": "note"}, [say("map.legend.demonstration")]));
    }
    return el("div", {"class": "card", lang: state.language === "zh" ? "zh-CN" : "en"}, parts);
}
function under() {
    return say("compare.scope", {service: pick(service().name), limit: service().limits[state.limit]});
}
function unitCard(level, at, full) {
    var now = view(level), village = level === "places", pairs = [[column("change"), changeName(now.change[at])]];
    if (village) {
        pairs.push([column("class_a"), className(now.class_a[at])], [column("class_b"), className(now.class_b[at])]);
    }
    pairs.push([column("minutes_a"), minutes(now, "a", at)], [column("minutes_b"), minutes(now, "b", at)],
        [column("delta"), delta(now.delta[at])]);
    if (village) {
        if (full) {
            pairs.push([column("facility_a"), facilityOf(now.facility_a[at])],
                [column("facility_b"), facilityOf(now.facility_b[at])]);
        }
        pairs.push([column("persons_of"), number(now.persons_of[at])], [column("eligible_of"), number(now.eligible_of[at])]);
    } else {
        ["places", "persons", "eligible"].forEach(function (one) { pairs.push([column(one), arrow(now[one][at])]); });
    }
    if (full) { pairs.push([column("basis"), word("basis", now.basis[at])]); }
    var name = village ? pick(data.places.name[at]) : townName(at);
    var above = village ? townName(data.places.town[at]) + " · " : "";
    return card(name, above + under(), pairs, full);
}
function roadCard(at, full) {
    var one = data.changed[at];
    return card(one.name, say("compare.road." + one.change), [
        [column("road_class"), word("compare.road_class", one["class"])],
        [column("crossing"), one.crossing || say("not_applicable")], [column("basis"), word("basis", one.basis)]
    ], full);
}
function facilityCard(at, full) {
    var all = data.facilities;
    return card(pick(all.name[at]), townName(all.town[at]), [
        [column("kind"), word("kind", all.kind[at])], [column("status"), word("status", all.status[at])]
    ], full);
}

/* ---- tables: the same cells as comparison.py writes ---- */

function unitCells(level) {
    var cells = {
        size: function () { return data.views.length ? data[level].id.length : 0; },
        name: function (at) { return pick(data[level].name[at]); },
        town: function (at) { return townName(data.places.town[at]); },
        change: function (at) { return changeName(view(level).change[at]); },
        delta: function (at) { return delta(view(level).delta[at]); },
        basis: function (at) { return word("basis", view(level).basis[at]); },
        persons_of: function (at) { return number(view(level).persons_of[at]); },
        eligible_of: function (at) { return number(view(level).eligible_of[at]); }
    };
    ["a", "b"].forEach(function (side) {
        cells["class_" + side] = function (at) { return className(view(level)["class_" + side][at]); };
        cells["minutes_" + side] = function (at) { return minutes(view(level), side, at); };
        cells["facility_" + side] = function (at) { return facilityOf(view(level)["facility_" + side][at]); };
    });
    ["places", "persons", "eligible"].forEach(function (group) {
        cells[group] = function (at) { return arrow(view(level)[group][at]); };
    });
    return cells;
}
var CELLS = {
    towns: unitCells("towns"),
    places: unitCells("places"),
    changed: {
        size: function () { return data.changed.length; },
        road: function (at) { return data.changed[at].name; },
        change: function (at) { return say("compare.road." + data.changed[at].change); },
        road_class: function (at) { return word("compare.road_class", data.changed[at]["class"]); },
        crossing: function (at) { return data.changed[at].crossing || say("not_applicable"); },
        basis: function (at) { return word("basis", data.changed[at].basis); }
    },
    facilities: {
        size: function () { return data.facilities.id.length; },
        name: function (at) { return pick(data.facilities.name[at]); },
        kind: function (at) { return word("kind", data.facilities.kind[at]); },
        status: function (at) { return word("status", data.facilities.status[at]); },
        town: function (at) { return townName(data.facilities.town[at]); }
    },
    units: {
        size: function () { return data.units.length; },
        what: function (at) { return say("compare.what." + data.units[at][0]); },
        name: function (at) { return pick(data.units[at][1]); },
        id: function (at) { return data.units[at][2]; },
        only_in: function (at) { return say("compare.only." + data.units[at][3]); }
    }
};
function rank(value) { return value === null ? Infinity : value === "inf" ? 1e12 : value === "-inf" ? -1e12 : value; }
function unitSorts(level) {
    var sorts = {
        name: function (at) { return at; },
        town: function (at) { return data.places.town[at]; },
        change: function (at) { return view(level).change[at]; },
        delta: function (at) { return rank(view(level).delta[at][1]); },
        persons_of: function (at) { return rank(view(level).persons_of[at]); },
        eligible_of: function (at) { return rank(view(level).eligible_of[at]); }
    };
    ["a", "b"].forEach(function (side) {
        sorts["class_" + side] = function (at) { return view(level)["class_" + side][at]; };
        sorts["minutes_" + side] = function (at) { return rank(view(level)["high_" + side][at]); };
    });
    ["places", "persons", "eligible"].forEach(function (group) {
        sorts[group] = function (at) {
            var pair = view(level)[group][at];
            return pair[0] === null || pair[1] === null ? Infinity : pair[1] - pair[0];
        };
    });
    return sorts;
}
var SORTS = {towns: unitSorts("towns"), places: unitSorts("places")};
var SHOWS = {towns: "name", places: "name", changed: "road", facilities: "name"};
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
    table.caption.textContent = say("compare.table." + name);
}
function drawTables() {
    ["towns", "changed", "units"].forEach(drawTable);
    ["places", "facilities"].forEach(function (name) {
        var box = byId(name + "-box");
        if (box.open) { drawTable(name); }
        box.querySelector("summary").textContent = say("map.table.count", {
            title: say("compare.table." + name), count: number(CELLS[name].size())
        });
    });
    if (service() && byId("table-state")) { byId("table-state").textContent = say("compare.state", {scope: under()}); }
}

/* ---- the map ---- */

var map, control, zones = {}, groups = {}, labels = [], crosses = [], home;

function zoneStyle(level, at) {
    var group = data.views.length ? groupsOf(view(level))[at] : data.looks.changes.length - 1;
    return {
        color: "#2f3a46", weight: level === "places" ? 0.9 : 1.6, opacity: 1,
        fillColor: "url(#" + prefix() + looks()[group].key + ")", fillOpacity: 1
    };
}
function buildZones(level, renderer) {
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
            if (data.views.length) { explain(layer, function (full) { return unitCard(level, at, full); }); }
            layer.on("mouseover", function () { raise(layer, true); });
            layer.on("mouseout", function () { raise(layer, false); });
            made.addLayer(layer);
        }
    });
    return made;
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
function label(layer) {
    var now = view(layer.kind), at = layer.place, group = groupsOf(now)[at];
    var name = layer.kind === "places" ? pick(data.places.name[at]) + ", " + townName(data.places.town[at]) : townName(at);
    return name + ", " + (state.theme === "change" ? changeName(group) : className(group))
        + ", " + minutes(now, "a", at) + " → " + minutes(now, "b", at);
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
function buildFacilities() {
    var made = L.layerGroup(), all = data.facilities, seen = {};
    all.point.forEach(function (point, at) {
        if (!point) { return; }
        var key = point.join(), shift = (seen[key] = (seen[key] || 0) + 1) - 1;
        var marker = L.marker(point, {
            icon: icon(symbol(all.status[at]), [18, 18], [9 - shift * 20, 9], "facility"), riseOnHover: true
        });
        marker.facility = at;
        explain(marker, function (full) { return facilityCard(at, full); });
        marker.on("add", function () { nameMark(marker); });
        made.addLayer(marker);
    });
    return made;
}
function nameMark(marker) {
    var all = data.facilities, at = marker.facility;
    if (marker.getElement()) {
        marker.getElement().setAttribute("aria-label",
            pick(all.name[at]) + ", " + word("kind", all.kind[at]) + ", " + word("status", all.status[at]));
    }
}
function shut(one) { return one.change === "closed" || one.change === "gone"; }
function cross(color) {
    return svg("svg", {width: 20, height: 20, viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false"}, [
        svg("path", {d: "M4 4L16 16M16 4L4 16", stroke: "#ffffff", "stroke-width": 7, "stroke-linecap": "round"}),
        svg("path", {d: "M4 4L16 16M16 4L4 16", stroke: color, "stroke-width": 3.4, "stroke-linecap": "round"})
    ]);
}
/* A changed road is drawn twice: a wide white line that sets it off and takes the mouse, and its own. */
function buildChanged(renderer) {
    groups.changed = L.featureGroup();
    groups.halos = L.layerGroup();
    map.createPane("crosses").style.zIndex = 610; // above names and facilities
    map.getPane("crosses").style.pointerEvents = "none";
    data.changed.forEach(function (one, at) {
        var look = data.looks.roads[one.change], points = decode(one.line);
        groups.halos.addLayer(L.polyline(points, {
            renderer: renderer, pane: "changed", interactive: false, color: "#ffffff", weight: look[1] + 5, opacity: 0.9
        }));
        if (shut(one)) {
            var middle = L.polyline(points).getBounds().getCenter();
            crosses.push(middle);
            groups.halos.addLayer(L.marker(middle, {
                interactive: false, keyboard: false, pane: "crosses", icon: icon(cross(look[0]), [20, 20], [10, 10], "shut")
            }));
        }
        var line = L.polyline(points, {
            renderer: renderer, pane: "changed", color: look[0], weight: look[1], opacity: 1,
            dashArray: look[2] || null, lineCap: shut(one) ? "butt" : "round"
        });
        line.road = at;
        line.name = function () { return one.name + ", " + say("compare.road." + one.change); };
        explain(line, function (full) { return roadCard(at, full); });
        groups.changed.addLayer(line);
    });
    groups.changed.on("add", function () { groups.halos.addTo(map); groups.changed.bringToFront(); });
    groups.changed.on("remove", function () { groups.halos.remove(); });
}
function buildBase() {
    var base = data.base;
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
    if (map.hasLayer(groups.facilities)) {
        groups.facilities.eachLayer(function (marker) {
            var at = map.latLngToContainerPoint(marker.getLatLng()), anchor = marker.options.icon.options.iconAnchor;
            taken.push([at.x - anchor[0] + 1, at.y - anchor[1] + 1, 16, 16]);
        });
    }
    if (map.hasLayer(groups.halos)) {
        crosses.forEach(function (middle) {
            var at = map.latLngToContainerPoint(middle);
            taken.push([at.x - 8, at.y - 8, 16, 16]);
        });
    }
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
function restyle() {
    if (!data.views.length) { return; }
    Object.keys(zones).forEach(function (name) {
        zones[name].eachLayer(function (layer) { layer.setStyle(zoneStyle(layer.kind, layer.place)); });
        if (map.hasLayer(zones[name])) { dress(zones[name]); }
    });
    if (map.hasLayer(groups.changed)) { dress(groups.changed); }
}

/* ---- controls and legend ---- */

function choice(name, title, options, chosen, act) {
    var row = el("div", {"class": "segments"});
    options.forEach(function (option) {
        var input = el("input", {type: "radio", name: name, value: option[0], id: name + "-" + option[0]});
        input.checked = option[0] === chosen;
        input.addEventListener("change", function () { act(option[0]); });
        row.appendChild(input);
        row.appendChild(el("label", {"for": name + "-" + option[0]}, [option[1]]));
    });
    return el("fieldset", {"class": "choice"}, [el("legend", {}, [title]), row]);
}
function drawControls() {
    var box = empty(byId("controls"));
    if (service()) {
        var list = el("select", {id: "service"});
        data.services.forEach(function (one, at) { list.appendChild(el("option", {value: String(at)}, [pick(one.name)])); });
        list.value = String(state.service);
        list.addEventListener("change", function () {
            state.service = Number(list.value);
            state.limit = Math.max(0, service().limits.indexOf(service()["default"]));
            drawLimits();
            refresh();
        });
        box.appendChild(el("div", {"class": "choice"}, [el("label", {"for": "service"}, [say("map.service")]), list]));
        box.appendChild(el("div", {id: "limits"}));
        drawLimits();
        box.appendChild(choice("theme", say("map.theme"), ["change", "a", "b"].map(function (one) {
            return [one, say("compare.theme." + one)];
        }), state.theme, function (value) { state.theme = value; refresh(); }));
    }
    box.appendChild(el("fieldset", {"class": "choice"}, [
        el("legend", {}, [say("map.layers")]), el("div", {id: "layers"})
    ]));
    drawLayers();
}
function drawLimits() {
    var one = service();
    empty(byId("limits")).appendChild(choice("limit", say("map.limit.default", {minutes: one["default"]}), one.limits.map(function (limit, at) {
        return [String(at), say("map.limit.value", {minutes: limit})];
    }), String(state.limit), function (value) { state.limit = Number(value); refresh(); }));
}
function drawLayers() {
    if (control) { control.remove(); }
    var base = {}, over = {};
    if (zones.places) { base[say("map.level.villages")] = zones.places; }
    base[say("map.level.townships")] = zones.towns;
    [["compare.layer.changed", groups.changed], ["map.layer.facilities", groups.facilities], ["map.layer.seats", groups.seats],
        ["map.layer.borders", groups.borders], ["map.layer.rivers", groups.rivers], ["map.layer.roads", groups.roads]].forEach(function (one) {
        if (one[1].getLayers().length) { over[say(one[0])] = one[1]; }
    });
    control = L.control.layers(base, over, {collapsed: false, autoZIndex: false}).addTo(map);
    byId("layers").appendChild(control.getContainer());
}
function legendRow(name, swatch_, row) {
    return el("tr", {"class": row[0] ? null : "none-here"}, [el("th", {scope: "row"}, [swatch_, name])].concat(
        row.map(function (one) { return el("td", {}, [number(one)]); })));
}
function drawLegend() {
    var box = empty(byId("legend"));
    if (!service()) { box.appendChild(el("p", {"class": "note"}, [say("compare.legend.no_services")])); drawSymbols(box); return; }
    var now = view(), change = state.theme === "change";
    var rows = change ? now.by_change : now["by_" + state.theme], body = el("tbody");
    looks().forEach(function (look, at) {
        // What happens nowhere is left out, but for the plainest three: better, same, worse.
        if (change && !rows[at][0] && ["better", "same", "worse"].indexOf(look.key) < 0) { return; }
        body.appendChild(legendRow(change ? changeName(at) : className(at), swatch(prefix() + look.key), rows[at]));
    });
    var total = legendRow(say("map.legend.total"), el("span", {"class": "swatch none"}), now.total);
    total.className = "total";
    body.appendChild(total);
    var heads = [say("map.legend.kind"), say(state.level === "towns" ? "map.legend.townships" : "map.legend.places"),
        say("map.legend.persons"), say("map.legend.eligible")];
    box.appendChild(el("table", {"class": "counts", id: "legend-table"}, [
        el("caption", {}, [say("compare.theme." + state.theme) + " · " + under()]),
        el("thead", {}, [el("tr", {}, heads.map(function (one) { return el("th", {scope: "col"}, [one]); }))]), body
    ]));
    var notes = [];
    if (change) { notes.push(say(state.level === "towns" ? "compare.note.towns" : "compare.note.places")); }
    if (!change && !now["has_class_" + state.theme]) { notes.push(say("compare.note.no_class")); }
    if (data.demonstration) { notes.push(say("map.legend.demonstration")); }
    notes.forEach(function (text) { box.appendChild(el("p", {"class": "note"}, [text])); });
    drawSymbols(box);
}
function sample(list, text, parts) {
    list.appendChild(el("li", {}, [svg("svg", {width: 34, height: 14, "aria-hidden": "true"}, parts), text]));
}
function stroke(color, wide, dash) {
    return svg("path", {d: "M1 7H33", stroke: color, "stroke-width": wide, "stroke-dasharray": dash});
}
function drawSymbols(box) {
    var seen = {}, list = el("ul", {"class": "symbols"});
    data.changed.forEach(function (one) {
        if (seen[one.change]) { return; }
        seen[one.change] = true;
        var look = data.looks.roads[one.change];
        var count = data.changed.filter(function (other) { return other.change === one.change; }).length;
        sample(list, say("compare.legend.road", {change: say("compare.road." + one.change), count: count}),
            [stroke(look[0], look[1], look[2] || null)]);
    });
    if (list.children.length) {
        box.appendChild(el("h3", {}, [say("compare.legend.changed")]));
        box.appendChild(list);
    }
    box.appendChild(el("h3", {}, [say("map.legend.base")]));
    var base = el("ul", {"class": "symbols"});
    base.appendChild(el("li", {}, [symbol("open"), say("compare.legend.facility")]));
    base.appendChild(el("li", {}, [symbol("planned"), say("compare.legend.facility_other")]));
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
    box.appendChild(base);
    if (data.demonstration) { box.appendChild(el("p", {"class": "note"}, [say("map.road.schematic")])); }
}

/* ---- going to a place, changing the language, starting ---- */

function show(name, at) {
    var group = {towns: zones.towns, places: zones.places, changed: groups.changed, facilities: groups.facilities}[name];
    var found = group && group.getLayers().filter(function (layer) {
        return name === "changed" ? layer.road === at : name === "facilities" ? layer.facility === at : layer.place === at;
    })[0];
    if (!found) { return; }
    if (zones[name]) {
        Object.keys(zones).forEach(function (one) { if (one !== name) { zones[one].remove(); } });
        state.level = name;
    }
    group.addTo(map);
    refresh();
    byId("map-title").parentNode.scrollIntoView({block: "nearest", behavior: still ? "auto" : "smooth"});
    map.setView(center(found), Math.max(map.getZoom(), 11), {animate: false});
    found.openPopup();
    map.getContainer().focus({preventScroll: true});
}
function speak() {
    document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
    document.title = say("compare.title");
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
    holder.setAttribute("aria-label", say("compare.region") + ". " + say("map.region.hint"));
    [["in", ".leaflet-control-zoom-in"], ["out", ".leaflet-control-zoom-out"], ["home", ".home"]].forEach(function (one) {
        var node = holder.querySelector(one[1]);
        node.title = say("map.zoom." + one[0]);
        node.setAttribute("aria-label", say("map.zoom." + one[0]));
    });
    holder.querySelector(".north text").textContent = say("map.north");
    groups.facilities.eachLayer(nameMark);
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
function wholeMap(made) {
    map = made;
    addPatterns();
    var renderer = pane("zones", 400, true);
    map.createPane("labels").style.zIndex = 590;
    map.getPane("labels").style.pointerEvents = "none";
    buildBase();
    buildChanged(pane("changed", 430, true));
    buildSeats();
    var places = buildZones("places", renderer);
    if (places.getLayers().length) { zones.places = places; } else { state.level = "towns"; }
    zones.towns = buildZones("towns", renderer);
    groups.facilities = buildFacilities();
    addTools();
    (zones.places || zones.towns).addTo(map);
    [groups.rivers, groups.borders, groups.seats, groups.facilities, groups.changed].forEach(function (one) { one.addTo(map); });
    listen();
    map.setView(home.getCenter(), 9, {animate: false});
    speak();
}
function listen() {
    map.on("baselayerchange", function (event) {
        state.level = event.layer === zones.towns ? "towns" : "places";
        refresh();
    });
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
    ["places", "facilities"].forEach(function (name) { byId(name + "-box").addEventListener("toggle", drawTables); });
    document.querySelector(".filter").hidden = false;
    byId("filter").addEventListener("input", function () {
        state.filter = byId("filter").value.trim().toLowerCase();
        drawTable("places");
    });
    window.addEventListener("resize", fit);
}
window.wushanCoverage = wholeMap;
