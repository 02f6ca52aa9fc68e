"""What a file is and whether it is taken, by its bytes: BARS R18, before anything is opened."""

import struct

import pytest

from core.media.errors import WORDS, FileRefused
from core.media.kinds import LARGEST_FILE, judge_file
from tests.support import files
from tests.support.files import docx, jpeg, pdf, png, written, xlsx
from tests.support.workbooks import relation, relations, zipped

SCRIPT = b"<script>alert(document.domain)</script>"


def code(path, **limits) -> str:
    with pytest.raises(FileRefused) as refusal:
        judge_file(path, **limits)
    assert refusal.value.message.startswith(WORDS[refusal.value.code].split("{")[0])
    assert refusal.value.message.endswith("。")
    return refusal.value.code


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (jpeg(), "picture"),
        (png(), "picture"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "picture"),
        (pdf(), "pdf"),
        (pdf() + b"\r\n\0\0\0", "pdf"),
    ],
)
@pytest.mark.parametrize("name", ["a.exe", "b.html"])
def test_the_content_decides_and_not_the_name(tmp_path, content, kind, name):
    assert judge_file(written(tmp_path / name, content)).kind == kind


def test_documents_and_workbooks_are_taken(tmp_path):
    assert judge_file(docx(tmp_path / "a")).kind == "word"
    assert judge_file(xlsx(tmp_path / "b")).kind == "sheet"
    renamed = files.word_parts()
    renamed["word/document2.xml"] = renamed.pop("word/document.xml")
    assert judge_file(zipped(tmp_path / "c", renamed)).kind == "word"


