"""Opens one picture or PDF and says what came of it in lines of JSON.

    picture FORMAT SOURCE TARGET    a shrunk, upright picture without any of the original's data, as TARGET
    pdf SOURCE                      how many pages it has
    pages SOURCE FOLDER FIRST LAST  the pages as FOLDER/1.jpg and so on, one line each

Runs in a process of its own (``core.media.work``): whatever a file makes of it, the portal's process lives.
"""

from collections.abc import Sequence

from core.children.limits import as_line, limit_process, say
from core.media.errors import FileRefused

# A picture of 80 million pixels with transparency takes 320 MiB and a copy of it.
MEMORY = 1 << 30
CPU_SECONDS = 20
# No file it writes is larger: a page of 1,600 pixels takes some 300 KiB.
LARGEST_OUT = 32 << 20


def main(arguments: Sequence[str]) -> int:
    """Do one of the three."""
    limit_process(memory=MEMORY, cpu_seconds=CPU_SECONDS, file_bytes=LARGEST_OUT)
    try:
        _do(*arguments)
        say(as_line({"end": True}))
    except MemoryError:
        say(as_line({"refused": "too_large"}))
    except FileRefused as refusal:
        say(as_line({"refused": refusal.code, "message": refusal.message}))
    except Exception as error:  # noqa: BLE001 - this process exists to turn whatever a file does into one line
        say(as_line({"refused": "damaged", "detail": f"{type(error).__name__}: {error}"[:300]}))
    return 0


def _do(work: str, *arguments: str) -> None:
    if work == "picture":
        from core.media.pictures import shrink_picture  # noqa: PLC0415 - a PDF is counted without it

        format_, source, target = arguments
        say(as_line(shrink_picture(format_, source, target)))
        return
    from core.media.pages import count_pages, draw_pages  # noqa: PLC0415 - a picture needs none of it

    if work == "pdf":
        say(as_line({"pages": count_pages(arguments[0])}))
        return
    source, folder, first, last = arguments
    for number in draw_pages(source, folder, int(first), int(last)):
        say(as_line({"page": number}))
