"""Pictures and PDF in a process of their own: what comes back is small, upright and bare, and every bad end has words."""

import io

import pytest
from PIL import Image

from core.media import work
from core.media.errors import WORDS, FileRefused
from core.media.work import ChildTold, count_pages, draw_pages, shrink_picture
from tests.support import files
from tests.support.files import GPS, jpeg, pdf, png, written

FORMATS = {b"\xff\xd8": "JPEG", b"\x89P": "PNG", b"RI": "WEBP"}


def shrunk(tmp_path, content: bytes) -> tuple[Image.Image, bytes, str]:
    """The picture as it will be kept, its bytes and its ending."""
    source, target = written(tmp_path / "source", content), tmp_path / "target"
    small = shrink_picture(source, target, format=FORMATS[content[:2]])
    kept = target.read_bytes()
    image = Image.open(io.BytesIO(kept))
    assert (image.width, image.height) == (small.width, small.height)
    return image, kept, small.ending


def size_of(path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def code(act) -> str:
    with pytest.raises(FileRefused) as refusal:
        act()
    assert refusal.value.message.startswith(WORDS[refusal.value.code].split("{")[0])
    return refusal.value.code


def test_place_camera_and_notes_are_gone(tmp_path):
    photo = jpeg(gps=True, comment=b"taken at home")
    assert Image.open(io.BytesIO(photo)).getexif().get_ifd(GPS)[1] == "N"
    image, kept, ending = shrunk(tmp_path, photo)
    assert dict(image.getexif()) == {}
    assert [mark for mark in (b"Exif", b"GPS", b"Example Phone", b"taken at home") if mark in kept] == []
    assert ending == "jpg"


def test_notes_and_profiles_of_a_png_are_gone(tmp_path):
    info = Image.Exif()
    info[files.MAKER] = "Example Phone"
    image, kept, ending = shrunk(tmp_path, png(exif=info, dpi=(72, 72), icc_profile=b"profile" * 20))
    assert (image.info, ending) == ({}, "png")
    assert b"Example Phone" not in kept


def test_what_stood_behind_the_end_is_gone(tmp_path):
    _, kept, _ = shrunk(tmp_path, jpeg() + b"<script>alert(1)</script><?php system($_GET[0]); ?>")
    assert b"script" not in kept
    assert b"php" not in kept


@pytest.mark.parametrize(
    ("orientation", "size", "white"),
    [
        (1, (300, 200), (10, 100)),
        (3, (300, 200), (290, 100)),
        (6, (200, 300), (100, 10)),
        (8, (200, 300), (100, 290)),
    ],
)
def test_a_photograph_is_turned_upright(tmp_path, orientation, size, white):
    image, _, _ = shrunk(tmp_path, jpeg(orientation=orientation))
    assert image.size == size
    assert min(image.getpixel(white)) > 245


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (jpeg((5000, 2500)), (2000, 1000)),
        (jpeg((2500, 5000)), (1000, 2000)),
        (png((4000, 1000)), (2000, 500)),
        (jpeg((640, 480)), (640, 480)),
    ],
)
def test_the_longest_side_is_two_thousand(tmp_path, content, size):
    assert shrunk(tmp_path, content)[0].size == size


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(tmp_path, mode):
    assert shrunk(tmp_path, png((50, 40), mode))[0].mode in ("L", "RGB")


def test_what_was_transparent_becomes_white(tmp_path):
    assert shrunk(tmp_path, png((50, 40), "RGBA"))[0].getpixel((5, 5)) == (255, 255, 255)


def test_a_photograph_kept_as_png_becomes_a_jpeg(tmp_path):
    noise = io.BytesIO()
    Image.effect_noise((1800, 1600), 90).save(noise, "PNG")
    _, kept, ending = shrunk(tmp_path, noise.getvalue())
    assert (ending, kept[:2]) == ("jpg", b"\xff\xd8")


