/* The page's own script. It shows what Python has counted and computes no measure itself.
   What it shares with the other pages stands in shared.js. */

var state = {
    language: "zh",
    service: data.start.service,
    limit: data.start.limit,
    plan: data.start.plan,
    theme: "class",
    level: "villages",
    filter: "",
    sort: {}
};

/* ---- words and numbers: the same rules as figures.py and tables.py ---- */

function minutes(now, at) { return interval(now.low[at], now.high[at], now.mid && now.mid[at]); }
function ofText(part, whole) {
    if (part === null && whole === null) { return say("no_data"); }
    return number(part) + " / " + number(whole);
}
function certainty(sure) { return word("certainty", sure === 1 ? "firm" : sure === 0 ? "depends" : ""); }
function facilityName(at) { return at < 0 ? say("not_applicable") : pick(data.facilities.name[at]); }
function serviceNames(keys) {
    if (keys === null) { return say("unknown"); }
    if (!keys.length) { return say("not_applicable"); }
    return keys.map(function (key) { return data.names[key] ? pick(data.names[key]) : key; })
        .join(state.language === "zh" ? "、" : ", ");
}
function proof(plan) {
    return plan.proof ? say("map.plan.proven") : say("map.plan.open", {gap: number(plan.gap)});
}
function bandName(at) {
    var limits = data.services[state.service].limits;
    var key = data.looks.bands[at].key;
    if (key === "upto") { return say("map.band.upto", {to: limits[0]}); }
    if (key === "second" || key === "third") {
        var place = key === "second" ? 1 : 2;
        return say("map.band.between", {above: limits[place - 1], to: limits[place]});
    }
    if (key === "over") { return say("map.band.over", {above: limits[limits.length - 1]}); }
    return say("map.band." + key);
}
function view() { return data.views[state.service][state.limit]; }

/* ---- patterns: each class and band has its own, a demonstration adds white diagonals ---- */

var MARKS = {
    plain: [],
    dots: [["circle", {cx: 3, cy: 3, r: 1.2}], ["circle", {cx: 9, cy: 9, r: 1.2}]],
    lines: [["path", {d: "M0 3H12M0 9H12", "stroke-width": 1.1}]],
    cross: [["path", {d: "M0 6H12M6 0V12", "stroke-width": 1.1}]],
    bars: [["path", {d: "M3 0V12M9 0V12", "stroke-width": 0.9}]],
    slashes: [["path", {d: "M-3 9l6 6M0 0l12 12M9 -3l6 6", "stroke-width": 1.4}]],
    rings: [["circle", {cx: 6, cy: 6, r: 1.6, fill: "none", "stroke-width": 0.8}]]
};
function addPatterns() {
    var all = data.looks.classes.map(function (look) { return pattern(look, "class-"); })
        .concat(data.looks.bands.map(function (look) { return pattern(look, "band-"); }));
    document.body.appendChild(svg("svg", {
        width: 0, height: 0, "aria-hidden": "true", focusable: "false", "class": "defs"
    }, [svg("defs", {}, all)]));
}
function fillOf(at) {
    var looks = state.theme === "class" ? data.looks.classes : data.looks.bands;
    return "url(#" + (state.theme === "class" ? "class-" : "band-") + looks[at].key + ")";
}

/* ---- marker shapes: shape is kind, fill is status ---- */

var SHAPES = {
    circle: "M14 5a9 9 0 1 0 .01 0z",
    house: "M14 4L24 13V23H4V13z",
    cross: "M10 4H18V10H24V18H18V24H10V18H4V10H10z",
    square: "M5 5H23V23H5z",
    hexagon: "M9 5H19L24 14L19 23H9L4 14z",
    diamond: "M14 5L23 14L14 23L5 14z",
    triangle: "M14 4L24 23H4z"
};
function shapeOf(kind) { return SHAPES[data.looks.shapes[kind] || data.looks.other]; }
function symbol(kind, status, size) {
    var path = shapeOf(kind);
    var open = status === "open";
    var parts = [
        svg("path", {d: path, fill: "#ffffff", stroke: "#ffffff", "stroke-width": 5, "stroke-linejoin": "round"}),
        svg("path", {
            d: path, fill: open ? INK : "#ffffff", stroke: INK, "stroke-width": 2.2,
            "stroke-dasharray": status === "planned" ? "4 2.5" : null, "stroke-linejoin": "round"
        })
    ];
    if (status === "closed") {
        parts.push(svg("path", {d: "M9 9L19 19M19 9L9 19", stroke: INK, "stroke-width": 2.4}));
    }
    if (status === "unknown") {
        parts.push(svg("text", {x: 14, y: 19, "text-anchor": "middle", "class": "sign"}, ["?"]));
    }
    return svg("svg", {
        width: size, height: size, viewBox: "0 0 28 28", "aria-hidden": "true", focusable: "false"
    }, parts);
}
function pin(order) {
    return svg("svg", {
        width: 32, height: 40, viewBox: "0 0 32 40", "aria-hidden": "true", focusable: "false"
    }, [
        svg("path", {
            d: "M16 39C14 31 3 26 3 15.5A13 13 0 0 1 29 15.5C29 26 18 31 16 39z",
            fill: "#8a1256", stroke: "#ffffff", "stroke-width": 2
        }),
        svg("text", {x: 16, y: 21, "text-anchor": "middle", "class": "order"}, [String(order)])
    ]);
}

