"""Make a screenshot small: a palette of its commonest colours instead of three bytes a pixel."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import partial

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PALETTE_MAX = 256
Colour = tuple[int, int, int]


def small(png: bytes) -> bytes:
    """An 8-bit RGB PNG, as Chromium writes it, with a palette (PNG specification, 11.2.2).

    The commonest colours stay as they are; any other becomes the nearest of them.
    """
    width, height, pixels = _read(png)
    nearest = _palette([colour for colour, _count in Counter(pixels).most_common()])
    order = {colour: number for number, colour in enumerate(dict.fromkeys(nearest.values()))}
    index = {colour: order[nearest[colour]] for colour in nearest}
    numbers = bytes(index[pixel] for pixel in pixels)
    rows = b"".join(b"\0" + numbers[y * width : (y + 1) * width] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = bytes(part for colour in order for part in colour)
    parts = (
        (b"IHDR", header),
        (b"PLTE", colours),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def _palette(commonest: list[Colour]) -> dict[Colour, Colour]:
    """What stands for each colour: itself, or the nearest of those that a palette holds."""
    kept = commonest[:PALETTE_MAX]
    return {colour: colour for colour in kept} | {
        colour: min(kept, key=partial(_distance, colour)) for colour in commonest[PALETTE_MAX:]
    }


def _distance(one: Colour, other: Colour) -> int:
    return sum((first - second) ** 2 for first, second in zip(one, other, strict=True))


def _read(png: bytes) -> tuple[int, int, list[Colour]]:
    chunks = list(_chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    if (depth, kind) != (8, 2):
        raise ValueError("is not an 8-bit RGB picture")
    raw = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    flat = _unfiltered(raw, width * 3, height)
    return width, height, list(zip(flat[0::3], flat[1::3], flat[2::3], strict=True))


def _unfiltered(raw: bytes, length: int, height: int) -> bytes:
    """Undo the filter of each row (PNG specification, 9)."""
    done, above = bytearray(), bytes(length)
    for y in range(height):
        start = y * (length + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + length])
        for x in range(length):
            left = row[x - 3] if x >= 3 else 0
            corner = above[x - 3] if x >= 3 else 0
            row[x] = (row[x] + _predicted(kind, left, above[x], corner)) & 255
        done += row
        above = bytes(row)
    return bytes(done)


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        return min((left, up, corner), key=lambda one: abs(left + up - corner - one))
    return (0, left, up, (left + up) // 2)[kind]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        yield kind, png[place + 8 : place + 8 + size]
        place += size + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
