"""The translator an operator named in the environment, if any. Pure: texts in, a service or a reason out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sayso.outside.asking import Service
from sayso.outside.translators import KINDS
from sayso.outside.translators.translator import Translator

PATIENCE_S = 30.0
LONGEST_NAME = 80


class WrongSetting(ValueError):
    """The text names the variable and what to write."""


@dataclass(frozen=True)
class NamedTranslator:
    """name : as pages and the mandate call it; kind : one of KINDS"""

    name: str
    kind: str
    service: Service

    def made(self) -> Translator:
        return KINDS[self.kind](self.service)


def read_translator(env: Mapping[str, str]) -> NamedTranslator | None:
    """None where none is named. Raises WrongSetting.

    >>> read_translator({"SAYSO_TRANSLATOR": "libretranslate", "SAYSO_TRANSLATOR_URL": "http://localhost:5000"}).name
    'localhost'
    """
    kind, url = env.get("SAYSO_TRANSLATOR", "").strip().lower(), env.get("SAYSO_TRANSLATOR_URL", "").strip()
    if not kind:
        return None
    if kind not in KINDS:
        raise WrongSetting(f"SAYSO_TRANSLATOR is {kind!r}; write one of {', '.join(KINDS)}, or leave it out.")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WrongSetting("SAYSO_TRANSLATOR_URL is no address; write one as in http://localhost:5000")
    model = env.get("SAYSO_TRANSLATOR_MODEL", "").strip()
    if kind == "chat" and not model:
        raise WrongSetting("SAYSO_TRANSLATOR_MODEL is missing; write the model as the service calls it.")
    name = env.get("SAYSO_TRANSLATOR_NAME", "").strip() or parts.hostname
    if len(name) > LONGEST_NAME:
        raise WrongSetting(f"SAYSO_TRANSLATOR_NAME is longer than {LONGEST_NAME} characters; write a shorter one.")
    return NamedTranslator(name, kind, Service(url, model, env.get("SAYSO_TRANSLATOR_KEY", ""), PATIENCE_S))