/* ---- what tooltips and pop-ups say ---- */

function card(title, under, pairs, note) {
    var parts = [el("strong", {}, [title])];
    if (under) { parts.push(el("span", {"class": "under"}, [under])); }
    parts.push(lines(pairs));
    if (note) { parts.push(el("p", {"class": "note"}, [note])); }
    return el("div", {"class": "card", lang: state.language === "zh" ? "zh-CN" : "en"}, parts);
}
function demonstrationNote() { return data.demonstration ? say("map.legend.demonstration") : ""; }
function column(name) { return say("map.column." + name); }
function villageCard(at, full) {
    var places = data.places, now = view();
    var pairs = [[column("class"), className(now["class"][at])]];
    if (service()) { pairs.push([column("minutes"), minutes(now, at)]); }
    if (full && service()) { pairs.push([column("certainty"), certainty(now.sure[at])]); }
    if (service()) { pairs.push([column("nearest"), facilityName(now.near[at])]); }
    pairs.push([column("persons"), number(places.persons[at])]);
    if (service()) { pairs.push([column("eligible"), number(now.eligible[at])]); }
    if (full) {
        pairs.push([column("village_service"), say(places.help[at])]);
        pairs.push([column("basis"), word("basis", now.basis[at])]);
    }
    return card(pick(places.name[at]), townName(places.town[at]) + serviceUnder(), pairs,
        full ? demonstrationNote() : "");
}
function serviceUnder() {
    if (!service()) { return ""; }
    return " · " + say("map.legend.class", {
        service: pick(service().name), limit: service().limits[state.limit]
    });
}
function townCard(at, full) {
    var towns = data.towns, now = view().town, pairs = [];
    pairs.push([column("class"), className(now["class"][at])]);
    if (service()) {
        pairs.push([column("median"), minutes(now, at)]);
        pairs.push([column("places_reached"), ofText(now.reached[at][0], now.reached[at][1])]);
        pairs.push([column("persons_reached"), ofText(now.reached[at][2], now.reached[at][3])]);
        pairs.push([column("eligible_reached"), ofText(now.reached[at][4], now.reached[at][5])]);
    } else {
        pairs.push([say("map.legend.places"), number(now.reached[at][1])]);
        pairs.push([column("persons"), number(towns.persons[at])]);
    }
    if (full) {
        pairs.push([column("by_class"), splitText(now.split[at])]);
        pairs.push([column("open"), number(towns.open[at])]);
        pairs.push([column("capacity"), number(towns.capacity[at])]);
        towns.verdicts[at].forEach(function (one) {
            pairs.push([column("verdict") + (pick(one.clause) ? "（" + pick(one.clause) + "）" : ""), verdict(one)]);
        });
        pairs.push([column("basis"), word("basis", towns.basis[at])]);
    }
    var under = word("zone", towns.kind[at]) + " · " + word("bank", towns.bank[at]);
    return card(townName(at), under + serviceUnder(), pairs, full ? demonstrationNote() : "");
}
function splitText(split) {
    return data.looks.classes.map(function (look, at) {
        return split[at] ? say("class." + look.key) + " " + number(split[at]) : "";
    }).filter(Boolean).join(state.language === "zh" ? "，" : ", ") || say("no_data");
}
function verdict(one) {
    var text = word("verdict", one.verdict);
    if (!one.demonstration) { return text; }
    return say("map.verdict.both", {
        verdict: text, shown: say("demonstration.verdict", {verdict: word("verdict", one.demonstration)})
    });
}
function facilityCard(at, full, extra) {
    var all = data.facilities;
    var pairs = [[column("kind"), word("kind", all.kind[at])], [column("status"), word("status", all.status[at])]];
    pairs = (extra || []).concat(pairs);
    pairs.push([column("services"), serviceNames(all.services[at])]);
    pairs.push([column("capacity"), number(all.capacity[at])]);
    if (full) {
        pairs.push([column("admits"), word("admits", all.admits[at])]);
        pairs.push([column("places_within"), number(all.places[at])]);
        pairs.push([column("persons_within"), number(all.persons[at])]);
        pairs.push([column("eligible_within"), number(all.eligible[at])]);
        pairs.push([column("basis"), word("basis", all.basis[at])]);
    }
    return card(facilityName(at), townName(all.town[at]), pairs, full ? demonstrationNote() : "");
}
function siteExtra(site) {
    return [
        [column("order"), number(site[1])],
        [column("gain_places"), number(site[2])],
        [column("gain_persons"), number(site[3])]
    ];
}

