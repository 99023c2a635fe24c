"""Arrays of numbers out of an ONNX file, by name. Only what stands in it is read; nothing of it is carried out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRAPH, ARRAYS = 7, 5  # fields of a model and of its graph, by number (onnx.proto)
SHAPE, KIND, NAME, RAW = 1, 2, 8, 9  # and of an array
KINDS = {1: np.float32, 3: np.int8}


def tensors(file: bytes) -> dict[str, NDArray[Any]]:
    """All arrays of 32-bit floats and of 8-bit integers in a model, in the file's order."""
    found: dict[str, NDArray[Any]] = {}
    for number, graph in _fields(memoryview(file)):
        if number != GRAPH:
            continue
        for place, one in _fields(graph):
            if place == ARRAYS:
                read = list(_fields(one))
                kind = next(value for field, value in read if field == KIND)
                raw = next((value for field, value in read if field == RAW), None)
                if raw is not None and kind in KINDS:
                    name = bytes(next(value for field, value in read if field == NAME)).decode()
                    shape = [value for field, value in read if field == SHAPE]
                    found[name] = np.frombuffer(raw, KINDS[kind]).reshape(shape)
    return found


def _fields(message: Any) -> Iterator[tuple[int, Any]]:
    """Number and value of each field of a message of protocol buffers: an integer, or the bytes."""
    at = 0
    while at < len(message):
        key, at = _integer(message, at)
        if key & 7 == 0:
            value, at = _integer(message, at)
            yield key >> 3, value
            continue
        length, at = _integer(message, at) if key & 7 == 2 else ({1: 8, 5: 4}[key & 7], at)
        yield key >> 3, message[at : at + length]
        at += length


def _integer(message: Any, at: int) -> tuple[int, int]:
    """An integer of as many bytes as it needs, and where the next field begins."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
