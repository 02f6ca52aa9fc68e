"""Reads the worked tables of docs/algorithms, so that the page is the test.

A table that a test reads has a comment line before it: ``<!-- table: offices -->``. Cells are stripped; ``—`` is an
empty cell; code marks (`…`) around a cell are removed; ``\\|`` is a bar.
"""

import datetime as dt
import re
from pathlib import Path

Row = dict[str, str]

ALGORITHMS = Path(__file__).resolve().parents[2] / "docs" / "algorithms"
_MARK = re.compile(r"<!-- table: ([\w-]+) -->")
_BAR = re.compile(r"(?<!\\)\|")


def read_table(page: str, name: str) -> list[Row]:
    """The rows of one marked table of a page of docs/algorithms, header → cell. A table that is not there is a KeyError."""
    return read_tables(page)[name]


def read_tables(page: str) -> dict[str, list[Row]]:
    """All marked tables of a page, by name. A row with another number of cells than the header is a ValueError."""
    tables: dict[str, list[Row]] = {}
    name, header = "", list[str]()
    lines = (ALGORITHMS / page).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if mark := _MARK.fullmatch(line.strip()):
            name, header = mark[1], []
            if name in tables:
                raise ValueError(f"{page}:{number}: a second table {name}")
            tables[name] = []
        elif name and line.startswith("|"):
            cells = _cells(line)
            if not header:
                header = cells
            elif len(cells) != len(header):
                raise ValueError(f"{page}:{number}: {len(cells)} cells under {len(header)} headers")
            elif not all(set(cell) <= set("-:") and cell for cell in cells):
                tables[name].append(dict(zip(header, cells, strict=True)))
        elif name and header:
            name = ""
    return tables


def day_or_none(cell: str) -> dt.date | None:
    """An ISO date, or None for an empty cell."""
    return dt.date.fromisoformat(cell) if cell else None


def _cells(line: str) -> list[str]:
    """The cells of one line of a table."""
    cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line.strip())[1:-1]]
    return [
        "" if cell == "—" else cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == "`" else cell
        for cell in cells
    ]
