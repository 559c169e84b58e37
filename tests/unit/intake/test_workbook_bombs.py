"""case D22, its hostile kind: a few bytes of a workbook that ask for more memory than there is are refused before anything is made of them."""

from __future__ import annotations

import io
import zipfile

import pytest

from lenitive.files import FileRefusal, RefusedError, grid_of, probed
from lenitive.files.sheet_size import rectangle

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CELL = '<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>'
NAMES = "".join(
    f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
    for name in ("date", "pain")
)
HEAD = f"<table:table-row>{NAMES}</table:table-row>"


def ods(rows: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{_OFFICE}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{_OFFICE}:office:1.0" xmlns:table="{_OFFICE}:table:1.0" '
            f'xmlns:text="{_OFFICE}:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def xlsx(rows: str, sheet: str = "worksheets/sheet1.xml") -> bytes:
    out = io.BytesIO()
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Override PartName="/xl/workbook.xml" ContentType="{types}"/></Types>',
        )
        for path, kind, target in (
            ("_rels/.rels", "officeDocument", "xl/workbook.xml"),
            ("xl/_rels/workbook.xml.rels", "worksheet", sheet),
        ):
            archive.writestr(
                path,
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{_RELATIONS}/{kind}" Target="{target}"/></Relationships>',
            )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            f"xl/{sheet}", f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return out.getvalue()


def repeated(what: str, times: int) -> str:
    return f'table:number-{what}-repeated="{times}"'


WIDE = "<c><v>1</v></c>" * 16_384
BOMBS = {
    "a row of cells a million times": ods(
        f"{HEAD}<table:table-row {repeated('rows', 1_000_000)}>{CELL * 100}</table:table-row>"
    ),
    "cells without a word of their value": ods(
        f"{HEAD}<table:table-row {repeated('rows', 60_000)}><table:table-cell {repeated('columns', 60)}>"
        "<text:p>x</text:p></table:table-cell></table:table-row>"
    ),
    "empty rows before the last": ods(
        f"{HEAD}<table:table-row {repeated('rows', 1_048_000)}/><table:table-row>{CELL * 2}</table:table-row>"
    ),
    "empty cells before the last": ods(
        f"{HEAD}<table:table-row {repeated('rows', 1_048_000)}><table:table-cell {repeated('columns', 16_000)}/>{CELL}</table:table-row>"
    ),
    "a last cell far out": xlsx(
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    ),
    "cells in order, without a place": xlsx("<row><c><v>1</v></c></row>" * 20_000 + f"<row>{WIDE}</row>"),
    "a row far down, its cells without a place": xlsx(
        f'<row r="1"><c><v>1</v></c></row><row r="1048576">{WIDE}</row>'
    ),
    "a prefix before the names": xlsx(
        f'<x:row xmlns:x="{_MAIN}"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
    ),
    "a sheet that is called a picture": xlsx(
        '<row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>', "media/picture.png"
    ),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
def test_case_d22_a_workbook_that_would_fill_the_memory_is_refused(bomb):
    """case D22."""
    with pytest.raises(RefusedError) as refused:
        grid_of(probed("made", io.BytesIO(bomb)))
    assert refused.value.why is FileRefusal.DANGEROUS
    assert "more cells than fit into memory" in refused.value.what


def test_a_spreadsheet_that_repeats_empty_cells_to_its_edge_is_read():
    edge = f"<table:table-row {repeated('rows', 1_048_573)}><table:table-cell {repeated('columns', 16_384)}/></table:table-row>"
    grid = grid_of(
        probed("made", io.BytesIO(ods(f"{HEAD}<table:table-row>{CELL * 2}</table:table-row>{edge}")))
    )
    assert grid.columns == ("date", "pain")
    assert [cells for _, cells in grid.rows] == [["5", "5"]]
    sheet = xlsx(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="3"><c r="B3"><v>4</v></c></row>'
    )
    assert len(list(grid_of(probed("made", io.BytesIO(sheet))).rows)) == 2


def test_the_rectangle_is_counted_as_the_formats_say():
    assert rectangle(b'<row><c/><c/></row><row r="5"><c r="D5"/><c/></row>') == 5 * 5
    assert (
        rectangle(b'<a:table-row b:number-rows-repeated="3"><a:table-cell>1</a:table-cell></a:table-row>')
        == 3
    )
    assert rectangle(b"<worksheet><cols><col/></cols></worksheet>") == 0


def test_a_workbook_is_opened_once_however_many_readers_look(monkeypatch):
    from python_calamine import CalamineWorkbook

    opened = []
    real = CalamineWorkbook.from_filelike

    class Counting:
        @staticmethod
        def from_filelike(stream):
            opened.append(stream)
            return real(stream)

    monkeypatch.setattr("python_calamine.CalamineWorkbook", Counting)
    probe = probed("made", io.BytesIO(ods(f"{HEAD}<table:table-row>{CELL * 2}</table:table-row>")))
    for _ in range(3):
        assert len(list(grid_of(probe).rows)) == 1
    assert len(opened) == 1
