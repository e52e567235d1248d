/* The script of the page of a proposal. It shows the cells that Python has written and computes no
   measure itself. What it shares with other pages stands in shared.js and board.js. */

var state = {words: "siting_map", paper: 460, language: "zh", level: "places", filter: "", sort: {}};
var PROPOSED = ["new", "required"], SPARE = ["candidate", "forbidden", "screened", "other"];
var BRIEF = ["state", "persons", "minutes_now", "minutes_plan", "number", "role", "gained", "nearest", "sent", "placed", "origin", "pass_best"];
var PLAIN = ["stable_plans", "stable_bands"]; // rows in an order of their own, not to be sorted

// A pop-up keeps clear of the buttons of the map.
L.Popup.mergeOptions({autoPanPaddingTopLeft: [62, 8]});

/* ---- cells: a number, null, or Chinese, English and what to sort by ---- */

function told(cell) { return cell !== null && typeof cell === "object" ? pick(cell) : number(cell); }
function rankOf(cell) {
    if (cell === null || typeof cell !== "object") { return rank(cell); }
    return cell.length > 2 ? rank(cell[2]) : pick(cell);
}
function column(name) { return say("siting_map.column." + name); }
function cellsOf(table, read) {
    var cells = {size: function () { return table.rows.length; }};
    table.columns.forEach(function (one, place) {
        cells[one] = function (at) { return read(table.rows[at][place]); };
    });
    return cells;
}
var CELLS = {}, SORTS = {}, SHOWS = {sites: "name", towns: "name", places: "name", facilities: "name", groups: "group"};
Object.keys(data.marks.rows).forEach(function (name) { SHOWS[name] = "name"; });
Object.keys(data.tables).forEach(function (name) {
    CELLS[name] = cellsOf(data.tables[name], told);
    SORTS[name] = cellsOf(data.tables[name], rankOf);
});
data.columns = {};
Object.keys(data.tables).forEach(function (name) { data.columns[name] = data.tables[name].columns; });

/* ---- what tooltips and pop-ups say: the row of the table ---- */

function rowCard(name, at, full) {
    var none = say("not_applicable"), row = CELLS[name];
    var pairs = data.columns[name].filter(function (one) {
        return one !== "name" && one !== "town" && (full || BRIEF.indexOf(one) >= 0) && row[one](at) !== none;
    }).map(function (one) { return [column(one), row[one](at)]; });
    return card(row.name(at), row.town(at), pairs, full);
}
function stateName(at) { return say("siting_map.state." + data.states[data.places.state[at]]); }
function label(layer) {
    var at = layer.place, row = CELLS.places;
    return row.name(at) + ", " + row.town(at) + ", " + stateName(at) + ", "
        + column("persons") + " " + row.persons(at) + ", "
        + column("minutes_plan") + " " + row.minutes_plan(at) + ", " + row.facility_plan(at);
}
function siteCard(at, full) {
    var site = data.facilities.site[at], screened = data.facilities.screened[at];
    var made = site < 0 ? rowCard("facilities", at, full) : rowCard("sites", site, full);
    if (full && screened >= 0) {
        ["verdict", "why"].forEach(function (one) {
            made.appendChild(el("p", {"class": "note"}, [column(one) + ": " + CELLS.screening[one](screened)]));
        });
    }
    return made;
}
function siteName(at) {
    var all = data.facilities, name = pick(all.name[at]), counted = all.number[at];
    return (counted === null ? name : say("siting_map.number", {number: counted, name: name}))
        + ", " + say("siting_map.role." + all.role[at]);
}

/* ---- the map ---- */

