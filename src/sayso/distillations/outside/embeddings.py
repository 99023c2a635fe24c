"""An encoder behind an OpenAI-compatible address, as `engine.key_points.encoders.Encoder` wants one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sayso.engine.key_points.likenesses import unit
from sayso.engine.votes import FloatArray
from sayso.outside.asking import NoAnswer, Service

AT_ONCE = 128


class OutsideEncoder:
    """Texts leave this machine for the service. Each is sent once; equal texts get equal vectors."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[str, FloatArray] = {}
        self.dims = 0

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """See `Encoder.encode`. Raises NoAnswer where the service gives none, or one of a wrong shape."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            self._known.update(zip(some, self._asked(some), strict=True))
        return np.array([self._known[text] for text in texts]).reshape(len(texts), self.dims)

    def _asked(self, texts: list[str]) -> FloatArray:
        # A blank stands in for nothing: many services refuse an empty text.
        question = {"model": self._service.model, "input": [text or " " for text in texts]}
        answer = self._service.ask("/embeddings", question)
        try:
            told = {int(item["index"]): item["embedding"] for item in answer["data"]}
            rows = np.array([told[number] for number in range(len(texts))], dtype=np.float64)
        except (KeyError, TypeError, ValueError, IndexError):
            rows = np.zeros(0)
        if rows.ndim != 2 or not rows.shape[1] or not np.isfinite(rows).all():
            raise NoAnswer(f"{self._service.url} answered no vectors, or not one for each text.")
        if self.dims not in (0, rows.shape[1]):
            raise NoAnswer(f"{self._service.url} answered vectors of {self.dims} numbers, then of {rows.shape[1]}.")
        self.dims = rows.shape[1]
        return unit(rows)