def test_webp_is_taken(tmp_path):
    made = io.BytesIO()
    Image.new("RGB", (60, 40)).save(made, "WEBP")
    assert shrunk(tmp_path, made.getvalue())[2] == "jpg"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (files.png_claiming(50_000, 50_000), "pixels"),
        (files.jpeg_claiming(50_000, 50_000), "pixels"),
        (files.png_claiming(100, 100), "damaged"),
        (files.png_with_text_bomb(), "damaged"),
        (jpeg((600, 400))[:-800], "damaged"),
        (jpeg()[:30], "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
    ],
    ids=[
        "a flood as png",
        "a flood as jpeg",
        "pixels missing",
        "a bomb of text",
        "cut",
        "cut early",
        "a head",
    ],
)
def test_pictures_that_are_none_are_refused(tmp_path, content, expected):
    path = written(tmp_path / "a", content)
    assert code(lambda: shrink_picture(path, tmp_path / "b", format=FORMATS[content[:2]])) == expected


def test_a_picture_too_large_for_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(
        work,
        "PROGRAM",
        "import sys; sys.path.insert(0, sys.argv[1]); from core.media import child; child.MEMORY = 120 << 20; "
        "sys.exit(child.main(sys.argv[2:]))",
    )
    path = written(tmp_path / "a", png((5000, 5000)))
    assert code(lambda: shrink_picture(path, tmp_path / "b", format="PNG")) == "too_large"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "too_large"),
        ("import os; os.abort()", "too_large"),
        ("raise SystemExit(3)", "damaged"),
        ("print('nonsense')", "damaged"),
        ("", "damaged"),
        ("import signal; signal.pause()", "too_large"),
    ],
)
def test_every_end_of_the_process_is_a_refusal(tmp_path, monkeypatch, program, expected):
    monkeypatch.setattr(work, "PROGRAM", program)
    monkeypatch.setattr(work, "SILENT_SECONDS", 1)
    assert code(lambda: count_pages(tmp_path / "a")) == expected


def test_the_log_learns_what_happened(tmp_path):
    with pytest.raises(FileRefused) as refusal:
        count_pages(written(tmp_path / "a", b"%PDF-1.4\nnothing\n%%EOF"))
    assert refusal.value.code == "damaged"
    with pytest.raises(FileRefused) as refusal:
        shrink_picture(written(tmp_path / "b", b"\xff\xd8\xff"), tmp_path / "c", format="JPEG")
    assert isinstance(refusal.value.__cause__, ChildTold)


def test_pages_are_counted_and_drawn(tmp_path):
    path = written(tmp_path / "a.pdf", pdf(3))
    assert count_pages(path) == 3
    assert list(draw_pages(path, tmp_path, first=2, last=3)) == [2, 3]
    drawn = sorted(one.name for one in tmp_path.glob("*.jpg"))
    sizes = [size_of(tmp_path / name) for name in drawn]
    assert (drawn, sizes) == (["2.jpg", "3.jpg"], [(1131, 1600)] * 2)


@pytest.mark.parametrize(
    ("box", "size"),
    [("0 0 14400 14400", (1600, 1600)), ("0 0 10 10", (40, 40)), ("0 0 200000 50", (1600, 1))],
    ids=["a wall", "a stamp", "a ribbon"],
)
def test_a_page_of_any_size_becomes_a_picture_of_a_page(tmp_path, box, size):
    path = written(tmp_path / "a.pdf", pdf(1, box=box))
    assert list(draw_pages(path, tmp_path, first=1, last=1)) == [1]
    assert size_of(tmp_path / "1.jpg") == size


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (files.locked_pdf(), "encrypted"),
        (files.pdf_with_script(), "script"),
        (b"%PDF-1.4\n" + b"a" * 500 + b"\n%%EOF", "damaged"),
        (pdf(0), "damaged"),
    ],
    ids=["locked", "script", "damaged", "empty"],
)
def test_a_pdf_nobody_can_read_is_refused(tmp_path, content, expected):
    path = written(tmp_path / "a.pdf", content)
    assert code(lambda: count_pages(path)) == expected


def test_a_page_that_brings_the_process_down_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(
        work,
        "PROGRAM",
        "import sys, os; first, last = map(int, sys.argv[-2:])\n"
        "for n in range(first, last + 1):\n"
        "    if n == 3: os.abort()\n"
        "    print('{\"page\": %d}' % n, flush=True)\n"
        "print('{\"end\": true}')",
    )
    assert list(draw_pages(tmp_path / "a", tmp_path, first=1, last=5)) == [1, 2, 3, 4, 5]
    assert (
        code(lambda: list(draw_pages(tmp_path / "a", tmp_path, first=3, last=5, most_falls=1))) == "too_large"
    )
