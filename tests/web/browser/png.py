"""The pixels of a picture Chromium took: eight bits a colour, not interlaced. No library is needed for so little."""

import struct
import zlib

CHANNELS = {2: 3, 6: 4}
"""Bytes a pixel by the colour type of the header: red, green, blue, and the last with opacity."""


def pixels(png: bytes) -> list[tuple[int, int, int]]:
    """Every pixel, row by row."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    size = CHANNELS[kind]
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw, found = zlib.decompress(data), []
    before = bytearray(width * size)
    for row in range(height):
        start = row * (width * size + 1)
        line = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + width * size]), before, size)
        found += [(line[x], line[x + 1], line[x + 2]) for x in range(0, len(line), size)]
        before = line
    return found


def _unfiltered(kind: int, line: bytearray, above: bytearray, size: int) -> bytearray:
    for at in range(len(line)):
        left = line[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        line[at] = (line[at] + guess) % 256
    return line


def _paeth(left: int, above: int, corner: int) -> int:
    near = left + above - corner
    return min((left, above, corner), key=lambda one: abs(near - one))


def lab(colour: tuple[int, int, int]) -> tuple[float, float, float]:
    """A colour as the eye takes it: CIE L*a*b* under D65."""
    red, green, blue = (each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def farthest_colour(png: bytes) -> tuple[float, float, float]:
    """The colour of what stands on the ground: the one farthest from the first pixel, in L*a*b*."""
    every = pixels(png)
    ground = lab(every[0])
    return max(
        (lab(one) for one in set(every)), key=lambda one: sum((a - b) ** 2 for a, b in zip(one, ground, strict=True))
    )