function zoneStyle(level, at) {
    return {
        color: "#2f3a46", weight: 0.9, opacity: 1, fillOpacity: 1,
        fillColor: "url(#state-" + data.states[data.places.state[at]] + ")"
    };
}
function disc(counted, required) {
    var parts = [
        svg("circle", {cx: 15, cy: 15, r: 14, fill: "#ffffff"}),
        svg("circle", {cx: 15, cy: 15, r: required ? 10 : 12.5, fill: "#8a1256", stroke: "#ffffff", "stroke-width": 1}),
        svg("text", {x: 15, y: 20, "text-anchor": "middle", "class": "order"}, [counted === null ? "" : String(counted)])
    ];
    if (required) {
        parts.push(svg("circle", {cx: 15, cy: 15, r: 13, fill: "none", stroke: "#8a1256", "stroke-width": 1.6}));
    }
    return svg("svg", {width: 30, height: 30, viewBox: "0 0 30 30", "aria-hidden": "true", focusable: "false"}, parts);
}
function buildSites() {
    var all = data.facilities, seen = {}, near = home.pad(0.2);
    groups.proposed = L.layerGroup();
    groups.existing = L.layerGroup();
    all.point.forEach(function (point, at) {
        if (!point || all.site[at] < 0) { return; }
        var proposed = PROPOSED.indexOf(all.role[at]) >= 0, size = proposed ? 30 : 18, key = point.join();
        var shift = seen[key] || 0;
        seen[key] = shift + size + 2;
        var picture = proposed ? disc(all.number[at], all.role[at] === "required") : symbol("open");
        var marker = buildMark(point, picture, [size, size], [size / 2 - shift, size / 2], "facility");
        marker.options.icon.options.room = [shift - size / 2, -size / 2, size, size];
        marker.options.zIndexOffset = proposed ? 1000 : 0;
        marker.facility = at;
        marker.spoken = function () { return siteName(at); };
        explain(marker, function (full) { return siteCard(at, full); });
        groups[proposed ? "proposed" : "existing"].addLayer(marker);
        // What stands just beyond the county is seen from the start; what stands far off is not.
        if (near.contains(point)) { home.extend(point); }
    });
}
/* How far what stands at a point already reaches: a candidate there is a ring around it. */
function reach(point) {
    var all = data.facilities, far = 0;
    all.point.forEach(function (other, at) {
        if (!other || all.site[at] < 0 || other.join() !== point.join()) { return; }
        far = Math.max(far, PROPOSED.indexOf(all.role[at]) >= 0 ? 15 : 9);
    });
    return far;
}
/* Candidates that were not chosen: one stop of the Tab key for all, like the villages. */
function buildCandidates(renderer) {
    var all = data.facilities, seen = {};
    groups.candidates = L.layerGroup();
    all.point.forEach(function (point, at) {
        if (!point || SPARE.indexOf(all.role[at]) < 0) { return; }
        var gone = all.role[at] === "screened", key = point.join(), base = key in seen ? seen[key] : reach(point);
        seen[key] = base + 4.5;
        var mark = L.circleMarker(point, {
            renderer: renderer, pane: "candidates", radius: base + 4.5, color: gone ? "#4b5563" : "#8a1256", weight: 1.8,
            dashArray: gone ? "2 2" : null, fillColor: "#ffffff", fillOpacity: base ? 0.6 : 1
        });
        mark.around = base > 0;
        mark.facility = at;
        mark.name = function () { return siteName(at); };
        explain(mark, function (full) { return siteCard(at, full); });
        groups.candidates.addLayer(mark);
    });
    // The widest ring lies lowest, so that each can be pointed at.
    groups.candidates = L.layerGroup(groups.candidates.getLayers().sort(function (a, b) {
        return b.options.radius - a.options.radius;
    }));
}
/* What the plan with closings would close and open: signs over the facilities, which stay as they are. */
function cross() {
    return svg("svg", {width: 26, height: 26, viewBox: "0 0 26 26", "aria-hidden": "true", focusable: "false"}, [
        svg("path", {d: "M4 4L22 22M22 4L4 22", stroke: "#ffffff", "stroke-width": 6.5}),
        svg("path", {d: "M4 4L22 22M22 4L4 22", stroke: "#b00020", "stroke-width": 3.5})
    ]);
}
function frame() {
    return svg("svg", {width: 38, height: 38, viewBox: "0 0 38 38", "aria-hidden": "true", focusable: "false"}, [
        svg("path", {d: "M19 2L36 19L19 36L2 19z", fill: "none", stroke: "#ffffff", "stroke-width": 4}),
        svg("path", {d: "M19 2L36 19L19 36L2 19z", fill: "none", stroke: "#0b6b3a", "stroke-width": 2.4})
    ]);
}
function buildMoved() {
    groups.moved = L.layerGroup();
    map.createPane("moved").style.zIndex = 640;
    map.getPane("moved").style.pointerEvents = "none";
    [["closed", cross, 26], ["opened", frame, 38]].forEach(function (one) {
        data.marks[one[0]].forEach(function (at) {
            var point = data.facilities.point[at];
            if (!point) { return; }
            groups.moved.addLayer(L.marker(point, {
                interactive: false, keyboard: false, pane: "moved", icon: icon(one[1](), [one[2], one[2]], [one[2] / 2, one[2] / 2], one[0])
            }));
        });
    });
}
/* From each village to the site that is nearest with the plan, or to where it has places; where that is
   new the line is darker. */
