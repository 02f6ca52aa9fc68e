"""How much of a sheet is read, and the words for what is beyond."""

from core.sheets.errors import SheetRefused

# The largest list an office keeps has some ten thousand rows; a national one is split by province.
MOST_ROWS = 200_000
MOST_COLUMNS = 256
MOST_SHEETS = 100
# The longest text Excel itself keeps in a cell has 32,767 characters.
LONGEST_STRETCH = 1 << 20


def too_many_rows(rows: int) -> SheetRefused:
    """More rows with contents than are read at once."""
    return SheetRefused(
        "rows", f"表格超过 {MOST_ROWS:,} 行（第 {rows:,} 行还有内容）。请按地区分成几个文件再上传。"
    )


def empty_rows(rows: int) -> SheetRefused:
    """Rows that hold nothing but a format."""
    return SheetRefused(
        "empty_rows",
        f"表格末尾有大量带格式的空行（到第 {rows:,} 行）。请选中数据下方的所有空行，右键“删除”，保存后再上传。",
    )


def too_many_columns() -> SheetRefused:
    """Cells beyond the last column that is read."""
    return SheetRefused(
        "columns",
        f"表格超过 {MOST_COLUMNS} 列。请选中数据右侧的所有空列，右键“删除”，保存后再上传。",
    )


def too_many_sheets(count: int) -> SheetRefused:
    """More sheets than anybody chooses from."""
    return SheetRefused(
        "sheets", f"工作簿有 {count:,} 张工作表，超过 {MOST_SHEETS} 张。请只留要导入的工作表。"
    )


def too_long() -> SheetRefused:
    """A text no cell of Excel's could hold."""
    return SheetRefused(
        "cell", "有一格的内容长得不正常，文件不能读取。请用 Excel 打开，另存为 .xlsx 后再上传。"
    )
