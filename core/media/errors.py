"""What a file that is not taken as an attachment raises, and the words for it: the fact, then the remedy."""

from core.sheets.errors import SheetRefused

AS_PDF = "请打开原文件，另存或打印为 PDF 后再上传。"
AS_JPEG = "请另存为 JPEG（.jpg）后再上传。"

WORDS = {
    # the file as a whole
    "empty": "文件是空的。请选择有内容的文件。",
    "file_size": "文件有 {mib} MB，超过 {most} MB。请压缩或拆成几个文件后再上传；扫描件可把分辨率调到 200 dpi。",
    "unknown": "看不出这是什么文件。可以上传 PDF、图片（.jpg、.png）、Word（.docx）和 Excel（.xlsx）。"
    + AS_PDF,
    "not_here": "这里不收{noun}。可以上传：{accepted}。",
    # kinds that are not taken
    "heic": "这是 HEIC/AVIF 照片，许多电脑打不开。请在手机上另存为 JPEG（.jpg）后再上传；"
    "苹果手机可在“设置 → 相机 → 格式”里选“兼容性最佳”。",
    "other_picture": "不收 {noun} 图片。" + AS_JPEG,
    "old_word": "这是旧的 Word 文件（.doc）。请用 Word 或 WPS 另存为 .docx 或 PDF 后再上传。",
    "old_sheet": "这是旧的 Excel 文件（.xls）。请用 Excel 或 WPS 另存为 .xlsx 或 PDF 后再上传。",
    "old_office": "这是旧的 Office 文件，不能上传。" + AS_PDF,
    "slides": "这是演示文稿。请导出为 PDF 后再上传。",
    "ofd": "这是 OFD 文件。请用阅读器打开，导出（另存）为 PDF 后再上传。",
    "archive": "这是压缩包，不能上传。请解压后，把里面的文件逐个上传。",
    "program": "这是程序，不能上传。",
    "markup": "这是网页、SVG 或 XML 文件，不能上传。" + AS_PDF,
    "media": "这是录音或录像，不能上传。请改交照片或文字材料。",
    "text": "这是纯文本文件。请粘贴到 Word 里，另存为 .docx 或 PDF 后再上传。",
    # what is wrong with one of the right kind
    "damaged": "文件已损坏，打不开。请重新导出或拍照后再上传。",
    "encrypted": "文件加了打开密码。请去掉密码，保存后再上传。",
    "mixed": "文件里夹带了别的内容，不能上传。" + AS_PDF,
    "script": "PDF 带有脚本，不能上传。请打开后打印为 PDF 再上传。",
    "pixels": "图片太大（{width:,} × {height:,} 像素）。请缩小后再上传，长边 4,000 像素就够。",
    "too_large": "文件太复杂，处理不完。请缩小图片，或把 PDF 拆成几个文件后再上传。",
    "macros": "文件带宏，不能上传。请另存为不含宏的 .docx、.xlsx 或 PDF 后再上传。",
    "controls": "文件带控件（ActiveX），不能上传。" + AS_PDF,
    "links": "文件链接了外部的模板、图片或数据，不能上传。" + AS_PDF,
    "entities": "文件里有不允许的内容（外部实体），不能上传。" + AS_PDF,
    "names": "文件内部的名称不正常，不能上传。" + AS_PDF,
    "parts": "文件内部的部件多得不正常，不能上传。" + AS_PDF,
    "bomb": "文件解压后大得不正常，不能上传。" + AS_PDF,
}


class FileRefused(Exception):
    """A file is not taken. ``message`` is Chinese, for people; ``code`` a short English word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def refused(code: str, **values: object) -> FileRefused:
    """The refusal of this code in the words of ``WORDS``, always a new one."""
    return FileRefused(code, WORDS[code].format(**values))


def from_sheets(error: SheetRefused) -> FileRefused:
    """What the guard of spreadsheets said, in the words for attachments."""
    return refused(error.code if error.code in WORDS else "damaged")