FOREIGN = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "markup"),
    "svg with a head": (b'\xef\xbb\xbf<?xml version="1.0"?><!-- --><svg/>', "markup"),
    "html": (b"<!DOCTYPE html><html>" + SCRIPT, "markup"),
    "html in front of a pdf": (b"<html>" + SCRIPT + pdf(), "mixed"),
    "a note in front of a pdf": (b"\n" + pdf(), "mixed"),
    "gif that is a jar": (b"GIF89a" + b"\0" * 20 + b"PK\x03\x04", "other_picture"),
    "bmp": (b"BM" + b"\0" * 60, "other_picture"),
    "tiff": (b"II*\0" + b"\0" * 60, "other_picture"),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 60, "heic"),
    "avif": (b"\0\0\0\x18ftypavif" + b"\0" * 60, "heic"),
    "mp4": (b"\0\0\0\x18ftypisom" + b"\0" * 60, "media"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt ", "media"),
    "program": (b"MZ\x90\0" + b"\0" * 60, "program"),
    "shell script": (b"#!/bin/sh\nrm -rf /", "program"),
    "rar": (b"Rar!\x1a\x07\0", "archive"),
    "plain text": ("关于成立科协的批复".encode(), "text"),
    "nonsense": (b"\x01\x02\0\x03" * 100, "unknown"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_is_not_taken_says_what_it_is_and_what_to_do(tmp_path, case):
    content, expected = FOREIGN[case]
    assert code(written(tmp_path / "批复.pdf", content)) == expected


def ole(*names: str) -> bytes:
    """The head and directory of an old office file with streams of these names."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    head += b"\0" * 6 + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    table = struct.pack("<II", 0xFFFFFFFD, end) + struct.pack("<I", free) * 126
    directory = b""
    for name, kind in (("Root Entry", 5), *((name, 2) for name in names)):
        text = (name + "\0").encode("utf-16-le")
        entry = text.ljust(64, b"\0") + struct.pack("<HB", len(text), kind)
        directory += entry.ljust(116, b"\0") + struct.pack("<II", end, 0) + b"\0" * 4
    return head + table + directory.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["WordDocument"], "old_word"),
        (["Workbook"], "old_sheet"),
        (["EncryptedPackage"], "encrypted"),
        (["PowerPoint"], "old_office"),
    ],
)
def test_old_and_locked_office_files_say_how_to_save_them(tmp_path, names, expected):
    assert code(written(tmp_path / "a", ole(*names))) == expected


def test_a_damaged_old_file_is_still_only_an_old_file(tmp_path):
    assert code(written(tmp_path / "a", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 40)) == "old_office"


def test_size_is_limited_by_the_slot_and_never_above_twenty_mebibytes(tmp_path):
    path = written(tmp_path / "a", b"%PDF-1.4\n" + b"\0" * LARGEST_FILE)
    assert code(path) == "file_size"
    assert code(path, largest=1 << 40) == "file_size"
    assert code(written(tmp_path / "b", b"%PDF-1.4\n" + b"\0" * (3 << 20)), largest=1 << 20) == "file_size"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf()[:-7], "damaged"),  # its end is cut off
        (b"%PDF-9.9\n" + pdf()[9:], "damaged"),
        (pdf() + SCRIPT, "mixed"),
        (pdf() + b"\0" * 100 + b"MZ", "mixed"),
    ],
)
def test_a_pdf_begins_and_ends_as_one(tmp_path, content, expected):
    assert code(written(tmp_path / "a.pdf", content)) == expected


def test_a_pdf_that_is_an_archive_as_well_is_refused(tmp_path):
    jar = zipped(tmp_path / "jar", {"META-INF/MANIFEST.MF": "Main-Class: A"}).read_bytes()
    hidden = jar[:-2] + struct.pack("<H", 6) + b"%%EOF\n"
    assert code(written(tmp_path / "a.pdf", pdf() + jar)) == "mixed"
    assert code(written(tmp_path / "b.pdf", pdf() + hidden)) == "mixed"


OUTSIDE = "file:///server/share/template.dotm"
OFFICE = {
    "macros": ({"word__vbaProject.bin": b"\0"}, "macros"),
    "a macro book inside": ({"word__embeddings__a.xlsm": b"\0"}, "macros"),
    "controls": ({"word__activeX__activeX1.bin": b"\0"}, "controls"),
    "a template elsewhere": (
        {"word___rels__settings.xml.rels": relations(relation("attachedTemplate", OUTSIDE, mode="External"))},
        "links",
    ),
    "a picture elsewhere": (
        {
            "word___rels__document.xml.rels": relations(
                relation("image", "http://example.org/a.png", mode="External")
            )
        },
        "links",
    ),
    "an entity": (
        {"word__document.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'},
        "entities",
    ),
    "a name that climbs out": ({"..__..__evil.xml": "<a/>"}, "names"),
    "a bomb": ({"word__media__a.bin": b"\0" * (12 << 20)}, "bomb"),
    "a workbook as well": ({"xl__workbook.xml": "<a/>"}, "mixed"),
}


@pytest.mark.parametrize("case", OFFICE)
def test_office_files_that_do_more_than_hold_text_are_refused(tmp_path, case):
    parts, expected = OFFICE[case]
    assert code(docx(tmp_path / "a.docx", **parts)) == expected


def test_links_people_click_are_no_reason_to_refuse(tmp_path):
    links = relations(relation("hyperlink", "http://example.org/", mode="External"))
    assert judge_file(docx(tmp_path / "a", **{"word___rels__document.xml.rels": links})).kind == "word"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"xl__vbaProject.bin": b"\0"}, "macros"),
        ({"xl__externalLinks__externalLink1.xml": "<a/>"}, "links"),
    ],
)
def test_workbooks_are_judged_by_the_guard_of_imports(tmp_path, parts, expected):
    assert code(xlsx(tmp_path / "a", **parts)) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"OFD.xml": "<a/>"}, "ofd"),
        ({"ppt/presentation.xml": "<a/>"}, "slides"),
        ({"a.txt": "a"}, "archive"),
        ({"META-INF/MANIFEST.MF": "a"}, "archive"),
    ],
)
def test_other_archives_say_what_to_do(tmp_path, names, expected):
    assert code(zipped(tmp_path / "a", names)) == expected


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_a_document_that_was_cut_is_damaged(tmp_path, cut):
    whole = docx(tmp_path / "a").read_bytes()
    assert code(written(tmp_path / "b", whole[:-cut])) == "damaged"