function buildTies(renderer) {
    var all = data.places, sent = data.marks.flows;
    groups.ties = L.layerGroup();
    (sent || all.site.map(function (site, at) { return [at, site]; })).forEach(function (pair) {
        var at = pair[0], site = pair[1], point = all.point[at], to = site < 0 ? null : data.facilities.point[site];
        if (!point || !to) { return; }
        var beyond = !sent && ["left", "irreducible"].indexOf(data.states[all.state[at]]) >= 0;
        var moved = sent ? PROPOSED.indexOf(data.facilities.role[site]) >= 0 : all.moved[at];
        groups.ties.addLayer(L.polyline([point, to], {
            renderer: renderer, pane: "ties", interactive: false, color: moved ? "#8a1256" : "#3f4854",
            weight: moved && !beyond ? 1.5 : 1, opacity: beyond ? 0.3 : moved ? 0.8 : 0.5,
            dashArray: beyond ? "3 4" : null
        }));
    });
}
function restyle() {
    if (zones.places) {
        zones.places.eachLayer(function (layer) { layer.setStyle(zoneStyle(layer.kind, layer.place)); });
        dress(zones.places);
    }
    if (map.hasLayer(groups.candidates)) { dress(groups.candidates); }
}

/* ---- tables, controls and legend ---- */

