"""The container of an .xls (a compound file): its entries and the bytes of a stream. Reads no further than the file."""

import struct
from typing import NamedTuple

from core.sheets.errors import refusal

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_FOLDER, _STREAM, _ROOT = 1, 2, 5
# Streams below this size stand in sectors of 64 bytes inside the root's own.
_SMALL_STREAM, _SMALL_SECTOR = 4096, 64
# A workbook has some ten entries; with macros and pictures a few hundred.
_MOST_ENTRIES = 20_000


class Entry(NamedTuple):
    """A folder or a stream of the container."""

    name: str
    kind: int
    start: int
    size: int

    @property
    def is_stream(self) -> bool:
        """Whether it holds bytes."""
        return self.kind == _STREAM


class Container:
    """A compound file in memory. Raises ``SheetRefused`` for one that contradicts itself."""

    def __init__(self, data: bytes) -> None:
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in (9, 12):
            raise refusal("damaged")
        # A view, so that sectors are put together without a copy of each.
        self._data, self._sector = memoryview(data), 1 << shift
        self._table = self._allocation()
        directory = self._chain(struct.unpack_from("<I", data, 48)[0])
        self.entries = list(self._listed(directory))
        self._small: bytes | None = None

    def stream(self, entry: Entry) -> bytes:
        """The bytes of a stream."""
        if entry.size < _SMALL_STREAM:
            return self._small_stream(entry)
        found = self._chain(entry.start, -(-entry.size // self._sector))
        if len(found) < entry.size:
            raise refusal("damaged")
        return found[: entry.size]

    def _allocation(self) -> list[int]:
        """Which sector follows which."""
        places = [place for place in struct.unpack_from("<109I", self._data, 76) if place < _END]
        further = struct.unpack_from("<I", self._data, 68)[0]
        most = len(self._data) // self._sector + 1
        while further < _END:
            numbers = struct.unpack(f"<{self._sector // 4}I", self._block(further))
            places += [place for place in numbers[:-1] if place < _END]
            further = numbers[-1]
            if len(places) > most:
                raise refusal("damaged")  # a circle
        if len(places) > most:
            raise refusal("damaged")
        table: list[int] = []
        for place in places:
            table += struct.unpack(f"<{self._sector // 4}I", self._block(place))
        return table

    def _block(self, place: int) -> memoryview | bytes:
        block = self._data[(place + 1) * self._sector : (place + 2) * self._sector]
        if not block:
            raise refusal("damaged")
        # The last one may be cut where its contents end.
        return block if len(block) == self._sector else bytes(block).ljust(self._sector, b"\0")

    def _chain(self, place: int, most: int | None = None) -> bytes:
        blocks: list[memoryview | bytes] = []
        limit = len(self._data) // self._sector + 1
        while place < _END and (most is None or len(blocks) < most):
            if place >= len(self._table) or len(blocks) > limit:
                raise refusal("damaged")  # outside the file, or a circle
            blocks.append(self._block(place))
            place = self._table[place]
        return b"".join(blocks)

    def _listed(self, directory: bytes) -> list[Entry]:
        if len(directory) // 128 > _MOST_ENTRIES:
            raise refusal("damaged")
        found = []
        for start in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, start + 64)
            if kind in (_FOLDER, _STREAM, _ROOT) and 2 <= length <= 64:
                name = directory[start : start + length - 2].decode("utf-16-le", "replace")
                found.append(Entry(name, kind, *struct.unpack_from("<II", directory, start + 116)))
        return found

    def _small_stream(self, entry: Entry) -> bytes:
        if self._small is None:
            root = next(one for one in self.entries if one.kind == _ROOT)
            self._small = self._chain(root.start)
            first, count = struct.unpack_from("<II", self._data, 60)
            links = self._chain(first, count + 1)
            self._links = struct.unpack(f"<{len(links) // 4}I", links)
        found: list[bytes] = []
        place = entry.start
        while place < _END and len(found) * _SMALL_SECTOR < entry.size:
            if place >= len(self._links):
                raise refusal("damaged")
            found.append(self._small[place * _SMALL_SECTOR : (place + 1) * _SMALL_SECTOR])
            place = self._links[place]
        return b"".join(found)[: entry.size]