/* ---- tables: the same cells as tables.py writes ---- */

var CELLS = {
    towns: {
        size: function () { return data.towns.id.length; },
        name: function (at) { return townName(at); },
        "class": function (at) { return className(view().town["class"][at]); },
        median: function (at) { return minutes(view().town, at); },
        places_reached: function (at) { var r = view().town.reached[at]; return ofText(r[0], r[1]); },
        persons_reached: function (at) { var r = view().town.reached[at]; return ofText(r[2], r[3]); },
        eligible_reached: function (at) { var r = view().town.reached[at]; return ofText(r[4], r[5]); },
        open: function (at) { return number(data.towns.open[at]); },
        capacity: function (at) { return number(data.towns.capacity[at]); },
        basis: function (at) { return word("basis", data.towns.basis[at]); }
    },
    places: {
        size: function () { return data.places.id.length; },
        name: function (at) { return pick(data.places.name[at]); },
        town: function (at) { return townName(data.places.town[at]); },
        "class": function (at) { return className(view()["class"][at]); },
        certainty: function (at) { return certainty(view().sure[at]); },
        minutes: function (at) { return minutes(view(), at); },
        nearest: function (at) { return facilityName(view().near[at]); },
        persons: function (at) { return number(data.places.persons[at]); },
        eligible: function (at) { return number(view().eligible[at]); },
        village_service: function (at) { return say(data.places.help[at]); },
        basis: function (at) { return word("basis", view().basis[at]); }
    },
    facilities: {
        size: function () { return data.facilities.id.length; },
        name: function (at) { return facilityName(at); },
        kind: function (at) { return word("kind", data.facilities.kind[at]); },
        status: function (at) { return word("status", data.facilities.status[at]); },
        town: function (at) { return townName(data.facilities.town[at]); },
        services: function (at) { return serviceNames(data.facilities.services[at]); },
        capacity: function (at) { return number(data.facilities.capacity[at]); },
        admits: function (at) { return word("admits", data.facilities.admits[at]); },
        places_within: function (at) { return number(data.facilities.places[at]); },
        persons_within: function (at) { return number(data.facilities.persons[at]); },
        eligible_within: function (at) { return number(data.facilities.eligible[at]); },
        basis: function (at) { return word("basis", data.facilities.basis[at]); }
    },
    plans: {
        size: function () { return data.plans.length; },
        sites: function (at) { return number(data.plans[at].sites); },
        covered_places: function (at) { var p = data.plans[at]; return ofText(p.covered[0], p.total[0]); },
        covered_persons: function (at) { var p = data.plans[at]; return ofText(p.covered[1], p.total[1]); },
        ceiling: function (at) { return number(data.plans[at].ceiling[1]); },
        proof: function (at) { return proof(data.plans[at]); }
    },
    sites: {
        size: function () { return chosenSites().length; },
        order: function (at) { return number(chosenSites()[at][1]); },
        name: function (at) { return facilityName(chosenSites()[at][0]); },
        town: function (at) { return townName(data.facilities.town[chosenSites()[at][0]]); },
        gain_places: function (at) { return number(chosenSites()[at][2]); },
        gain_persons: function (at) { return number(chosenSites()[at][3]); }
    }
};
var SORTS = {
    towns: {
        "class": function (at) { return view().town["class"][at]; },
        median: function (at) { return rank(view().town.high[at]); },
        places_reached: function (at) { return rank(view().town.reached[at][0]); },
        persons_reached: function (at) { return rank(view().town.reached[at][2]); },
        eligible_reached: function (at) { return rank(view().town.reached[at][4]); },
        open: function (at) { return rank(data.towns.open[at]); },
        capacity: function (at) { return rank(data.towns.capacity[at]); },
        name: function (at) { return at; }
    },
    places: {
        "class": function (at) { return view()["class"][at]; },
        minutes: function (at) { return rank(view().high[at]); },
        persons: function (at) { return rank(data.places.persons[at]); },
        eligible: function (at) { return rank(view().eligible[at]); },
        town: function (at) { return data.places.town[at]; },
        name: function (at) { return at; }
    },
    facilities: {
        capacity: function (at) { return rank(data.facilities.capacity[at]); },
        places_within: function (at) { return rank(data.facilities.places[at]); },
        persons_within: function (at) { return rank(data.facilities.persons[at]); },
        eligible_within: function (at) { return rank(data.facilities.eligible[at]); },
        town: function (at) { return data.facilities.town[at]; },
        name: function (at) { return at; }
    }
};
var SHOWS = {towns: "towns", places: "places", facilities: "facilities", sites: "sites"};
function rank(value) { return value === null ? Infinity : value === "inf" ? 1e12 : value; }
function chosenSites() { return state.plan ? data.plans[state.plan - 1].chosen : []; }

