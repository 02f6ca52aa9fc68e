"""The parts of a workbook around its rows: styles, the list of sheets, what stands above and below the rows of a sheet."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.sheets.cells import STYLE_OF
from core.sheets.xml_text import inline_text, plain_attribute

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
HEADER, COVER_LABEL, COVER_VALUE = 1, 14, 15
LONGEST_NAME = 31
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys(r"[]:*?/\\", " "))
_NAMELESS = "工作表"
# Excel keeps this one for itself.
_RESERVED = "history"
_LONGEST_PROMPT = 255
_DATE, _MOMENT, _PERCENT = 164, 165, 166

# (number format, font, fill, border, alignment); the places are what ``s`` of a cell names.
_LEFT = ""
_TOP_WRAP = '<alignment vertical="top" wrapText="1"/>'
_CENTER_WRAP = '<alignment vertical="center" wrapText="1"/>'
_FORMATS = (49, _DATE, _MOMENT, 3, 1, _PERCENT)
_CELL_FORMATS: tuple[tuple[int, int, int, int, str], ...] = (
    (0, 0, 0, 0, _LEFT),
    (49, 1, 2, 1, _CENTER_WRAP),
    *((number, 0, 0, 0, _LEFT) for number in _FORMATS),
    *((number, 1, 0, 0, _LEFT) for number in _FORMATS),
    (49, 1, 0, 0, _TOP_WRAP),
    (49, 0, 0, 0, _TOP_WRAP),
)


class ColumnShape(Protocol):
    """What of a column stands around its cells."""

    @property
    def header(self) -> str:
        """Its header."""
        ...

    @property
    def kind(self) -> str:
        """Its kind of cell."""
        ...

    @property
    def width(self) -> float:
        """Its width in characters."""
        ...

    @property
    def note(self) -> str:
        """What is shown when the header is selected."""
        ...


@dataclass(frozen=True)
class PlacedSheet:
    """A sheet that is written: its name, and how far it reaches. Without columns it has no list."""

    name: str
    columns: int
    rows: int


class SheetNames:
    """Gives each sheet a name Excel takes, none twice."""

    def __init__(self) -> None:
        self._taken: set[str] = {_RESERVED}

    def take(self, title: str, number: int = 1) -> str:
        """A free name like the title: at most 31 characters, " (2)" behind for a further sheet."""
        plain = "".join(character for character in title if character.isprintable())
        plain = " ".join(plain.translate(_FORBIDDEN_IN_NAMES).split()).strip("' ") or _NAMELESS
        while True:
            ending = f" ({number})" if number > 1 else ""
            name = _shortened(plain, LONGEST_NAME - len(ending)) + ending
            if name.lower() not in self._taken:
                self._taken.add(name.lower())
                return name
            number += 1


def _shortened(text: str, most: int) -> str:
    """The beginning of a text in at most so many UTF-16 units."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore").rstrip("' ")


