"""One finding of the doctor, by its id."""

from __future__ import annotations

from sayso import doctor


def found(name: str) -> doctor.Finding:
    return next(finding for finding in doctor.examine() if finding.id == name)


def state(name: str) -> str:
    return found(name).state


def ids() -> set[str]:
    return {finding.id for finding in doctor.examine()}
