"""Files as people attach them, and as nobody should: made by hand, so that every byte is known."""

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tests.support.workbooks import PACKAGE, parts_of, relation, relations, zipped

NORTH = {1: "N", 2: (23.0, 7.0, 45.0), 3: "E", 4: (113.0, 15.0, 30.0)}
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def jpeg(
    size: tuple[int, int] = (300, 200),
    *,
    orientation: int = 0,
    gps: bool = False,
    comment: bytes = b"",
    colour: tuple[int, int, int] = (20, 90, 160),
) -> bytes:
    """A photograph whose left half is white; with ``gps`` it says where it was taken and with what."""
    image = Image.new("RGB", size, colour)
    image.paste((255, 255, 255), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    if gps:
        exif[MAKER] = "Example Phone"
        exif.get_ifd(GPS).update(NORTH)
    made = io.BytesIO()
    image.save(made, "JPEG", exif=exif, comment=comment)
    return made.getvalue()


def png(size: tuple[int, int] = (300, 200), mode: str = "RGB", **saved: object) -> bytes:
    """A picture of one colour."""
    made = io.BytesIO()
    Image.new(mode, size).save(made, "PNG", **saved)
    return made.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A hundred bytes that claim any number of pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small photograph whose frame header claims another size."""
    plain = jpeg((16, 16))
    place = plain.index(b"\xff\xc0") + 5
    return plain[:place] + struct.pack(">HH", height, width) + plain[place + 4 :]


def png_with_text_bomb() -> bytes:
    """A picture with a compressed note of a hundred million letters."""
    plain = png((8, 8))
    end = plain.index(b"IDAT") - 4
    note = b"Comment\0\0" + zlib.compress(b"a" * 100_000_000, 9)
    return plain[:end] + _chunk(b"zTXt", note) + plain[end:]


def pdf(
    pages: int = 1,
    *,
    catalog: str = "",
    trailer: str = "",
    more: Sequence[str] = (),
    box: str = "0 0 595 842",
    drawn: str = "BT /F1 48 Tf 72 720 Td (Page {number}) Tj ET",
) -> bytes:
    """A PDF with a line of text on each page. Its pages begin at object 4; ``more`` are further objects behind them."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number in range(1, pages + 1):
        text = drawn.format(number=number)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents {3 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        ]
    objects += more
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return made + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(made)}\n%%EOF\n"
    ).encode("latin-1")


def locked_pdf() -> bytes:
    """A PDF nobody has the password of."""
    lock = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'5a' * 32}> /U <{'a5' * 32}> >>"
    return pdf(more=[lock], trailer=f"/Encrypt 6 0 R /ID [<{'00' * 16}> <{'00' * 16}>]")


def pdf_with_script() -> bytes:
    """A PDF that runs JavaScript when it is opened."""
    return pdf(
        catalog="/Names << /JavaScript << /Names [(a) 6 0 R] >> >>",
        more=["<< /S /JavaScript /JS (app.alert\\(1\\)) >>"],
    )


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def word_parts(**more: str | bytes) -> dict[str, str | bytes]:
    """The parts of a .docx; ``more`` adds or replaces, ``/`` written as ``__``."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}"/></Types>',
        "_rels/.rels": relations(relation("officeDocument", "word/document.xml")),
        "word/document.xml": "<w:document><w:body><w:p/></w:body></w:document>",
    }
    return parts | {name.replace("__", "/"): content for name, content in more.items()}


def docx(path: Path, **more: str | bytes) -> Path:
    """A .docx on the disk."""
    return zipped(path, word_parts(**more))


def xlsx(path: Path, **more: str | bytes) -> Path:
    """An .xlsx on the disk."""
    return zipped(path, parts_of(**more))


def written(path: Path, content: bytes) -> Path:
    """The bytes on the disk."""
    path.write_bytes(content)
    return path
