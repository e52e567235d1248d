"""The templates of a study: every column of the contract, words that are read back, no numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
import template_filling
from built_in import study_of
from template_filling import FACILITIES, fill_facilities, fill_persons

from wushan_geo.reports.templates import COUNT, form_xlsx
from wushan_geo.sources.formats import read_grids
from wushan_geo.sources.understanding import understand
from wushan_geo.sources.vocabulary import built_in
from wushan_geo.starting.columns import field_of, group_field
from wushan_geo.starting.folders import _templates
from wushan_geo.starting.forms import LAYOUT, TABLES, Known, known_study, list_form, office_form
from wushan_geo.study.answers import Answers
from wushan_geo.study.tables import CONTRACTS, GROUPS, Raw, check_table

if TYPE_CHECKING:
    from wushan_geo.reports.templates import Form
    from wushan_geo.sources.grid import Grid
    from wushan_geo.sources.understanding import Understood

ONCE = {"basis", "source_unit", "signer", "as_of"}
BESIDE = {"township_name", "village_name", "address", "indicator_name"}
LONG = {"group", "persons"}  # in the wide table of persons each group is a column
LAYERS = {"county", "rivers"}


@pytest.fixture(scope="module")
def known() -> Known:
    return known_study(study_of("wushan"))


@pytest.fixture(scope="module")
def files(known: Known) -> dict[str, bytes]:
    return _templates(known)


def forms(known: Known) -> list[Form]:
    return [
        *(office_form(table, known) for table in TABLES),
        *(list_form(table, known, at) for table in TABLES for at in (0, 1)),
    ]


def test_every_table_but_the_layers_has_a_template() -> None:
    assert set(TABLES) == set(CONTRACTS) - LAYERS


@pytest.mark.parametrize("table", TABLES)
def test_a_workbook_has_every_column_or_asks_for_it_once(table: str, known: Known) -> None:
    names = {field.name for field in office_form(table, known).fields}
    contract = {column.name for column in CONTRACTS[table].columns}

    lacking = contract - names - ONCE
    assert lacking == (LONG if table == "persons" else set()) | (contract & {"boundary_basis"})
    groups = set(GROUPS) | set(known.eligible) if table == "persons" else set()
    assert names - contract - groups <= BESIDE
    assert not groups - names


@pytest.mark.parametrize("table", TABLES)
def test_a_text_file_has_the_contract_or_its_chinese_headings(table: str, known: Known) -> None:
    contract = [column.name for column in CONTRACTS[table].columns]

    assert [field.name for field in list_form(table, known, 1).fields] == contract
    zh = {field.name for field in list_form(table, known, 0).fields}
    assert set(contract) & ONCE <= zh


@pytest.mark.parametrize("table", TABLES)
def test_each_heading_is_understood(table: str, known: Known) -> None:
    words = built_in()
    for field in office_form(table, known).fields:
        if field.kind == COUNT and table == "persons":
            continue
        zh, name = field.heading
        if name != "indicator_name":  # to look at only
            assert words.means("headers", table, zh) == name, zh
    for zh, name in (
        ("提供单位", "source_unit"),
        ("填报人", "signer"),
        ("截止日期", "as_of"),
        ("数据性质", "basis"),
    ):
        assert words.means("headers", table, zh) == name


def test_each_group_of_persons_is_understood(known: Known) -> None:
    for group in GROUPS:
        zh = group_field(group, dict(known.services)).heading[0]
        assert built_in().means("values", "persons", zh, "group") == group, zh


def understood(table: str, column: str, word: str) -> str | None:
    """Tell what a word of a drop-down list is read as."""
    if column in ("service", "services"):
        return built_in().means("values", "services", word, "service")
    if (table, column) == ("facilities", "kind"):
        return built_in().means("facility_kinds", table, word)
    for name in (column, "flag", "group"):
        found = built_in().means("values", table, word, name)
        if found is not None:
            return found
    return None


@pytest.mark.parametrize("table", TABLES)
def test_each_word_to_choose_is_read_back(table: str, known: Known) -> None:
    lost = [
        (field.name, choice.words[0], choice.key)
        for field in office_form(table, known).fields
        for choice in field.choices
        if not choice.key.startswith("eligible_")
        and understood(table, field.name, choice.words[0]) != choice.key
    ]

    assert lost == []


def test_the_bases_are_read_back(known: Known) -> None:
    for choice in office_form("persons", known).bases:
        assert understood("persons", "basis", choice.words[0]) == choice.key


def test_each_choice_of_a_contract_is_offered() -> None:
    for table in TABLES:
        for column in CONTRACTS[table].columns:
            if column.options and column.kind == "choice":
                offered = [one.key for one in field_of(table, column.name).choices]
                assert offered == list(column.options), (table, column.name)


def test_two_words_of_a_list_are_never_the_same(known: Known) -> None:
    for form in forms(known):
        for field in form.fields:
            words = [choice.words[0] for choice in field.choices]
            assert len(words) == len(set(words)), (form.table, field.name)


def test_templates_hold_names_and_codes_of_every_village_and_no_value(known: Known) -> None:
    assert len(known.villages) == 340
    for table, rows in (
        ("persons", 340),
        ("services", 1020),
        ("residence", 1360),
        ("villages", 340),
    ):
        form = office_form(table, known)
        assert len(form.rows) == rows
        for row in form.rows:
            for field, cell in zip(form.fields, row, strict=True):
                assert bool(cell) == field.known, (table, field.name)
    first = office_form("persons", known).rows[0]
    assert first[:3] == ("高唐街道", "圣泉社区", "500237001001")


def test_services_of_townships_are_not_asked_of_villages(known: Known) -> None:
    form = office_form("services", known)
    (field,) = [one for one in form.fields if one.name == "service"]

    assert [one.key for one in field.choices] == ["visiting", "community_care", "neighbour_help"]


def test_nothing_is_filled_in_where_no_unit_is_known() -> None:
    known = Known({}, {}, ())

    for table in TABLES:
        form = office_form(table, known)
        assert form.rows == ()
        assert not any(field.known for field in form.fields)


def test_every_message_fits_into_what_excel_allows(known: Known) -> None:
    for table in TABLES:
        book = openpyxl.load_workbook(io.BytesIO(form_xlsx(office_form(table, known))))
        page = book["填报"]
        for rule in page.data_validations.dataValidation:
            for title in (rule.promptTitle, rule.errorTitle):
                assert title is None or len(title) <= 32
            for text in (rule.prompt, rule.error):
                assert text is None or (len(text) <= 255 and not text.endswith("…")), text
        assert all(len(name) <= 31 for name in book.sheetnames)


def test_every_column_explains_itself_in_both_languages(known: Known) -> None:
    for form in forms(known):
        for field in form.fields:
            for words in (field.meaning, field.unit, field.blank):
                assert all(words), (form.table, field.name)
            if not field.choices and field.name not in ONCE | {"boundary_basis"}:
                assert all(field.example) or field.name.startswith("demand_"), (
                    form.table,
                    field.name,
                )


def test_text_files_open_in_excel_as_text_of_utf_8(files: dict[str, bytes]) -> None:
    texts = {name: one for name, one in files.items() if name.endswith(".csv")}

    assert len(texts) == 32
    for one in texts.values():
        assert one.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in one


def test_a_filled_in_text_file_keeps_the_contract(files: dict[str, bytes]) -> None:
    rows = list(
        csv.DictReader(io.StringIO(files["templates/csv_en/persons.csv"].decode("utf-8-sig")))
    )
    for at, row in enumerate(rows):
        row["persons"], row["basis"] = str(at), "measured"
    frame = pd.DataFrame(rows, dtype="str").replace({"": None})

    table, faults = check_table("persons", Raw(frame, "persons.csv"))

    assert faults == []
    assert len(table) == 340 * 15
    assert table["persons"].sum() == sum(range(340 * 15))


def test_a_longitude_in_the_place_of_a_latitude_is_noticed() -> None:
    lon, lat = field_of("facilities", "lon"), field_of("facilities", "lat")

    assert lon.least is not None
    assert lat.most is not None
    assert lat.most < lon.least
    assert not lon.strict  # asked about, not refused


def test_the_layout_lists_no_column_twice() -> None:
    for names in LAYOUT.values():
        assert len(names) == len(set(names))


# --- filled in by an officer, and read


def grids_of(content: bytes, name: str) -> dict[str, Grid]:
    grids, faults = read_grids(content, Path(name))
    assert [one for one in faults if one.severity != "note"] == []
    return {grid.sheet: grid for grid in grids}


def read(grid: Grid, table: str, known: Known) -> Understood:
    return understand(
        grid, table, vocabulary=built_in(), answers=Answers(), services=list(known.services)
    )


@pytest.mark.parametrize("table", TABLES)
def test_only_the_first_sheet_of_a_template_reads_like_records(table: str, known: Known) -> None:
    grids = grids_of(form_xlsx(office_form(table, known)), f"{table}.xlsx")

    found = {sheet: read(grid, table, known) for sheet, grid in grids.items()}

    assert [sheet for sheet, one in found.items() if one.raw is not None] == ["填报"]
    arrival = found["填报"].arrival
    assert arrival.header_rows.endswith("5")
    form = office_form(table, known)
    read_as = {column.header.rpartition("/")[2]: column.means for column in arrival.columns}
    for field in form.fields:
        if field.name != "indicator_name":
            assert read_as[field.name], field.name
    standing = [one for one in found["填报"].faults if one.severity != "note"]
    assert standing == []


def test_filled_in_persons_are_read_as_they_were_written(
    files: dict[str, bytes], tmp_path: Path, known: Known
) -> None:
    path = saved(files, "残疾人数_persons.xlsx", tmp_path)
    counts = {
        unit.code: {group: at % 7 + nth for nth, group in enumerate(known.groups)}
        for at, unit in enumerate(known.villages)
    }

    fill_persons(path, counts)
    found = read(grids_of(path.read_bytes(), path.name)["填报"], "persons", known)

    assert found.raw is not None
    frame = found.raw.frame
    assert len(frame) == 340 * 15
    read_back = {
        (zone, group): int(persons)
        for zone, group, persons in zip(
            frame["zone_id"], frame["group"], frame["persons"], strict=True
        )
    }
    assert read_back == {
        (code, group): count for code, groups in counts.items() for group, count in groups.items()
    }
    assert set(frame["source_unit"]) == {"县残联"}
    assert set(frame["as_of"]) == {"2025-06-30"}


def test_nought_and_an_empty_cell_stay_apart(
    files: dict[str, bytes], tmp_path: Path, known: Known
) -> None:
    path = saved(files, "残疾人数_persons.xlsx", tmp_path)

    fill_persons(path, {"500237001002": {"all": 7, "visual": 0, "hearing": None}})
    found = read(grids_of(path.read_bytes(), path.name)["填报"], "persons", known)

    assert found.raw is not None
    frame = found.raw.frame
    one = frame[frame["zone_id"] == "500237001002"].set_index("group")["persons"]
    assert (one["all"], one["visual"]) == ("7", "0")
    assert pd.isna(one["hearing"])


def test_filled_in_facilities_are_read_as_they_were_written(
    files: dict[str, bytes], tmp_path: Path, known: Known
) -> None:
    path = saved(files, "机构和备选点_facilities.xlsx", tmp_path)

    fill_facilities(path, FACILITIES)
    found = read(grids_of(path.read_bytes(), path.name)["填报"], "facilities", known)

    assert found.raw is not None
    first, second = found.raw.frame.to_dict("records")
    expected = {
        "facility_id": "WS-001", "name": "曲尺乡残疾人之家", "capacity": "20", "status": "open",
        "opened": "2021-09-01", "grade": "3", "admits": "county", "barrier_free": "yes",
        "open_days": "5", "zone_id": "500237208001", "lon": "109.8", "lat": "31.05",
        "point_basis": "measured",
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    assert (second["status"], second["admits"], second["township_name"]) == (
        "candidate", "township", "大溪乡",
    )  # fmt: skip
    assert pd.isna(second["capacity"])


def saved(files: dict[str, bytes], name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(files[f"templates/{name}"])
    return path


def test_a_template_of_persons_is_filled_in_by_village(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    path = saved(files, "残疾人数_persons.xlsx", tmp_path)

    fill_persons(path, {"500237001002": {"all": 7, "visual": 0, "hearing": None}})

    page = openpyxl.load_workbook(path)["填报"]
    at = template_filling.columns(page)
    row = next(cells for cells in page.iter_rows(min_row=6) if cells[2].value == "500237001002")
    assert row[at["all"] - 1].value == 7
    assert row[at["visual"] - 1].value == 0
    assert row[at["hearing"] - 1].value is None
    assert page["D2"].value == "县残联"
    assert page.max_row == 345  # no row was added


def test_a_template_of_facilities_is_filled_in_from_its_first_row(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    path = saved(files, "机构和备选点_facilities.xlsx", tmp_path)

    fill_facilities(path, FACILITIES)

    page = openpyxl.load_workbook(path)["填报"]
    at = template_filling.columns(page)
    assert [page.cell(row, at["facility_id"]).value for row in (6, 7)] == ["WS-001", "WS-002"]
    # What the officer chose stands in the lists of the template.
    for name in ("kind", "status", "admits", "barrier_free", "point_basis"):
        words = [choice.words[0] for choice in field_of("facilities", name).choices]
        for record in FACILITIES:
            assert record.get(name, words[0]) in words
