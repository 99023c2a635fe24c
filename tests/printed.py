"""What a reader we did not write makes of the codes on a page we set."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import typst
import zxingcpp

from sayso.web.typesetting import with_codes


def codes_on(template: Path, data: Any) -> list[str]:
    """What a reader makes of each page, seen as a picture."""
    told = {"data": json.dumps(with_codes(data))}
    pages = typst.compile(template.read_bytes(), format="png", ppi=150, sys_inputs=told)
    return [found.text for page in (pages if isinstance(pages, list) else [pages]) for found in read_codes(page)]


def read_codes(png: bytes) -> list[Any]:
    # Only the kind we print: asked for every kind, it takes a line of print for a bar code now and then; asked for
    # QRCode, also for small ones (Micro QR, rMQR) with one corner to know them by.
    return list(zxingcpp.read_barcodes(grey(png), formats=zxingcpp.BarcodeFormat.QRCodeModel2))


def grey(png: bytes) -> Any:
    """The picture as numbers, read by the standard library alone: 8 bits a colour, no interlace."""
    width, height, _, colour = struct.unpack(">IIBB", png[16:26])
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    place, packed = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            packed += png[place + 8 : place + 8 + length]
        place += 12 + length
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    image = np.zeros((height, width * channels), np.int16)
    above = np.zeros(width * channels, np.int16)
    for number, row in enumerate(rows):
        image[number] = above = unfiltered(int(row[0]), row[1:].astype(np.int16), above, channels)
    return np.ascontiguousarray(image.reshape(height, width, channels)[:, :, 0].astype(np.uint8))


def unfiltered(kind: int, row: Any, above: Any, step: int) -> Any:
    if kind == 0:
        return row
    if kind == 2:
        return (row + above) & 255
    for i in range(len(row)):
        left = int(row[i - step]) if i >= step else 0
        up, corner = int(above[i]), int(above[i - step]) if i >= step else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            far = left + up - corner
            guess = min((left, up, corner), key=lambda near: abs(far - near))
        row[i] = (int(row[i]) + guess) & 255
    return row
