"""The endpoints of SCIM: each reads the message, asks queries or actions, and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scim2_models import Context, NotFoundException, NotImplementedException, Resource, ResponseParameters

from sayso.members.models import Member, Unit
from sayso.members.scim import discovery, group_actions, groups, user_actions, users
from sayso.members.scim.columns import group_columns, shown_members, shown_units, user_columns
from sayso.members.scim.doors import Answer, Asked
from sayso.members.scim.ids import GROUP, USER, number_in
from sayso.members.scim.listing import dumped, listed, search_told
from sayso.members.scim.patching import MembersChange, group_patch, ids_told, person_patch
from sayso.members.scim.replacing import replaced
from sayso.members.scim.resources import Group, Person
from sayso.members.scim.tree import Tree
from sayso.members.scim.versions import names


def config(asked: Asked) -> Answer:
    return Answer(discovery.service_provider_config(asked.base))


def resource_types(asked: Asked, name: str = "") -> Answer:
    return Answer(discovery.resource_type(asked.base, name) if name else discovery.resource_types(asked.base))


def schemas(asked: Asked, urn: str = "") -> Answer:
    return Answer(discovery.schema(asked.base, urn) if urn else discovery.schemas(asked.base))


def list_users(asked: Asked) -> Answer:
    return _users(asked, asked.request.GET.dict())


def search_users(asked: Asked) -> Answer:
    return _users(asked, asked.message())


def get_user(asked: Asked, scim_id: str) -> Answer:
    organisation = asked.connection.organisation
    rows = users.with_all_told(shown_members(organisation)).filter(pk=_number(scim_id, USER))
    if (member := rows.first()) is None:
        raise NotFoundException(detail="There is no such user.")
    return _user(asked, member)


def create_user(asked: Asked) -> Answer:
    person = Person.model_validate(asked.message(), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    return _user(asked, user_actions.create_user(connection=asked.connection, person=person), status=201)


def replace_user(asked: Asked, scim_id: str) -> Answer:
    told = Person.model_validate(asked.message(), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
    return _change_user(asked, scim_id, lambda before: replaced(before, told))


def patch_user(asked: Asked, scim_id: str) -> Answer:
    patch = person_patch(asked.message())

    def patched(before: Person) -> Person:
        patch.patch(before)
        return before

    return _change_user(asked, scim_id, patched)


def delete_user(asked: Asked, scim_id: str) -> Answer:
    number = _number(scim_id, USER)
    user_actions.remove_user(connection=asked.connection, number=number, base=asked.base, if_match=asked.if_match)
    return Answer(None, status=204)


def list_groups(asked: Asked) -> Answer:
    return _groups(asked, asked.request.GET.dict())


def search_groups(asked: Asked) -> Answer:
    return _groups(asked, asked.message())


def get_group(asked: Asked, scim_id: str) -> Answer:
    rows = shown_units(asked.connection.organisation).select_related("directory_group")
    if (unit := rows.filter(pk=_number(scim_id, GROUP)).first()) is None:
        raise NotFoundException(detail="There is no such group.")
    return _group(asked, unit)


def create_group(asked: Asked) -> Answer:
    told = asked.message()
    group, members = _group_told(told, Context.RESOURCE_CREATION_REQUEST)
    unit = group_actions.create_group(connection=asked.connection, group=group, members=members or ())
    return _group(asked, unit, status=201)


def replace_group(asked: Asked, scim_id: str) -> Answer:
    group, members = _group_told(asked.message(), Context.RESOURCE_REPLACEMENT_REQUEST)
    changes = [] if members is None else [MembersChange("replace", members)]
    return _change_group(asked, scim_id, lambda before: replaced(before, group), changes)


def patch_group(asked: Asked, scim_id: str) -> Answer:
    patch, changes = group_patch(asked.message())

    def patched(before: Group) -> Group:
        if patch:
            patch.patch(before)
        return before

    return _change_group(asked, scim_id, patched, changes)


def delete_group(asked: Asked, scim_id: str) -> Answer:
    number = _number(scim_id, GROUP)
    group_actions.remove_group(connection=asked.connection, number=number, base=asked.base, if_match=asked.if_match)
    return Answer(None, status=204)


def not_built(asked: Asked, **named: str) -> Answer:
    raise NotImplementedException(detail="This part of SCIM is not offered here; see ServiceProviderConfig.")


def nothing_here(asked: Asked, **named: str) -> Answer:
    raise NotFoundException(detail="There is nothing here. There are Users and Groups.")


def _number(scim_id: str, kind: str) -> int:
    number = number_in(scim_id, kind)
    if number is None:
        raise NotFoundException(detail=f"There is no such {'user' if kind == USER else 'group'}.")
    return number


def _users(asked: Asked, told: dict[str, Any]) -> Answer:
    organisation = asked.connection.organisation
    tree = Tree.of(organisation)

    def show(members: Sequence[Member]) -> Sequence[Person]:
        return users.shown_all(members, tree, asked.base)

    rows = users.with_all_told(shown_members(organisation))
    return Answer(listed(search_told(Person, told), rows, user_columns(organisation, tree), show))


def _groups(asked: Asked, told: dict[str, Any]) -> Answer:
    organisation, search = asked.connection.organisation, search_told(Group, told)

    def show(units: Sequence[Unit]) -> Sequence[Group]:
        return groups.shown_all(organisation, units, asked.base, with_members=_wants_members(search))

    rows = shown_units(organisation).select_related("directory_group")
    return Answer(listed(search, rows, group_columns(organisation), show))


def _change_user(asked: Asked, scim_id: str, change: Any) -> Answer:
    member = user_actions.change_user(
        connection=asked.connection,
        number=_number(scim_id, USER),
        change=change,
        base=asked.base,
        if_match=asked.if_match,
    )
    return _user(asked, member)


def _change_group(asked: Asked, scim_id: str, change: Any, members: Sequence[MembersChange]) -> Answer:
    unit = group_actions.change_group(
        connection=asked.connection,
        number=_number(scim_id, GROUP),
        change=change,
        members=members,
        base=asked.base,
        if_match=asked.if_match,
    )
    return _group(asked, unit)


def _group_told(told: dict[str, Any], context: Context) -> tuple[Group, tuple[str, ...] | None]:
    """The group without its members, and these; None where it tells nothing of members."""
    rest = {key: one for key, one in told.items() if key.lower() != "members"}
    held = [one for key, one in told.items() if key.lower() == "members"]
    return Group.model_validate(rest, scim_ctx=context), ids_told(held[0] or []) if held else None


def _wanted(asked: Asked, model: type[Resource[Any]]) -> ResponseParameters[Any]:
    told = {key: one for key, one in asked.request.GET.items() if key in {"attributes", "excludedAttributes"}}
    message: Any = ResponseParameters.__class_getitem__(model)
    wanted: ResponseParameters[Any] = message.model_validate(told)
    return wanted


def _wants_members(wanted: ResponseParameters[Any]) -> bool:
    if wanted.attributes:
        return any("members" in str(one).lower() for one in wanted.attributes)
    return "members" not in {str(one).lower().rpartition(":")[2] for one in wanted.excluded_attributes or ()}


def _user(asked: Asked, member: Member, status: int = 200) -> Answer:
    tree = Tree.of(asked.connection.organisation) if member.unit_id else Tree({}, {})
    return _one(asked, users.shown(member, tree, asked.base), _wanted(asked, Person), status)


def _group(asked: Asked, unit: Unit, status: int = 200) -> Answer:
    wanted = _wanted(asked, Group)
    organisation = asked.connection.organisation
    group = groups.shown(organisation, unit, asked.base, with_members=_wants_members(wanted))
    return _one(asked, group, wanted, status)


def _one(asked: Asked, resource: Resource[Any], wanted: ResponseParameters[Any], status: int) -> Answer:
    version, location = str(resource.meta.version), str(resource.meta.location)  # type: ignore[union-attr]
    headers = {"ETag": version, "Location": location}
    known = asked.request.headers.get("If-None-Match")
    if asked.request.method == "GET" and known and names(known, version):
        return Answer(None, status=304, headers={"ETag": version})
    return Answer(dumped(resource, wanted), status, headers)