function order(name) {
    var cells = CELLS[name], rows = [];
    for (var at = 0; at < cells.size(); at += 1) { rows.push(at); }
    var sort = state.sort[name];
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
    var names = data.places.name[at].concat(data.towns.name[data.places.town[at]]);
    return names.some(function (one) { return one.toLowerCase().indexOf(state.filter) >= 0; });
}
function drawTable(name) {
    var table = byId("table-" + name);
    if (!table) { return; }
    var columns = data.columns[name], cells = CELLS[name];
    drawHead(table, name, columns);
    var body = el("tbody");
    order(name).forEach(function (at) {
        if (!wanted(name, at)) { return; }
        body.appendChild(el("tr", {}, columns.map(function (one, place) {
            var text = cells[one](at);
            if (one === "name" && SHOWS[name]) { return nameCell(name, at, text, place); }
            return el(place ? "td" : "th", {scope: place ? null : "row"}, [text]);
        })));
    });
    table.replaceChild(body, table.tBodies[0]);
}
function nameCell(name, at, text, place) {
    var button = el("button", {
        type: "button", "class": "show", title: say("map.table.show", {name: text})
    }, [text]);
    button.addEventListener("click", function () { show(name, at); });
    return el(place ? "td" : "th", {scope: place ? null : "row"}, [button]);
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
    table.caption.textContent = say("map.table." + name);
}
function drawTables() {
    ["towns", "plans", "sites"].forEach(drawTable);
    [["places", "places-box"], ["facilities", "facilities-box"]].forEach(function (one) {
        if (byId(one[1]).open) { drawTable(one[0]); }
        byId(one[1]).querySelector("summary").textContent = say("map.table.count", {
            title: say("map.table." + one[0]), count: number(CELLS[one[0]].size())
        });
    });
    if (service() && byId("table-state")) {
        byId("table-state").textContent = say("map.table.state", {
            service: pick(service().name), limit: service().limits[state.limit]
        });
    }
}

/* ---- the map ---- */

var map, control, zones = {}, groups = {}, sites, labels = [], rivers_ = [], home;

