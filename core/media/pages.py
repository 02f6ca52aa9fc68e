"""The pages of a PDF as pictures. Called in the child process alone."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from core.media.errors import refused

LONGEST_SIDE = 1_600
QUALITY = 82
# A drawing of a few points becomes a blot, not a wall.
MOST_SCALE = 4.0


def open_pdf(source: str) -> pdfium.PdfDocument:
    """The document. Raises ``FileRefused`` for one with a password, a script or damage that cannot be mended."""
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        raise refused("encrypted" if "assword" in str(error) else "damaged") from error
    if pdfium_c.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise refused("script")
    return document


def count_pages(source: str) -> int:
    """How many pages it has; the first one is opened."""
    document = open_pdf(source)
    pages = len(document)
    if not pages:
        raise refused("damaged")
    try:
        document[0].get_size()
    except pdfium.PdfiumError as error:
        raise refused("damaged") from error
    return pages


def draw_pages(source: str, folder: str, first: int, last: int) -> Iterator[int]:
    """Draw the pages from ``first`` to ``last``, counted from 1; the number of each when it is done."""
    document = open_pdf(source)
    document.init_forms()
    for number in range(first, last + 1):
        page = document[number - 1]
        longest = max(*page.get_size(), 1.0)
        picture = page.render(scale=min(LONGEST_SIDE / longest, MOST_SCALE)).to_pil().convert("RGB")
        half = Path(folder) / f".{number}.half"
        picture.save(half, "JPEG", quality=QUALITY)
        half.rename(Path(folder) / f"{number}.jpg")
        page.close()
        yield number
