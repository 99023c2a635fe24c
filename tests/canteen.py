"""Five things that people said, and the two key points they make: hardly a word is shared."""

from __future__ import annotations

SAID = [
    "The canteen is far too dear for us.",
    "Lunch costs more every month.",
    "I pay twelve euros for a salad, that is a joke.",
    "Parking is full by eight.",
    "Nobody finds a place for the car in the morning.",
]
POINTS = ["Food here is too expensive.", "There are too few parking spaces."]