function drawFoot(name) {
    var table = byId("table-" + name), foot = data.tables[name].foot;
    if (!foot.length || !table.tFoot) { return; }
    Array.prototype.forEach.call(table.tFoot.rows[0].cells, function (cell, place) {
        cell.textContent = told(foot[place]);
    });
}
/* A table whose rows have an order of their own has heads that are no buttons. */
function drawPlain(name) {
    drawTable(name);
    Array.prototype.forEach.call(byId("table-" + name).tHead.rows[0].cells, function (cell, place) {
        empty(cell).appendChild(document.createTextNode(column(data.columns[name][place])));
    });
}
function drawTables() {
    Object.keys(data.tables).forEach(function (name) {
        if (byId(name + "-box")) { drawFolded(name); return; }
        if (PLAIN.indexOf(name) >= 0) { drawPlain(name); return; }
        if (byId("table-" + name)) { drawTable(name); drawFoot(name); }
    });
    hint();
}
/* A table that is wider than its box says so above it and fades where more columns follow. */
function hint() {
    Array.prototype.forEach.call(document.querySelectorAll("#tables .scroll"), function (box) {
        var over = box.scrollWidth > box.clientWidth + 1, sign = box.previousElementSibling;
        if (!sign || sign.className !== "swipe") {
            sign = box.parentNode.insertBefore(el("p", {"class": "swipe"}), box);
            box.addEventListener("scroll", function () { fade(box); });
        }
        sign.hidden = !over;
        sign.textContent = over ? say("siting_map.swipe") + " →" : "";
        fade(box);
    });
}
function fade(box) {
    box.classList.toggle("more", box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
}
function drawControls() {
    empty(byId("controls")).appendChild(el("fieldset", {"class": "choice"}, [
        el("legend", {}, [say("map.layers")]), el("div", {id: "layers"})
    ]));
    offer({}, [["map.layer.proposed", groups.proposed], ["siting_map.layer.existing", groups.existing],
        ["siting_map.layer.candidates", groups.candidates], ["siting_map.layer." + (data.marks.flows ? "sent" : "lines"), groups.ties],
        ["siting_map.layer.moved", groups.moved]]);
}
function drawLegend() {
    var box = empty(byId("legend")), counts = data.counts, body = el("tbody");
    counts.states.forEach(function (row, at) {
        body.appendChild(legendRow(say("siting_map.state." + data.states[at]), swatch("state-" + data.states[at]), row));
    });
    var total = legendRow(say("map.legend.total"), el("span", {"class": "swatch none"}), counts.total);
    total.className = "total";
    body.appendChild(total);
    var heads = [say("siting_map.column.state"), say("map.legend.places"), say("siting_map.column.persons")];
    box.appendChild(el("table", {"class": "counts", id: "legend-table"}, [
        el("caption", {}, [say("siting_map.legend")]),
        el("thead", {}, [el("tr", {}, heads.map(function (one) { return el("th", {scope: "col"}, [one]); }))]), body
    ]));
    drawSites(box);
    var base = el("ul", {"class": "symbols"});
    box.appendChild(el("h3", {}, [say("map.legend.base")]));
    drawBaseSymbols(base);
    box.appendChild(base);
    notes().forEach(function (text) { box.appendChild(el("p", {"class": "note"}, [text])); });
}
function count(roles) {
    return data.facilities.role.filter(function (one) { return roles.indexOf(one) >= 0; }).length;
}
function drawSites(box) {
    var list = el("ul", {"class": "symbols"}), counts = data.counts;
    [["new", ["new"], disc(1, false)], ["required", ["required"], disc(1, true)],
        ["existing", ["existing"], symbol("open")]].forEach(function (one) {
        if (!count(one[1])) { return; }
        list.appendChild(el("li", {}, [one[2], say("siting_map.legend." + one[0], {count: count(one[1])})]));
    });
    [["candidate", ["candidate", "forbidden", "other"], "#8a1256", null], ["screened", ["screened"], "#4b5563", "2 2"]]
        .forEach(function (one) {
            if (!count(one[1])) { return; }
            sample(list, say("siting_map.legend." + one[0], {count: count(one[1])}), [
                svg("circle", {
                    cx: 17, cy: 7, r: 4.5, fill: "#ffffff", stroke: one[2], "stroke-width": 1.8, "stroke-dasharray": one[3]
                })
            ]);
        });
    var unseen = data.facilities.unseen.filter(Boolean).length;
    if (unseen) { list.appendChild(el("li", {}, [say("siting_map.legend.unseen", {count: unseen})])); }
    if (groups.candidates.getLayers().some(function (one) { return one.around; })) {
        sample(list, say("siting_map.legend.around"), [
            svg("circle", {cx: 17, cy: 7, r: 6, fill: "#ffffff", stroke: "#8a1256", "stroke-width": 1.8}),
            svg("rect", {x: 14, y: 4, width: 6, height: 6, fill: INK})
        ]);
    }
    [["closed", cross], ["opened", frame]].forEach(function (one) {
        var moved = data.marks[one[0]].length;
        if (moved) { list.appendChild(el("li", {}, [one[1](), say("siting_map.legend." + one[0], {count: moved})])); }
    });
    if (groups.ties.getLayers().length) {
        var kind = data.marks.flows ? "sent" : "lines";
        sample(list, say("siting_map.legend." + kind), [stroke("#3f4854", 1)]);
        sample(list, say("siting_map.legend." + kind + ".moved"), [stroke("#8a1256", 1.6)]);
    }
    if (counts.none) {
        list.appendChild(el("li", {}, [swatch("state-none"), say("siting_map.state.none") + " · " + counts.none]));
    }
    box.appendChild(el("h3", {}, [say("siting_map.legend.sites")]));
    box.appendChild(list);
}
function notes() {
    var found = [], bare = data.places.shape.filter(function (shape, at) {
        return !shape.length && !data.places.point[at];
    }).length;
    if (count(PROPOSED)) { found.push(say("siting_map.legend." + (data.ordered ? "ordered" : "unordered"))); }
    found.push(say("siting_map.legend.left"));
    if (bare) { found.push(say("siting_map.legend.bare", {count: bare})); }
    if (data.demonstration) { found.push(say("map.legend.demonstration")); }
    return found;
}

/* ---- going to a place, starting ---- */

function show(name, at) {
    if (name === "towns" || name === "groups") {
        var bounds = L.latLngBounds([]), places = data.places;
        (name === "towns" ? [data.towns.shape[at]] : data.groups[at].map(function (one) {
            return places.shape[one].length || !places.point[one] ? places.shape[one] : (bounds.extend(places.point[one]), []);
        })).forEach(function (shape) {
            if (shape.length) { bounds.extend(L.polygon(rings(shape)).getBounds()); }
        });
        if (bounds.isValid()) { map.fitBounds(bounds.pad(name === "groups" ? 0.4 : 0), {animate: false, maxZoom: 12}); }
        byId("map-title").parentNode.scrollIntoView({block: "nearest", behavior: still ? "auto" : "smooth"});
        return;
    }
    var row = data.marks.rows[name], facility = name === "sites" ? data.facilities.site.indexOf(at) : at;
    if (row) {
        show(name === "moved_villages" || name === "flows" ? "places" : "facilities", row[at]);
        return;
    }
    (name === "places" ? [zones.places] : [groups.proposed, groups.existing, groups.candidates]).some(function (group) {
        var found = group && group.getLayers().filter(function (layer) {
            return name === "places" ? layer.place === at : layer.facility === facility;
        })[0];
        if (found) { lead(group, found); }
        return found;
    });
}
function wholeMap(made) {
    map = made;
    keepPatterns(data.looks.map(function (look) { return pattern(look, "state-"); }));
    var renderer = pane("zones", 400, true);
    buildBase();
    buildTies(pane("ties", 425, false));
    buildCandidates(pane("candidates", 430, true));
    buildSeats();
    buildSites();
    buildMoved();
    var places = buildZones("places", renderer, function (level, at, full) { return rowCard("places", at, full); });
    if (places.getLayers().length) { zones.places = places.addTo(map); }
    addTools();
    [groups.rivers, groups.borders, groups.ties, groups.candidates, groups.seats, groups.existing, groups.proposed]
        .forEach(function (one) { one.addTo(map); });
    listenAll(Object.keys(data.tables).filter(function (name) { return byId(name + "-box"); }));
    document.querySelectorAll("#tables details").forEach(function (box) { box.addEventListener("toggle", hint); });
    window.addEventListener("resize", hint);
    map.setView(home.getCenter(), 9, {animate: false});
    speak();
}
window.wushanCoverage = wholeMap;
