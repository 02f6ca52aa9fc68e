"""Which row of a sheet is the header, what its columns are, and which rows below are no records.

Rules and worked tables: docs/algorithms/sheet-columns.md.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

Row = tuple[int, Sequence[object]]

# Titles, reporting units and notes above a header take a few rows; nobody puts forty.
SEARCHED_ROWS = 40
# With fewer recognised columns a row is a title that happens to hold a word of ours.
FEWEST_COLUMNS = 2
_BRACKETED = re.compile(r"[（(\[【〔<《][^（()）\[\]【】〔〕<>《》]*[）)\]】〕>》]")
_SIGNS = re.compile(r"[\s*＊：:、，,。.．·・_\-—/／\\?？!！\"'“”]+")
_TOTAL = re.compile(r"^(合计|总计|小计|共计|累计|总数|本页合计|本页小计)([：:（(\d]|$)")
_NOTE = re.compile(
    r"^(注|说明|备注|填表说明|填表人|填报人|制表人|制表|填报单位|填报日期|填表日期|审核人|审核|审批人|单位负责人|负责人签字|经办人|联系人签字|盖章)[：:（(]"
)


def header_key(text: object) -> str:
    """A header as headers are compared: plain forms, without spaces, stars, marks and what stands in brackets.

    A header that is nothing but brackets keeps what is in them. Empty for what is no text.
    """
    if not isinstance(text, str):
        return ""
    plain = unicodedata.normalize("NFKC", text)
    outside = _SIGNS.sub("", _BRACKETED.sub("", plain))
    return (outside or _SIGNS.sub("", re.sub(r"[（()）\[\]【】〔〕<>《》]", "", plain))).upper()


@dataclasses.dataclass(frozen=True)
class Header:
    """The header row: its number as Excel counts, and the texts of its columns from A on."""

    number: int
    texts: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The texts as headers are compared."""
        return tuple(map(header_key, self.texts))


@dataclasses.dataclass(frozen=True)
class Recognised:
    """What the columns of a header are: ``columns`` maps the place of a column (0 is A) to the name of its field.

    ``unknown`` are the places nothing is known about, ``missing`` the required fields no column gives.
    """

    columns: Mapping[int, str]
    unknown: tuple[int, ...]
    missing: tuple[str, ...]


def find_header(rows: Iterable[Row], known: Mapping[str, str]) -> Header | None:
    """Of the first rows the one with most fields recognised, the upper one where two are equal; None without any.

    ``known`` maps header keys to fields. An empty cell of a header takes the text above it, where that row is a header's
    upper half: several cells filled, so no title.
    """
    best: Header | None = None
    most = FEWEST_COLUMNS - 1
    above: Sequence[object] = ()
    for number, cells in list(rows)[:SEARCHED_ROWS]:
        texts = _texts(cells, above)
        found = {known[key] for key in map(header_key, texts) if known.get(key)}
        if len(found) > most:
            best, most = Header(number, texts), len(found)
        above = cells if sum(1 for cell in cells if cell not in (None, "")) > 1 else ()
    return best


def _texts(cells: Sequence[object], above: Sequence[object]) -> tuple[str, ...]:
    width = max(len(cells), len(above)) if above else len(cells)
    texts = []
    for place in range(width):
        cell = cells[place] if place < len(cells) else None
        if cell in (None, "") and place < len(above):
            cell = above[place]
        texts.append(cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell))
    return tuple(texts)


def recognise(
    header: Header,
    known: Mapping[str, str],
    *,
    required: Sequence[str],
    ignored: frozenset[str],
    chosen: Mapping[str, str] | None = None,
) -> Recognised:
    """The columns of a header. ``chosen`` (header key → field, empty for none) was decided by hand and goes first.

    The first column of a field is taken; a second with the same field is unknown. ``ignored`` are keys of columns that
    are known not to matter (序号).
    """
    chosen = chosen or {}
    columns: dict[int, str] = {}
    unknown: list[int] = []
    taken: set[str] = set()
    for by_hand in (True, False):
        for place, key in enumerate(header.keys):
            if not key or place in columns or (key in chosen) is not by_hand:
                continue
            field = chosen[key] if by_hand else known.get(key, "")
            if field and field not in taken:
                columns[place] = field
                taken.add(field)
            elif not by_hand and key not in ignored:
                unknown.append(place)
    return Recognised(
        dict(sorted(columns.items())), tuple(unknown), tuple(name for name in required if name not in taken)
    )


# What totals and notes begin with, and how long a text is that may be a name.
_BEGINNINGS = frozenset("注说备填制审单负经联盖合总小共累本")
_SHORTEST_NAME = 3


def row_role(
    cells: Sequence[object], *, columns: Mapping[int, str], key_place: int | None, header: Header
) -> str:
    """What a row below the header is: ``record``, ``blank``, ``total``, ``note`` or ``header`` (printed again).

    ``key_place`` is the column without which a row is no record.
    """
    key = cells[key_place] if key_place is not None and key_place < len(cells) else None
    if (
        isinstance(key, str)
        and len(key) > _SHORTEST_NAME
        and key[0] not in _BEGINNINGS
        and key.strip() != header.texts[key_place or 0]
    ):
        return "record"  # the common case, decided without looking at the others
    filled = [cell for cell in cells if cell is not None and cell != ""]
    if not any(place < len(cells) and cells[place] not in (None, "") for place in columns):
        words = [cell for cell in filled if isinstance(cell, str)]
        return "note" if words else "blank"
    words = [_SIGNS_KEPT.sub("", cell) for cell in filled[:3] if isinstance(cell, str)]
    if any(_TOTAL.match(word) for word in words):
        return "total"
    if words and _NOTE.match(words[0]):
        return "note"
    if len(filled) >= FEWEST_COLUMNS and _repeats(cells, header, columns):
        return "header"
    return "record"


_SIGNS_KEPT = re.compile(r"\s+")


def _repeats(cells: Sequence[object], header: Header, columns: Mapping[int, str]) -> bool:
    keys = header.keys
    places = [place for place in columns if place < len(cells) and cells[place] not in (None, "")]
    return bool(places) and all(header_key(cells[place]) == keys[place] for place in places)
