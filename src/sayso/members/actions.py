"""Writes to the roster. Knows people and units; knows nothing of what anyone said."""

from __future__ import annotations

from sayso.members.models import Member, Organisation, Unit


def add_organisation(*, name: str) -> Organisation:
    return Organisation.objects.create(name=name)


def add_unit(*, organisation: Organisation, name: str, parent: Unit | None = None) -> Unit:
    return Unit.objects.create(organisation=organisation, name=name, parent=parent)


def add_member(
    *, organisation: Organisation, full_name: str, email: str | None = None, unit: Unit | None = None
) -> Member:
    """A person on the roster. E-mail addresses count as one whatever their case."""
    member = Member(
        organisation=organisation, full_name=full_name, email=email.strip().lower() if email else None, unit=unit
    )
    member.set_unusable_password()
    member.save()
    return member
