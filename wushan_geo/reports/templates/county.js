"use strict";
(function () {
    var root = document.documentElement;
    var english = document.getElementById("in-en");
    var chinese = document.getElementById("in-zh");
    var titles = [document.title, document.querySelector("title").getAttribute("data-en")];

    function tongue() {
        root.lang = english.checked ? "en" : "zh-CN";
        document.title = titles[english.checked ? 1 : 0];
    }

    chinese.addEventListener("change", tongue);
    english.addEventListener("change", tongue);
    tongue();

    function unfold(open) {
        Array.prototype.forEach.call(document.querySelectorAll("details"), function (one) {
            one.open = open;
        });
    }

    document.querySelector(".tools").hidden = false;
    document.getElementById("open-all").addEventListener("click", function () { unfold(true); });
    document.getElementById("close-all").addEventListener("click", function () { unfold(false); });

    function shown(cell) {
        var hidden = english.checked ? "zh-CN" : "en";
        var copy = cell.cloneNode(true);
        Array.prototype.forEach.call(copy.querySelectorAll('[lang="' + hidden + '"]:not(.both)'), function (one) {
            one.parentNode.removeChild(one);
        });
        return copy.textContent.trim();
    }

    function compare(first, second) {
        var a = parseFloat(first.text);
        var b = parseFloat(second.text);
        if (!isNaN(a) && !isNaN(b) && a !== b) {
            return a - b;
        }
        if (isNaN(a) !== isNaN(b)) {
            return isNaN(a) ? 1 : -1;
        }
        return first.text.localeCompare(second.text, root.lang) || first.at - second.at;
    }

    function sort(table, column, head) {
        var up = head.getAttribute("aria-sort") !== "ascending";
        var body = table.tBodies[0];
        var rows = Array.prototype.map.call(body.rows, function (row, at) {
            return { row: row, text: shown(row.cells[column]), at: at };
        });
        rows.sort(compare);
        if (!up) {
            rows.reverse();
        }
        rows.forEach(function (one) { body.appendChild(one.row); });
        Array.prototype.forEach.call(head.parentNode.cells, function (one) {
            one.removeAttribute("aria-sort");
        });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
    }

    Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), function (table) {
        var heads = table.tHead.rows[table.tHead.rows.length - 1].cells;
        if (table.tBodies[0].rows.length < 3) {
            return;
        }
        Array.prototype.forEach.call(heads, function (head, column) {
            // The text stays outside the button: Chromium leaves buttons out of the heads that it
            // repeats on each printed page.
            var button = document.createElement("button");
            button.type = "button";
            button.id = table.id + "-" + column;
            head.id = button.id + "-head";
            button.setAttribute("aria-labelledby", head.id);
            head.classList.add("sorts");
            head.appendChild(button);
            head.addEventListener("click", function () { sort(table, column, head); });
        });
    });
}());
