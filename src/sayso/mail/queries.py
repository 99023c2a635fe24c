"""Reads of what all mail shares: which addresses work, and what an engagement allows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from sayso.engagements.models import Engagement
from sayso.mail.models import BouncingAddress, MailRules
from sayso.members.models import Member, Organisation


def has_working_mail(organisation: Organisation | int) -> Q:
    bouncing = BouncingAddress.objects.filter(organisation=organisation).values("email")
    return Q(email__isnull=False) & ~Q(email__in=bouncing)


def bouncing_among(organisation: int, emails: Iterable[str | None]) -> set[str]:
    known = BouncingAddress.objects.filter(organisation=organisation, email__in=[email for email in emails if email])
    return set(known.values_list("email", flat=True))


def bouncing_members(organisation: Organisation) -> QuerySet[Member]:
    """Whose address on the roster bounces now. For roster keepers, to mend."""
    bouncing = BouncingAddress.objects.filter(organisation=organisation).values("email")
    people = Member.objects.filter(organisation=organisation, is_active=True, email__in=bouncing)
    return people.select_related("unit").order_by("full_name", "pk")


def rules_of(engagement: Engagement) -> MailRules:
    return MailRules.objects.filter(engagement=engagement).first() or MailRules(engagement=engagement)
