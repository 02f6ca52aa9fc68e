"""What the scripts say to the person at the terminal, and where the project is."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXIT_INTERRUPTED = 130
"""What a shell reports for a command ended by Ctrl-C."""


def var_dir() -> Path:
    """The folder of all working files: PORTAL_VAR, else var/ in the project; absolute, made when missing."""
    folder = Path(os.environ.get("PORTAL_VAR") or ROOT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def say(line: str = "") -> None:
    """Print one line at once. A reader that went away (``| head``) never stops what is running."""
    with contextlib.suppress(BrokenPipeError, ValueError):
        print(line, flush=True)


class Refused(Exception):
    """Something a person can put right; its text says what and how."""


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, then how many seconds it took."""
    started = time.monotonic()
    say(f"{title} ...")
    yield
    say(f"{title}: {time.monotonic() - started:.1f} s")


def run_main(main: Callable[[], int]) -> None:
    """Run ``main`` and turn ``Refused`` into its words and exit code 2."""
    try:
        code = main()
    except Refused as refusal:
        say(f"Not started: {refusal}")
        code = 2
    except KeyboardInterrupt:
        say("Interrupted.")
        code = EXIT_INTERRUPTED
    sys.exit(code)
