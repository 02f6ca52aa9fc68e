"""What a spreadsheet that is not taken raises, and the words for it."""

SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"

# One refusal each: the fact, then the remedy.
WORDS = {
    # the file as a whole
    "empty": "文件是空的。请选择有内容的文件。",
    "file_size": "文件有 {mib} MB，超过 {most} MB。请删去图片和无关的工作表，或分成几个文件再上传。",
    "ending": "不能读取“{ending}”文件。请另存为 .xlsx、.xls 或 .csv 后再上传。",
    "wrong_ending": "文件内容是 .{kind}，扩展名却是 {ending}。" + SAVE_AS,
    "foreign": "这是{noun}，不是表格。请选择 .xlsx、.xls 或 .csv 文件。",
    "markup": "文件是网页或 XML 格式，不是真正的 Excel 文件。" + SAVE_AS,
    "damaged": "文件已损坏，读不出来。" + SAVE_AS,
    "encrypted": "文件加了密码，不能读取。请在 Excel 里去掉打开密码，保存后再上传。",
    "old": "文件是很早的 Excel 格式，不能读取。" + SAVE_AS,
    "no_workbook": "这个文件不是 Excel 工作簿。" + SAVE_AS,
    # what it carries
    "macros": "文件带宏，不能读取。请另存为不含宏的 .xlsx 后再上传。",
    "links": "文件链接了别的文件或数据源，不能读取。请在“数据”里断开链接（编辑链接 → 断开），保存后再上传。",
    "entities": "文件里有不允许的内容（外部实体），不能读取。" + SAVE_AS,
    "names": "文件内部的名称不正常，不能读取。" + SAVE_AS,
    "parts": "文件内部有 {count:,} 个部件，多得不正常，不能读取。请用 Excel 打开，只保留要导入的工作表，另存后再上传。",
    "bomb": "文件解压后大得不正常，不能读取。"
    "请用 Excel 打开，删去数据区以外的空行、空列和格式，只保留要导入的工作表，另存后再上传。",
    # how far its sheets reach
    "sheets": "工作簿有 {count:,} 张工作表，超过 {most} 张。请只留要导入的工作表。",
    "rows": "{sheet}超过 {most:,} 行（第 {row:,} 行还有内容）。请按地区分成几个文件再上传。",
    "empty_rows": "{sheet}有 {row:,} 行带格式的空行。请选中数据下方的所有空行，右键“删除”，保存后再上传。",
    "columns": "{sheet}用到了第 {column:,} 列，超过 {most} 列。请删去多余的列；看似空白的，请选中后右键“删除”，保存后再上传。",
    "stray": "{sheet}的单元格 {cell} 有内容，离表格很远。请删去它所在的行和列，保存后再上传。",
    "grid": "{sheet}有内容的范围太大（约到第 {row:,} 行、第 {column:,} 列）。请删去数据区以外的零散内容，或分成几个文件，再上传。",
    "cell": "有一格的内容长得不正常，文件不能读取。" + SAVE_AS,
    # text files
    "binary": "这不是文本表格（.csv）。请用 Excel 打开原文件，另存为 .xlsx 后再上传。",
    "encoding": "文字编码读不出来。请用 Excel 打开，另存为 .xlsx 或“CSV UTF-8”后再上传。",
    "quotes": "文件里有一个没有成对的双引号，后面的内容连成了一格。请补上或删去它，或另存为 .xlsx 后再上传。",
    # while reading
    "no_sheet": "工作簿里没有工作表“{sheet}”。请重新选择工作表。",
    "unreadable": "文件读不出来，可能已损坏。" + SAVE_AS,
    "too_large": "表格太大，读不完。请删去数据区以外的内容，或分成几个文件，再上传。",
}


class SheetRefused(Exception):
    """A file is not read. ``message`` is Chinese, for people: the fact, then the remedy; ``code`` a short English word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def refusal(code: str, **values: object) -> SheetRefused:
    """The refusal of this code in the words of ``WORDS``, always a new one: a raised one keeps what it passed."""
    return SheetRefused(code, WORDS[code].format(**values))


def sheet_words(name: str) -> str:
    """How a sheet is called in a refusal."""
    return f"工作表“{name}”" if name else "表格"