function zoneStyle(kind, at) {
    var now = kind === "places" ? view() : view().town;
    var groups_ = state.theme === "class" ? now["class"] : now.band;
    return {
        color: "#2f3a46", weight: kind === "places" ? 0.9 : 1.6, opacity: 1,
        fillColor: fillOf(groups_[at]), fillOpacity: 1
    };
}
function buildZones(kind, card_, renderer) {
    var made = L.layerGroup();
    data[kind].shape.forEach(function (shape, at) {
        var point = kind === "places" ? data.places.point[at] : null;
        var layer = null;
        if (shape.length) {
            layer = L.polygon(rings(shape), {renderer: renderer, pane: "zones"});
        } else if (point) {
            layer = L.circleMarker(point, {renderer: renderer, pane: "zones", radius: 6});
        }
        if (layer) {
            layer.place = at;
            layer.kind = kind;
            layer.setStyle(zoneStyle(kind, at));
            explain(layer, function (full) { return card_(at, full); });
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
    if (layer.setStyle) {
        layer.on("mouseover", function () { raise(layer, true); });
        layer.on("mouseout", function () { raise(layer, false); });
    }
}
function label(layer) {
    var kind = layer.kind, at = layer.place;
    var now = kind === "places" ? view() : view().town;
    var name = kind === "places"
        ? pick(data.places.name[at]) + ", " + townName(data.places.town[at]) : townName(at);
    return name + ", " + className(now["class"][at])
        + (service() ? ", " + minutes(now, at) : "");
}
/* One stop of the Tab key for all places of a level; the arrow keys go from place to place. */
function dress(group) {
    var all = group.getLayers();
    all.forEach(function (layer, place) {
        var path = layer.getElement();
        if (!path) { return; }
        path.setAttribute("tabindex", place ? "-1" : "0");
        path.setAttribute("role", "button");
        path.setAttribute("aria-label", label(layer));
        if (path.dressed) { return; }
        path.dressed = true;
        path.addEventListener("focus", function () { raise(layer, true, true); });
        path.addEventListener("blur", function () { raise(layer, false); });
        path.addEventListener("keydown", function (event) { walk(event, all, place, layer); });
    });
}

/* Facilities that stand at one place are drawn side by side. */
function shifts(numbers) {
    var seen = {}, found = {};
    numbers.forEach(function (at) {
        var key = data.facilities.point[at].join();
        (seen[key] = seen[key] || []).push(at);
    });
    Object.keys(seen).forEach(function (key) {
        seen[key].forEach(function (at, place) { found[at] = (place - (seen[key].length - 1) / 2) * 24; });
    });
    return found;
}
function buildFacilities(numbers, name) {
    var made = L.layerGroup(), shift = shifts(numbers), small = name === "candidate";
    numbers.forEach(function (at) {
        var all = data.facilities, size = small ? 18 : 28;
        var marker = L.marker(all.point[at], {
            icon: icon(symbol(all.kind[at], all.status[at], size), [size, size], [size / 2 - shift[at], size / 2], name),
            riseOnHover: true, zIndexOffset: small ? 0 : 200
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
    var text = marker.site ? column("order") + " " + number(marker.site[1]) + ", " + facilityName(at)
        : facilityName(at) + ", " + word("kind", all.kind[at]) + ", " + word("status", all.status[at]);
    if (marker.getElement()) { marker.getElement().setAttribute("aria-label", text); }
}
function drawSites() {
    sites.clearLayers();
    chosenSites().forEach(function (site) {
        var at = site[0];
        if (!data.facilities.point[at]) { return; }
        var marker = L.marker(data.facilities.point[at], {
            icon: icon(pin(site[1]), [32, 40], [16, 40], "proposed"), riseOnHover: true, zIndexOffset: 600
        });
        marker.facility = at;
        marker.site = site;
        explain(marker, function (full) { return facilityCard(at, full, siteExtra(site)); });
        marker.on("add", function () { nameMark(marker); });
        sites.addLayer(marker);
    });
    placeLabels();
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
                renderer: rivers, pane: "rivers", interactive: false, color: one[0], weight: one[1],
                opacity: one[2], dashArray: one[3]
            }).forEach(function (line) { groups.rivers.addLayer(line); });
        });
        var longest = river.lines.slice().sort(function (a, b) { return b.length - a.length; })[0];
        if (longest) {
            var text = el("span", {}, [pick(river.name)]);
            rivers_.push({node: text, names: river.name, points: decode(longest), marker: L.marker(decode(longest)[0], {
                interactive: false, keyboard: false, pane: "labels", icon: icon(text, [0, 0], [0, 0], "river")
            })});
            groups.rivers.addLayer(rivers_[rivers_.length - 1].marker);
        }
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
        var marker = L.marker(seat, {
            interactive: false, keyboard: false, pane: "labels",
            icon: icon(el("span", {"class": "dot"}, [text]), [0, 0], [0, 0], "seat")
        });
        labels.push({town: at, node: text, seat: seat});
        groups.seats.addLayer(marker);
    });
}
/* Names keep clear of markers and of each other; a name without room is left out until one zooms in. */
function placeLabels() {
    if (!map || !map.hasLayer(groups.seats)) { return; }
    var taken = [];
    [groups.facilities, sites].forEach(function (group) {
        if (group && map.hasLayer(group)) {
            group.eachLayer(function (marker) {
                var at = map.latLngToContainerPoint(marker.getLatLng());
                var anchor = marker.options.icon.options.iconAnchor, size = marker.options.icon.options.iconSize;
                taken.push([at.x - anchor[0] + 2, at.y - anchor[1] + 2, size[0] - 4, size[1] - 4]);
            });
        }
    });
    labels.forEach(function (one) {
        one.node.style.display = "";
        var at = map.latLngToContainerPoint(one.seat);
        var wide = one.node.offsetWidth, high = one.node.offsetHeight;
        var tries = [[-wide / 2, 5], [-wide / 2, -high - 5], [7, -high / 2], [-wide - 7, -high / 2],
            [-wide / 2, 16], [-wide / 2, -high - 16], [16, -high / 2], [-wide - 16, -high / 2],
            [12, 10], [-wide - 12, 10], [12, -high - 10], [-wide - 12, -high - 10],
            [26, -high / 2], [-wide - 26, -high / 2], [-wide / 2, 28], [-wide / 2, -high - 28],
            [22, 20], [-wide - 22, 20], [22, -high - 20], [-wide - 22, -high - 20]];
        var free = tries.filter(function (shift) {
            var box = [at.x + shift[0], at.y + shift[1], wide, high];
            return !taken.some(function (other) { return meet(box, other); });
        })[0];
        if (!free) { one.node.style.display = "none"; return; }
        one.node.style.left = free[0] + "px";
        one.node.style.top = free[1] + "px";
        taken.push([at.x + free[0], at.y + free[1], wide, high]);
    });
    if (map.hasLayer(groups.rivers)) { rivers_.forEach(function (one) { placeRiver(one, taken); }); }
}
/* A river's name stands beside its course wherever there is room, tried from the middle outwards. */
function placeRiver(one, taken) {
    one.node.style.display = "";
    var wide = one.node.offsetWidth, high = one.node.offsetHeight, number_ = one.points.length;
    var view_ = map.getSize();
    for (var step = 0; step < 2 * number_; step += 1) {
        var place = Math.floor(number_ / 2) + (step % 4 < 2 ? 1 : -1) * Math.floor(step / 4);
        if (place < 0 || place >= number_) { continue; }
        var at = map.latLngToContainerPoint(one.points[place]);
        var top = at.y + (step % 2 ? 5 : -high - 5);
        var box = [at.x - wide / 2, top, wide, high];
        var seen = box[0] > 4 && box[1] > 4 && box[0] + wide < view_.x - 4 && box[1] + high < view_.y - 4;
        if (seen && !taken.some(function (other) { return meet(box, other); })) {
            one.marker.setLatLng(one.points[place]);
            one.node.style.left = -wide / 2 + "px";
            one.node.style.top = (step % 2 ? 5 : -high - 5) + "px";
            taken.push(box);
            return;
        }
    }
    one.node.style.display = "none";
}
function restyle() {
    Object.keys(zones).forEach(function (name) {
        zones[name].eachLayer(function (layer) { layer.setStyle(zoneStyle(layer.kind, layer.place)); });
        if (map.hasLayer(zones[name])) { dress(zones[name]); }
    });
}

/* ---- controls and legend ---- */

function choice(name, title, options, chosen, act) {
    var box = el("fieldset", {"class": "choice"}, [el("legend", {}, [title])]);
    var row = el("div", {"class": "segments"});
    options.forEach(function (option) {
        var input = el("input", {type: "radio", name: name, value: option[0], id: name + "-" + option[0]});
        input.checked = option[0] === chosen;
        input.addEventListener("change", function () { act(option[0]); });
        row.appendChild(input);
        row.appendChild(el("label", {"for": name + "-" + option[0]}, [option[1]]));
    });
    box.appendChild(row);
    return box;
}
function dropdown(id, title, options, chosen, act) {
    var list = el("select", {id: id});
    options.forEach(function (option) {
        list.appendChild(el("option", {value: option[0]}, [option[1]]));
    });
    list.value = String(chosen);
    list.addEventListener("change", function () { act(Number(list.value)); });
    return el("div", {"class": "choice"}, [el("label", {"for": id}, [title]), list]);
}
function drawControls() {
    var box = empty(byId("controls"));
    if (service()) {
        box.appendChild(dropdown("service", say("map.service"), data.services.map(function (one, at) {
            return [String(at), pick(one.name)];
        }), state.service, function (value) {
            state.service = value;
            var limits = service().limits, had = limits.indexOf(service()["default"]);
            state.limit = had < 0 ? 0 : had;
            drawLimits();
            refresh();
        }));
        box.appendChild(el("div", {id: "limits"}));
        drawLimits();
        box.appendChild(choice("theme", say("map.theme"), [
            ["class", say("map.theme.class")], ["minutes", say("map.theme.minutes")]
        ], state.theme, function (value) { state.theme = value; refresh(); }));
    }
    if (data.plans.length) {
        var options = [["0", say("map.plan.none")]].concat(data.plans.map(function (plan, at) {
            return [String(at + 1), say("map.plan.sites", {sites: number(plan.sites)})];
        }));
        box.appendChild(dropdown("plan", say("map.plan.choose"), options, state.plan, function (value) {
            state.plan = value;
            if (!map.hasLayer(sites)) { sites.addTo(map); }
            drawSites();
            drawPlan();
            drawTable("sites");
        }));
        box.appendChild(el("p", {id: "plan-text", "aria-live": "polite"}));
        drawPlan();
    }
    box.appendChild(el("fieldset", {"class": "choice"}, [
        el("legend", {}, [say("map.layers")]), el("div", {id: "layers"})
    ]));
    drawLayers();
}
function drawLimits() {
    var one = service();
    var box = empty(byId("limits"));
    box.appendChild(choice("limit", say("map.limit.default", {minutes: one["default"]}), one.limits.map(function (limit, at) {
        return [String(at), say("map.limit.value", {minutes: limit})];
    }), String(state.limit), function (value) { state.limit = Number(value); refresh(); }));
}
function drawPlan() {
    var box = empty(byId("plan-text"));
    if (!state.plan) { return; }
    var plan = data.plans[state.plan - 1], scope = data.plan_scope;
    var text = say("map.plan.covers", {
        service: pick(scope.service), limit: scope.limit,
        covered_places: number(plan.covered[0]), places: number(plan.total[0]),
        covered_persons: number(plan.covered[1]), persons: number(plan.total[1]),
        ceiling_places: number(plan.ceiling[0]), ceiling_persons: number(plan.ceiling[1])
    });
    box.appendChild(document.createTextNode(text + " "));
    box.appendChild(el("span", {"class": "proof"}, [
        data.demonstration
            ? say("map.verdict.both", {verdict: proof(plan), shown: say("map.plan.demonstration")}) : proof(plan)
    ]));
}
function drawLayers() {
    if (control) { control.remove(); }
    var base = {}, over = {};
    if (zones.villages) { base[say("map.level.villages")] = zones.villages; }
    base[say("map.level.townships")] = zones.townships;
    [["facilities", groups.facilities], ["proposed", data.plans.length ? sites : null],
        ["candidates", groups.candidates], ["seats", groups.seats], ["borders", groups.borders],
        ["rivers", groups.rivers], ["roads", groups.roads]].forEach(function (one) {
        if (one[1] && one[1].getLayers().length + (one[1] === sites ? 1 : 0)) {
            over[say("map.layer." + one[0])] = one[1];
        }
    });
    control = L.control.layers(base, over, {collapsed: false, autoZIndex: false}).addTo(map);
    byId("layers").appendChild(control.getContainer());
}
function legendRow(name, swatch_, row) {
    return el("tr", {}, [el("th", {scope: "row"}, [swatch_, name])].concat(
        row.map(function (one) { return el("td", {}, [number(one)]); })));
}
function drawLegend() {
    var box = empty(byId("legend")), now = view(), town = state.level === "townships";
    var byClass = state.theme === "class";
    var looks = byClass ? data.looks.classes : data.looks.bands;
    var from = town ? now.town : now;
    var rows = byClass ? from.by_class : from.by_band;
    var title = !service() ? say("map.legend.no_services") : byClass
        ? say("map.legend.class", {service: pick(service().name), limit: service().limits[state.limit]})
        : say("map.legend.minutes", {service: pick(service().name)});
    if (data.demonstration && service()) { title = say("map.legend.demonstration.title", {title: title}); }
    var heads = [byClass ? "kind" : "band", town ? "townships" : "places", "persons", "eligible"];
    var body = el("tbody");
    looks.forEach(function (look, at) {
        // A band that the service does not have (fewer limits) and that holds nothing is left out.
        if (!byClass && !rows[at][0] && at > 0 && at < 3 && at >= service().limits.length) { return; }
        if (!service() && look.key !== "unknown") { return; }
        body.appendChild(legendRow(byClass ? say("class." + look.key) : bandName(at),
            swatch((byClass ? "class-" : "band-") + look.key), rows[at]));
    });
    var total = legendRow(say("map.legend.total"), el("span", {"class": "swatch none"}), from.total);
    total.className = "total";
    body.appendChild(total);
    box.appendChild(el("table", {"class": "counts", id: "legend-table"}, [
        el("caption", {}, [title]),
        el("thead", {}, [el("tr", {}, heads.map(function (one) {
            return el("th", {scope: "col"}, [say("map.legend." + one)]);
        }))]), body
    ]));
    var notes = [];
    if (service() && byClass && !town && now.depends) {
        notes.push(say("map.legend.depends", {places: number(now.depends)}));
    }
    if (town && byClass && service()) { notes.push(say("map.legend.dominant")); }
    if (!byClass) { notes.push(say("map.legend.banded")); }
    if (!byClass && town && from.high.every(function (one) { return one === null; })) {
        notes.push(say("map.legend.no_median"));
    }
    if (data.demonstration) { notes.push(say("map.legend.demonstration")); }
    if (service() && pick(service().source)) { notes.push(say("map.limit.source", {source: pick(service().source)})); }
    var bare = data.places.shape.filter(function (shape, at) {
        return !shape.length && !data.places.point[at];
    }).length;
    if (bare) { notes.push(say("map.legend.bare", {places: number(bare), all: number(data.places.id.length)})); }
    notes.forEach(function (text) { box.appendChild(el("p", {"class": "note"}, [text])); });
    drawSymbols(box);
}
function drawSymbols(box) {
    var all = data.facilities, seen = {}, list = el("ul", {"class": "symbols"});
    all.kind.forEach(function (kind, at) {
        var key = kind + " " + all.status[at];
        if (!seen[key] && all.point[at]) {
            seen[key] = true;
            list.appendChild(el("li", {}, [
                symbol(kind, all.status[at], kind === "candidate_site" ? 18 : 24),
                word("kind", kind) + " · " + word("status", all.status[at])
            ]));
        }
    });
    if (data.plans.length) {
        var small = pin(1);
        small.setAttribute("width", 22);
        small.setAttribute("height", 28);
        list.appendChild(el("li", {}, [small, say("status.proposed")]));
    }
    if (list.children.length) {
        box.appendChild(el("h3", {}, [say("map.legend.facilities")]));
        box.appendChild(list);
    }
    box.appendChild(el("h3", {}, [say("map.legend.base")]));
    var base = el("ul", {"class": "symbols"});
    function sample(key, parts) {
        base.appendChild(el("li", {}, [svg("svg", {width: 34, height: 14, "aria-hidden": "true"}, parts), say(key)]));
    }
    function stroke(color, wide, dash) {
        return svg("path", {d: "M1 7H33", stroke: color, "stroke-width": wide, "stroke-dasharray": dash});
    }
    sample("map.county_outline", [stroke("#111827", 3.2), stroke("#fbfaf7", 1, "10 4 2 4")]);
    sample("map.township_line", [stroke("#1f2933", 1.7)]);
    if (groups.seats.getLayers().length) {
        sample("map.seat", [svg("rect", {x: 13, y: 3, width: 8, height: 8, fill: "#ffffff", stroke: "#111827", "stroke-width": 2})]);
    }
    if (data.base.rivers.length) {
        var guess = data.base.rivers.some(function (one) { return one.inferred; });
        sample(guess ? "map.river.inferred" : "map.river", [stroke("#1d6fa5", 3.4, guess ? "10 3" : null)]);
    }
    if (data.base.roads.main.length) { sample("map.road.main", [stroke("#5b4636", 2.4)]); }
    if (data.base.roads.minor.length) { sample("map.road.minor", [stroke("#7a6a58", 1.2)]); }
    if (data.base.roads.ferry.length) { sample("map.road.ferry", [stroke("#16324f", 2, "2 5")]); }
    box.appendChild(base);
    if (data.demonstration && groups.roads.getLayers().length) {
        box.appendChild(el("p", {"class": "note"}, [say("map.road.schematic")]));
    }
}

/* ---- going to a place, changing the language, starting ---- */

function show(name, at) {
    var found = null;
    function look(group) {
        group.eachLayer(function (layer) {
            if (layer.kind === name ? layer.place === at : layer.facility === at) { found = [layer, group]; }
        });
    }
    if (name === "sites") { at = chosenSites()[at][0]; look(sites); }
    if (name === "facilities") { look(groups.facilities); if (!found) { look(groups.candidates); } }
    if (name === "places" && zones.villages) { look(zones.villages); }
    if (name === "towns") { look(zones.townships); }
    if (!found) { return; }
    if (name === "places" || name === "towns") {
        Object.keys(zones).forEach(function (one) { if (zones[one] !== found[1]) { zones[one].remove(); } });
    }
    found[1].addTo(map);
    byId("map-title").parentNode.scrollIntoView({block: "nearest", behavior: still ? "auto" : "smooth"});
    map.setView(center(found[0]), Math.max(map.getZoom(), 11), {animate: false});
    found[0].openPopup();
    map.getContainer().focus({preventScroll: true});
}
function speak() {
    document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
    document.title = say("map.title");
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
    rivers_.forEach(function (one) { one.node.textContent = pick(one.names); });
    var holder = map.getContainer();
    holder.setAttribute("role", "group");
    holder.setAttribute("aria-label", say("map.region") + ". " + say("map.region.hint"));
    [["in", ".leaflet-control-zoom-in"], ["out", ".leaflet-control-zoom-out"], ["home", ".home"]].forEach(function (one) {
        var node = holder.querySelector(one[1]);
        node.title = say("map.zoom." + one[0]);
        node.setAttribute("aria-label", say("map.zoom." + one[0]));
    });
    holder.querySelector(".north text").textContent = say("map.north");
    [groups.facilities, groups.candidates, sites].forEach(function (group) { group.eachLayer(nameMark); });
    map.closePopup();
    drawControls();
    refresh();
    fit();
}
/* The board fills what the window leaves below the heading, so that the map is seen as a whole. */
function fit() {
    var board = document.querySelector(".board");
    steady();
    var wide = window.innerWidth >= 1000;
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
    buildSeats();
    var places = buildZones("places", villageCard, renderer);
    if (places.getLayers().length) { zones.villages = places; } else { state.level = "townships"; }
    zones.townships = buildZones("towns", townCard, renderer);
    var located = [], candidates = [];
    data.facilities.point.forEach(function (point, at) {
        if (point) { (data.facilities.status[at] === "candidate" ? candidates : located).push(at); }
    });
    groups.facilities = buildFacilities(located, "facility");
    groups.candidates = buildFacilities(candidates, "candidate");
    sites = L.layerGroup();
    addTools();
    (zones.villages || zones.townships).addTo(map);
    [groups.rivers, groups.borders, groups.seats, groups.facilities, sites].forEach(function (one) { one.addTo(map); });
    listen();
    map.setView(home.getCenter(), 9, {animate: false});
    drawSites();
    speak();
}
function listen() {
    map.on("baselayerchange", function (event) {
        state.level = event.layer === zones.townships ? "townships" : "villages";
        refresh();
    });
    map.on("zoomend moveend overlayadd overlayremove", placeLabels);
    map.getContainer().addEventListener("keydown", function (event) {
        if (event.key === "Escape") { map.closePopup(); }
    });
    map.on("focus", function () { map.scrollWheelZoom.enable(); });
    map.on("blur", function () { map.scrollWheelZoom.disable(); });
    byId("language").addEventListener("click", function () {
        state.language = state.language === "zh" ? "en" : "zh";
        speak();
    });
    ["places", "facilities"].forEach(function (name) {
        byId(name + "-box").addEventListener("toggle", drawTables);
    });
    document.querySelector(".filter").hidden = false;
    byId("filter").addEventListener("input", function () {
        state.filter = byId("filter").value.trim().toLowerCase();
        drawTable("places");
    });
    window.addEventListener("resize", fit);
}
window.wushanCoverage = wholeMap;
