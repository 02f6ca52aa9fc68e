"""One reader of the portal while something else works: asks for a page ten times a second until its input is closed.

python -m benchmarks.client PORT PATH SESSION; prints a line when it begins, and the seconds of every answer as JSON.
"""

import json
import select
import sys

from benchmarks.server import Page, fetch

PAUSE = 0.1
WARMED_BY = 20


def main(port: int, page: Page) -> list[float]:
    """Seconds of every answer, once each worker has answered before."""
    for _ in range(WARMED_BY):
        fetch(port, page)
    print("reading", flush=True)
    taken = [fetch(port, page)]
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        taken.append(fetch(port, page))
    return taken


if __name__ == "__main__":
    number, path, session = sys.argv[1:]
    print(json.dumps(main(int(number), Page(path, session))))
