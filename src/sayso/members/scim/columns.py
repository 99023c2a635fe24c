"""Where each SCIM attribute stands in the tables, so that the database can look for it and sort by it.

Knows attributes and columns; knows no filter and no message. What stands here is what can be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, Lower, NullIf

from sayso.members.models import DirectoryEntry, Member, Organisation, Unit
from sayso.members.scim.ids import GROUP, USER, number_in
from sayso.members.scim.resources import ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA
from sayso.members.scim.tree import Tree

NOBODY, EVERYBODY = Q(pk__in=[]), Q(pk__isnull=False)


@dataclass(frozen=True)
class Text:
    """A column of text; NULL and "" both mean that nothing is told.

    is_exact : case counts
    is_lower : what is stored is in lower case already, so that an index serves
    equal : a quicker way to the rows equal to a text, where there is one
    """

    of: Combinable
    is_exact: bool = False
    is_lower: bool = False
    equal: Callable[[str], Q] | None = None


@dataclass(frozen=True)
class Flag:
    """Something that is so or not; `known` are the rows of which either is told."""

    is_so: Q
    known: Q = EVERYBODY


@dataclass(frozen=True)
class Listed:
    """Values known beforehand, each with the rows that have it; listed only when they are asked for."""

    rows_with: Callable[[], Mapping[str, Q]]
    is_exact: bool = False


@dataclass(frozen=True)
class Linked:
    """An id that can be asked for as a whole only: `rows_with` finds the rows that have it."""

    rows_with: Callable[[str], Q]
    present: Q


Column = Text | Flag | Listed | Linked


def shown_members(organisation: Organisation) -> QuerySet[Member]:
    """All of the roster but the nameless and those the directory has deleted."""
    here = Member.objects.filter(organisation=organisation, is_nameless=False)
    return here.exclude(is_active=False, directory_entry__is_removed=True)


def shown_units(organisation: Organisation) -> QuerySet[Unit]:
    """All units but those the directory has deleted, unless a file has filled them again."""
    people = Member.objects.filter(unit=OuterRef("pk"), is_active=True)
    within = Unit.objects.filter(parent=OuterRef("pk"))
    here = Unit.objects.filter(organisation=organisation)
    return here.exclude(Q(directory_group__is_removed=True) & ~Exists(people) & ~Exists(within))


def user_columns(organisation: Organisation, tree: Tree) -> dict[str, Column]:
    """By attribute, as the RFC writes it, in lower case; those of the extension with its schema."""
    is_managed = Q(manager__in=shown_members(organisation))
    is_named = Q(directory_entry=None) | Q(directory_entry__is_named=True)
    has_parts = Q(directory_entry__given_name__gt="") | Q(directory_entry__family_name__gt="")
    has_email, has_site = ~_nothing("email"), ~_nothing("site")
    is_enterprise = ~_nothing("staff_number") | Q(unit__isnull=False) | is_managed
    columns: dict[str, Column] = {
        "id": Text(_id(USER), is_exact=True, equal=_by_id(USER)),
        "externalid": Text(F("directory_entry__external_id"), is_exact=True),
        "username": Text(
            Coalesce(
                "directory_entry__user_name_key",
                _told("email"),
                Lower(_told("staff_number")),
                _id(USER),
                output_field=CharField(),
            ),
            is_lower=True,
            equal=lambda told: Q(pk__in=members_called(organisation, told)),
        ),
        "name.formatted": Text(Case(When(has_parts, then=F("full_name")))),
        "name.givenname": Text(F("directory_entry__given_name")),
        "name.familyname": Text(F("directory_entry__family_name")),
        "displayname": Text(Case(When(is_named, then=F("full_name")))),
        "usertype": Text(F("role")),
        "preferredlanguage": Text(F("language")),
        "active": Flag(Q(is_active=True)),
        "emails.value": Text(F("email"), is_lower=True),
        "emails.type": Listed(lambda: {"work": has_email}),
        "addresses.locality": Text(F("site")),
        "addresses.type": Listed(lambda: {"work": has_site}),
        "groups.value": Linked(lambda told: _in_group(tree, told), Q(unit__isnull=False)),
        "schemas": Listed(lambda: {USER_SCHEMA: EVERYBODY, ENTERPRISE_SCHEMA: is_enterprise}),
        "meta.resourcetype": Listed(lambda: {"User": EVERYBODY}, is_exact=True),
    }
    enterprise: dict[str, Column] = {
        "employeenumber": Text(F("staff_number")),
        "department": Listed(lambda: _by_path(tree)),
        "manager.value": Linked(lambda told: is_managed & _by_id(USER, "manager")(told), is_managed),
    }
    return columns | {f"{ENTERPRISE_SCHEMA.lower()}:{name}": column for name, column in enterprise.items()}


def group_columns(organisation: Organisation) -> dict[str, Column]:
    people, within = shown_members(organisation), shown_units(organisation)
    filled = Exists(people.filter(unit=OuterRef("pk"))) | Exists(within.filter(parent=OuterRef("pk")))
    return {
        "id": Text(_id(GROUP), is_exact=True, equal=_by_id(GROUP)),
        "externalid": Text(F("directory_group__external_id"), is_exact=True),
        "displayname": Text(F("name")),
        "members.value": Linked(lambda told: _holding(people, told), Q(filled)),
        "schemas": Listed(lambda: {GROUP_SCHEMA: EVERYBODY}),
        "meta.resourcetype": Listed(lambda: {"Group": EVERYBODY}, is_exact=True),
    }


def members_called(organisation: Organisation, user_name: str) -> list[int]:
    """Whose userName this is, by way of the indexes. See `user_columns` for what counts as one."""
    key = user_name.lower()
    here = Member.objects.filter(organisation=organisation)
    unnamed = here.filter(directory_entry__user_name_key=None)
    without_email = unnamed.filter(_nothing("email"))
    entries = DirectoryEntry.objects.filter(organisation=organisation, user_name_key=key)
    called = set(entries.values_list("member_id", flat=True))
    called.update(unnamed.filter(email=key).values_list("pk", flat=True))
    by_number = without_email.filter(staff_number__in={user_name, key, user_name.upper()})
    called.update(by_number.values_list("pk", flat=True))
    if number := number_in(key, USER):
        called.update(without_email.filter(_nothing("staff_number"), pk=number).values_list("pk", flat=True))
    return sorted(called)


def _in_group(tree: Tree, told: str) -> Q:
    unit = number_in(told, GROUP)
    return Q(unit__in=tree.below(unit)) if unit in tree.names else NOBODY


def _holding(people: QuerySet[Member], told: str) -> Q:
    if member := number_in(told, USER):
        return Q(pk__in=people.filter(pk=member, unit__isnull=False).values("unit_id"))
    unit = number_in(told, GROUP)
    return Q(pk__in=Unit.objects.filter(pk=unit, parent__isnull=False).values("parent_id")) if unit else NOBODY


def _told(name: str) -> Combinable:
    return NullIf(F(name), Value(""))


def _nothing(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{name: ""})


def _id(kind: str) -> Combinable:
    return Concat(Value(kind), Cast("pk", CharField()))


def _by_id(kind: str, column: str = "pk") -> Callable[[str], Q]:
    def rows_with(told: str) -> Q:
        number = number_in(told, kind)
        return Q(**{column: number}) if number and "/" not in told else NOBODY

    return rows_with


def _by_path(tree: Tree) -> dict[str, Q]:
    units: dict[str, list[int]] = {}
    for unit, path in tree.paths.items():
        units.setdefault(path, []).append(unit)
    return {path: Q(unit__in=those) for path, those in units.items()}
