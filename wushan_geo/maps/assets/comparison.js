/* The script of a comparison page. It shows what Python has counted and computes no measure itself.
   What it shares with other pages stands in shared.js and board.js. */

var state = {
    words: "compare", paper: 560, language: "zh", service: 0, limit: data.start, theme: "change", level: "places", filter: "", sort: {}
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

function addPatterns() {
    keepPatterns(data.looks.changes.map(function (look) { return pattern(look, "change-"); })
        .concat(data.looks.classes.map(function (look) { return pattern(look, "class-"); })));
}
function looks() { return state.theme === "change" ? data.looks.changes : data.looks.classes; }
function prefix() { return state.theme === "change" ? "change-" : "class-"; }
function groupsOf(now) { return state.theme === "change" ? now.change : now["class_" + state.theme]; }

/* ---- what tooltips and pop-ups say ---- */

function column(name) { return say("compare.column." + name); }
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
function drawTables() {
    ["towns", "changed", "units"].forEach(drawTable);
    ["places", "facilities"].forEach(drawFolded);
    if (service() && byId("table-state")) { byId("table-state").textContent = say("compare.state", {scope: under()}); }
}

/* ---- the map ---- */

function zoneStyle(level, at) {
    var group = data.views.length ? groupsOf(view(level))[at] : data.looks.changes.length - 1;
    return {
        color: "#2f3a46", weight: level === "places" ? 0.9 : 1.6, opacity: 1,
        fillColor: "url(#" + prefix() + looks()[group].key + ")", fillOpacity: 1
    };
}
function label(layer) {
    var now = view(layer.kind), at = layer.place, group = groupsOf(now)[at];
    var name = layer.kind === "places" ? pick(data.places.name[at]) + ", " + townName(data.places.town[at]) : townName(at);
    return name + ", " + (state.theme === "change" ? changeName(group) : className(group))
        + ", " + minutes(now, "a", at) + " → " + minutes(now, "b", at);
}
function buildFacilities() {
    var made = L.layerGroup(), all = data.facilities, seen = {};
    all.point.forEach(function (point, at) {
        if (!point) { return; }
        var key = point.join(), shift = (seen[key] = (seen[key] || 0) + 1) - 1;
        var marker = buildMark(point, symbol(all.status[at]), [18, 18], [9 - shift * 20, 9], "facility");
        marker.options.icon.options.room = [shift * 20 - 8, -8, 16, 16];
        marker.facility = at;
        marker.spoken = function () {
            return pick(all.name[at]) + ", " + word("kind", all.kind[at]) + ", " + word("status", all.status[at]);
        };
        explain(marker, function (full) { return facilityCard(at, full); });
        made.addLayer(marker);
    });
    return made;
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
            var mark = icon(cross(look[0]), [20, 20], [10, 10], "shut");
            mark.options.room = [-8, -8, 16, 16];
            groups.halos.addLayer(L.marker(middle, {interactive: false, keyboard: false, pane: "crosses", icon: mark}));
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
    var base = {};
    if (zones.places) { base[say("map.level.villages")] = zones.places; }
    base[say("map.level.townships")] = zones.towns;
    offer(base, [["compare.layer.changed", groups.changed], ["map.layer.facilities", groups.facilities]]);
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
    drawBaseSymbols(base);
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
    lead(group, found);
}
function wholeMap(made) {
    map = made;
    addPatterns();
    var renderer = pane("zones", 400, true);
    buildBase();
    buildChanged(pane("changed", 430, true));
    buildSeats();
    var content = data.views.length ? unitCard : null;
    var places = buildZones("places", renderer, content);
    if (places.getLayers().length) { zones.places = places; } else { state.level = "towns"; }
    zones.towns = buildZones("towns", renderer, content);
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
    listenAll(["places", "facilities"]);
}
window.wushanCoverage = wholeMap;
