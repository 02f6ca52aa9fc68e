"""The embedded broker: kombu's transport over the file system, with messages that appear and are taken whole.

The stock transport opens a message under its final name and writes it afterwards, and a reader looks at no lock. A
worker that lists the folder in between takes an empty file and ends with "Unrecoverable error: JSONDecodeError"; the
same holds for its exchange tables. It also moves what it reads to the system's temporary folder. Here a file gets its
final name by a rename when it is complete, a reader claims it by a rename inside the broker's own folder, and both are
one step for the file system. What a worker claimed and did not finish is lost as with the stock transport; the ``Job``
row brings it back. Messages that were read are not kept (``store_processed`` has no effect).
"""

import contextlib
import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads


def use_whole_messages() -> None:
    """Let ``filesystem://`` mean this transport in the running process; called once, before an app is made."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"


def _write_whole(target: Path, payload: object) -> None:
    # Hidden and without the queue's ending, so that no reader takes it for a message.
    draft = target.with_name(f".{uuid.uuid4().hex}.part")
    draft.write_text(dumps(payload), encoding="utf-8")
    draft.replace(target)


class Channel(filesystem.Channel):
    """A channel whose messages and exchange tables are never seen half written."""

    # kombu's own classes disagree on the second name; calls give it by place.
    def _put(self, queue: str, payload: dict[str, Any], **_: object) -> None:  # type: ignore[override]
        # In order of arrival; the random part keeps messages of the same moment apart.
        name = f"{time.monotonic_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - kombu may pass it
        ending = f"{queue}.msg"
        inbox = Path(self.data_folder_in)
        for name in sorted(name for name in os.listdir(inbox) if name.partition(".")[2] == ending):
            try:
                claimed = (inbox / name).rename(inbox / f".{name}.taken")
            except FileNotFoundError:
                # Another worker was faster.
                continue
            text = claimed.read_text(encoding="utf-8")
            claimed.unlink()
            return loads(text)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        entry = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._exchange_locked(exchange) as path:
            entries = self.get_table(exchange)  # type: ignore[no-untyped-call]
            if entry not in entries:
                _write_whole(path, [entry, *entries])

    @contextlib.contextmanager
    def _exchange_locked(self, exchange: str) -> Iterator[Path]:
        """Hold the lock of one exchange table. The lock is a file of its own, because the table is replaced."""
        path: Path = self._exchange_file(exchange)  # type: ignore[no-untyped-call]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield path


class Transport(filesystem.Transport):
    """What ``filesystem://`` stands for after ``use_whole_messages``."""

    Channel = Channel