def letters_of(place: int) -> str:
    """A for 0, AA for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_part(number: int) -> str:
    """Where the sheet with this number stands in the archive."""
    return f"xl/worksheets/sheet{number}.xml"


def write_first_parts(archive: zipfile.ZipFile) -> None:
    """What is known before the rows. Programs tell a workbook by the part that stands first."""
    # How many sheets there will be is not known yet, so every part without a type of its own is one.
    archive.writestr(
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    )
    archive.writestr(
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    archive.writestr("xl/styles.xml", _styles())


def write_last_parts(archive: zipfile.ZipFile, sheets: Sequence[PlacedSheet]) -> None:
    """The list of the sheets, once they are written. Printed pages repeat the header."""
    listed = "".join(
        f'<sheet name="{plain_attribute(sheet.name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, start=1)
    )
    names = "".join(_defined_names(place, sheet) for place, sheet in enumerate(sheets) if sheet.columns)
    if names:
        names = f"<definedNames>{names}</definedNames>"
    archive.writestr(
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets>{names}</workbook>",
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    archive.writestr(
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rIdStyles" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )


def _defined_names(place: int, sheet: PlacedSheet) -> str:
    name = plain_attribute(f"'{sheet.name.replace(chr(39), chr(39) * 2)}'")
    last = letters_of(sheet.columns - 1)
    return (
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place}" hidden="1">'
        f"{name}!$A$1:${last}${sheet.rows + 1}</definedName>"
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">{name}!$1:$1</definedName>'
    )


def _styles() -> str:
    font = '<sz val="11"/><name val="宋体"/><family val="3"/><charset val="134"/>'
    line = '<{0} style="thin"><color rgb="FFBFC7D1"/></{0}>'
    border = "".join(line.format(side) for side in ("left", "right", "top", "bottom"))
    formats = "".join(
        f'<xf numFmtId="{number}" fontId="{bold}" fillId="{fill}" borderId="{lines}" xfId="0" applyNumberFormat="1"'
        f' applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{align}</xf>'
        for number, bold, fill, lines, align in _CELL_FORMATS
    )
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="3">'
        f'<numFmt numFmtId="{_DATE}" formatCode="yyyy\\-mm\\-dd"/>'
        f'<numFmt numFmtId="{_MOMENT}" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
        f'<numFmt numFmtId="{_PERCENT}" formatCode="0.0%"/></numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF6"/><bgColor indexed="64"/></patternFill></fill></fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border>{border}<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_CELL_FORMATS)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def sheet_start(columns: Sequence[ColumnShape]) -> str:
    """A sheet up to its first row of data: the header stays in sight, columns have their widths and formats."""
    shapes = "".join(
        f'<col min="{number}" max="{number}" width="{column.width + 0.7:g}" style="{STYLE_OF[column.kind][0]}" customWidth="1"/>'
        for number, column in enumerate(columns, start=1)
    )
    cells = "".join(
        f'<c s="{HEADER}" t="inlineStr"><is>{inline_text(column.header)}</is></c>' for column in columns
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{shapes}</cols><sheetData>'
        f'<row ht="{_header_height(columns)}" customHeight="1">{cells}</row>'
    )


def _header_height(columns: Sequence[ColumnShape]) -> int:
    """High enough for the header that wraps most; a Chinese character is two wide."""
    lines = max(
        (
            -(-sum(2 if ord(sign) > 255 else 1 for sign in column.header) // max(1, int(column.width)))
            for column in columns
        ),
        default=1,
    )
    return 8 + 16 * min(4, max(1, lines))


def sheet_end(columns: Sequence[ColumnShape], rows: int) -> str:
    """What follows the rows, in the order the format asks for: filter, notes, page, no warning about codes kept as text."""
    last = f"{letters_of(len(columns) - 1)}{rows + 1}"
    notes = [
        f'<dataValidation allowBlank="1" showInputMessage="1" sqref="{letters_of(place)}1"'
        f' prompt="{plain_attribute(column.note[:_LONGEST_PROMPT])}"/>'
        for place, column in enumerate(columns)
        if column.note
    ]
    shown = f'<dataValidations count="{len(notes)}">{"".join(notes)}</dataValidations>' if notes else ""
    codes = " ".join(
        f"{letters_of(place)}2:{letters_of(place)}{max(2, rows + 1)}"
        for place, column in enumerate(columns)
        if column.kind == "code"
    )
    quiet = (
        f'<ignoredErrors><ignoredError sqref="{codes}" numberStoredAsText="1"/></ignoredErrors>'
        if codes
        else ""
    )
    return (
        f'</sheetData><autoFilter ref="A1:{last}"/>{shown}'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>{quiet}</worksheet>"
    )


def cover_xml(lines: Sequence[tuple[str, str]]) -> str:
    """The sheet that says what the workbook holds: one label and its value a row."""
    rows = "".join(
        f'<row><c s="{COVER_LABEL}" t="inlineStr"><is>{inline_text(label)}</is></c>'
        f'<c s="{COVER_VALUE}" t="inlineStr"><is>{inline_text(value)}</is></c></row>'
        for label, value in lines
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/>'
        f'<cols><col min="1" max="1" width="16" customWidth="1"/><col min="2" max="2" width="80" customWidth="1"/></cols>'
        f"<sheetData>{rows}</sheetData>"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'
    )
