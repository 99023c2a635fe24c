"""LibreTranslate, or whatever else answers `POST /translate` as it does. It can be run on a machine of one's own."""

from __future__ import annotations

from sayso.outside.asking import NoAnswer, Service
from sayso.outside.translators.translator import usable


class LibreTranslator:
    """Each text is sent alone, to the service and to nobody else."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def translate(self, text: str, *, source: str, target: str) -> str:
        question = {"q": text, "source": source, "target": target, "format": "text"}
        if self._service.key:
            question["api_key"] = self._service.key
        answer = self._service.ask("/translate", question)
        if not isinstance(answer, dict):
            raise NoAnswer(f"{self._service.url} answered no translation.")
        return usable(answer.get("translatedText"), text=text, url=self._service.url)
