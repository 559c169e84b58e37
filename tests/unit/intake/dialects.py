"""Ten people's made-up diaries, each as another app or spreadsheet writes it; all tell of the same forty days."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=i) for i in range(40)]


def pain(i: int) -> int:
    return 8 - i % 3 if i < 20 else 5 - i % 3


def tired(i: int) -> int:
    return 9 - i % 4


def german_excel() -> bytes:
    rows = [
        f"{d:%d.%m.%Y};{pain(i)},0;{tired(i)},5;{6 + i % 2}:30;15;Über Mittag müde"
        for i, d in enumerate(DAYS)
    ]
    head = "Datum;Schmerz (0-10);Müdigkeit (0-10);Schlafdauer;Mirtazapin mg;Notiz"
    return "\r\n".join([head, *rows, ""]).encode("cp1252")


def us_dates() -> bytes:
    rows = [f"{d:%m/%d/%Y},{pain(i)}/10,{tired(i)}/10" for i, d in enumerate(DAYS)]
    return "\n".join(["Date,Pain,Fatigue", *rows, ""]).encode()


def utf_16() -> bytes:
    rows = [f"{d.isoformat()}\t{pain(i)}\t{tired(i)}" for i, d in enumerate(DAYS)]
    return "\n".join(["Date\tPain (0-10)\tFatigue (0-10)", *rows, ""]).encode("utf-16")


def sep_line() -> bytes:
    rows = [f"{d.isoformat()};{pain(i)};{tired(i)}" for i, d in enumerate(DAYS)]
    return "\r\n".join(["sep=;", "date;pain (0-10);tiredness (0-10)", *rows, ""]).encode("utf-8-sig")


def daylio() -> bytes:
    moods = ("rad", "good", "meh", "bad", "awful")
    rows = [
        f"{d.isoformat()},{d:%B} {d.day},{d:%A},21:{i:02d},{moods[i % 5]},walk | rest,,"
        for i, d in reversed(list(enumerate(DAYS)))
    ]
    return "\n".join(["full_date,date,weekday,time,mood,activities,note_title,note", *rows, ""]).encode()


def bearable() -> bytes:
    names = ("", "Mild", "Moderate", "Severe", "Unbearable")
    rows = []
    for i, d in enumerate(DAYS):
        day = f"{d.day}{'th' if 10 <= d.day % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(d.day % 10, 'th')} {d:%b %Y}"
        level = 3 if i < 20 else 2
        rows.append(f'"{day}","{d:%A}","pm","Symptom","{level}","Back pain ({names[level]})",""')
        rows.append(f'"{day}","{d:%A}","am","Symptom","{1 + i % 4}","Fatigue ({names[1 + i % 4]})",""')
    return "\n".join(["date,weekday,time of day,category,rating/amount,detail,notes", *rows, ""]).encode()


def forms() -> bytes:
    rows = [
        f"{datetime(d.year, d.month, d.day, 21, i):%Y/%m/%d %I:%M:%S %p} GMT+1,{pain(i)},{tired(i)},yes"
        for i, d in enumerate(DAYS)
    ]
    head = 'Timestamp,"How bad was your pain? (0-10)","How tired were you? (0-10)","Medicine taken?"'
    return "\n".join([head, *rows, ""]).encode()


def workbook() -> bytes:
    """An XLSX written part by part, so that no library is needed to make it."""
    zero = date(1899, 12, 30)
    rows = [["Date", "Pain (0-10)", "Fatigue (0-10)", "Weight (kg)"]]
    body = []
    for r, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{"ABCD"[c]}{r}" t="inlineStr"><is><t>{text}</t></is></c>' for c, text in enumerate(row)
        )
        body.append(f'<row r="{r}">{cells}</row>')
    for i, d in enumerate(DAYS):
        r = i + 2
        body.append(
            f'<row r="{r}"><c r="A{r}" s="1"><v>{(d - zero).days}</v></c><c r="B{r}"><v>{pain(i)}</v></c>'
            f'<c r="C{r}"><v>{tired(i)}</v></c><c r="D{r}"><v>{70 + i / 10}</v></c></row>'
        )
    out = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(out, "w") as book:
        book.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            "</Types>",
        )
        book.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{rel}/styles" Target="styles.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<?xml version="1.0"?><workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="Diary" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/styles.xml",
            f'<?xml version="1.0"?><styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        )
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{"".join(body)}</sheetData></worksheet>',
        )
    return out.getvalue()


def m_path() -> bytes:
    rows = []
    for i, d in enumerate(DAYS):
        at = int((datetime(d.year, d.month, d.day, 20) - datetime(1970, 1, 1)).total_seconds())
        rows.append(f"1;abc;evening;{at};{at};{at};{at + 60};3600;1;{pain(i)};{tired(i)}")
    head = "connectionId;alias;questionListName;timeStampScheduled;timeStampSent;timeStampStart;timeStampStop;timeZoneOffset;deltaUTC;pain_0to10;fatigue_0to10"
    return "\n".join([head, *rows, ""]).encode()


def numbered_days() -> bytes:
    rows = [f"{i + 1},{pain(i)},{tired(i)}" for i in range(40)]
    return "\n".join(["Day,Pain (0-10),Fatigue (0-10)", *rows, ""]).encode()


DIALECTS: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "german-excel": ("tagebuch.csv", german_excel, ()),
    "us-dates": ("diary.csv", us_dates, ()),
    "utf-16": ("diary.txt", utf_16, ()),
    "sep": ("export.csv", sep_line, ()),
    "daylio": ("daylio_export.csv", daylio, ()),
    "bearable": ("bearable.csv", bearable, ()),
    "forms": ("Answers.csv", forms, ()),
    "xlsx": ("diary.xlsx", workbook, ()),
    "m-path": ("basic.csv", m_path, ()),
    "numbered-days": ("days.csv", numbered_days, ("--first-day", "2026-03-01")),
}
"""Each dialect: its file's name, its bytes, and what has to be said beside it."""
