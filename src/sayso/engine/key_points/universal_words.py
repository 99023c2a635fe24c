"""The universal sentence encoder's words in context: its last layer before it sums them.

The package has no call for that, so its layers are computed here, from its arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from sayso.engine.key_points.encoders import MAX_LETTERS, UniversalSentenceEncoder
from sayso.engine.votes import FloatArray, IntArray

AT_ONCE = 384  # words in one go: what they need stays in the processor's cache
RUNS = ((2, 0), (3, 1), (5, 2))  # words the model reads together, and how many of them come before
WIDTH, CONTEXT = 512, 256  # of a word by itself, and of each of its three contexts

Rows = NDArray[np.float32]


class UniversalWords:
    """See `telling.WordReader`; 512 dimensions."""

    def __init__(self, encoder: UniversalSentenceEncoder) -> None:
        self._model: Any = encoder.model
        self.vocabulary: int = self._model.sp.vocab_size

    def words(self, text: str) -> IntArray:
        """See `WordReader.words`."""
        return np.array(self._model.sp.encode(text[:MAX_LETTERS], add_bos=True, add_eos=True), dtype=np.int64)

    def summed(self, words: Sequence[IntArray], weight: FloatArray) -> FloatArray:
        """See `WordReader.summed`. In one thread, for the same reason as in `encoders`."""
        found, model = np.zeros((len(words), WIDTH)), self._model
        with threadpool_limits(limits=1, user_api="blas"):
            start = 0
            while start < len(words):
                stop, number = start + 1, len(words[start])
                while stop < len(words) and number + len(words[stop]) <= AT_ONCE:
                    number += len(words[stop])
                    stop += 1
                flat, lengths = np.concatenate(words[start:stop]), np.array([len(one) for one in words[start:stop]])
                starts = np.cumsum(lengths) - lengths
                weights = weight[flat][:, None].astype(np.float32)
                # Weighed and summed before the last, linear, step, which then has one row for each text.
                rows = np.add.reduceat(_in_context(flat, starts, lengths, model) * weights, starts, axis=0)
                found[start:stop] = rows @ model.cnn_W + np.add.reduceat(weights, starts, axis=0) * model.cnn_b
                start = stop
        return found


def _in_context(flat: IntArray, starts: IntArray, lengths: IntArray, model: Any) -> Rows:
    """Words by themselves and in three contexts, float32 [words, 1280], as the pinned package computes them."""
    n = len(flat)
    kind = flat % len(model.scale)
    alone = model.table[flat] * model.scale[kind, None] + model.lo[kind, None]
    narrow = _normal(alone @ model.proj_W + model.proj_b, model.ln_g_all, model.ln_b_all, model.eps)
    window = model._window_index(starts, lengths, n)
    before = max(left for _, left in RUNS)
    parts, padded = [alone], np.zeros((n + 1, CONTEXT), dtype=np.float32)  # the last row stands beyond a text's ends
    for i, (run, left) in enumerate(RUNS):
        own = narrow[:, i * CONTEXT : (i + 1) * CONTEXT]
        read = window[:, before - left : before - left + run]
        for matrix, constant in ((model.w1[i], model.b1[i]), (model.w2[i], model.b2[i])):
            padded[:n] = own
            own = np.maximum(padded[read].reshape(n, run * CONTEXT) @ matrix + constant, 0) + own
        parts.append(own)
    return _normal(np.concatenate(parts, axis=1), model.ln_g, model.ln_b, model.eps)


def _normal(rows: Rows, gain: Rows, shift: Rows, least: float) -> Rows:
    rows = rows - rows.mean(axis=1, keepdims=True)
    scaled: Rows = rows / np.sqrt((rows**2).mean(axis=1, keepdims=True) + least) * gain + shift
    return scaled
