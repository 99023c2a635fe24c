"""What leads want of key points, kept on every run: wordings that stay, and wordings that do not come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Wishes:
    """Of one engagement.

    kept : (topic, wording) listed whatever it covers, where enough people say it
    reworded : (topic, wording), those of the kept that are a lead's words and nobody else's
    rejected : (topic, wording) not listed, nor what says the same
    """

    kept: tuple[tuple[str, str], ...] = ()
    reworded: tuple[tuple[str, str], ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Iterable[Iterable[str]]] | None) -> Wishes:
        """Read back from a snapshot.

        >>> Wishes.of({"kept": [["", "Lunch is dear."]], "reworded": [], "rejected": []}).kept_in("")
        ('Lunch is dear.',)
        """
        if told is None:
            return cls()
        kept, reworded, rejected = (
            tuple((topic, text) for topic, text in told[name]) for name in ("kept", "reworded", "rejected")
        )
        return cls(kept, reworded, rejected)

    def as_told(self) -> dict[str, list[list[str]]]:
        return {name: [list(pair) for pair in pairs] for name, pairs in vars(self).items()}

    def kept_in(self, topic: str) -> tuple[str, ...]:
        return tuple(text for its, text in self.kept if its == topic)

    def rejected_in(self, topic: str) -> tuple[str, ...]:
        """A wording that is kept as well is kept."""
        kept = self.kept_in(topic)
        return tuple(text for its, text in self.rejected if its == topic and text not in kept)
