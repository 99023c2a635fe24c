"""The changes of a PATCH (RFC 7644, 3.5.2), with what directories are known to send otherwise.

The library applies changes to people. Members of groups are taken apart here, since copying a group of ten thousand for
each change would take minutes. Knows messages; knows no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from scim2_models import (
    Context,
    InvalidPathException,
    InvalidSyntaxException,
    InvalidValueException,
    MutabilityException,
    PatchOp,
    Path,
    PayloadTooLargeException,
    Resource,
)
from scim2_models.path import CompareOperator, Comparison, FilterNode, LogicalExpr, LogicalOperator

from sayso.members.scim.resources import ENTERPRISE_SCHEMA, Group, Person

PRIMARY = re.compile(r"\[\s*primary\s+eq\s+\"?true\"?\s*\]", re.IGNORECASE)
MOST_OPERATIONS, MOST_MEMBERS = 1_000, 20_000
AnyResource = TypeVar("AnyResource", bound=Resource[Any])


@dataclass(frozen=True)
class MembersChange:
    """ids : of users and groups; for a removal, None means all"""

    op: str  # add, remove, replace
    ids: tuple[str, ...] | None


def person_patch(payload: Any) -> PatchOp[Person]:
    """The changes to a person. Raises pydantic's ValidationError and the library's exceptions."""
    operations = [one for operation in _operations(payload) for one in _filters_apart(operation)]
    for operation in operations:
        _mend_for_people(operation)
    whole = {**payload, _operations_key(payload): operations} if operations else payload
    return PatchOp[Person].model_validate(whole, scim_ctx=Context.RESOURCE_PATCH_REQUEST)


def group_patch(payload: Any) -> tuple[PatchOp[Group] | None, list[MembersChange]]:
    """The changes to a group itself, if any, and those to its members, in their order."""
    rest: list[dict[str, Any]] = []
    changes: list[MembersChange] = []
    for operation in _operations(payload):
        for one in _members_apart(operation):
            if _is_of_members(one.get("path")):
                changes.append(_members_change(one))
            else:
                rest.append(one)
    if not rest and changes:
        return None, changes
    whole = {**payload, _operations_key(payload): rest} if isinstance(payload, dict) else payload
    return PatchOp[Group].model_validate(whole, scim_ctx=Context.RESOURCE_PATCH_REQUEST), changes


def ids_told(value: Any) -> tuple[str, ...]:
    """Ids from a list of members, of one, or of bare ids. Raises InvalidValueException, PayloadTooLargeException."""
    entries = value if isinstance(value, list) else [value]
    if len(entries) > MOST_MEMBERS:
        raise PayloadTooLargeException(detail=f"More than {MOST_MEMBERS:,} members at once. Mend: send them in parts.")
    return tuple(dict.fromkeys(_id_told(entry) for entry in entries))


def _id_told(entry: Any) -> str:
    if isinstance(entry, dict):
        plain = {str(key).lower(): told for key, told in entry.items()}
        entry = plain.get("value") or plain.get("$ref")
    if not isinstance(entry, str) or not entry:
        raise InvalidValueException(detail='A member is told as {"value": "its id"}.')
    return entry


def _operations_key(payload: Any) -> str:
    return next((key for key in payload if str(key).lower() == "operations"), "Operations")


def _operations(payload: Any) -> Iterator[dict[str, Any]]:
    found = payload.get(_operations_key(payload)) if isinstance(payload, dict) else None
    if isinstance(found, list) and not all(isinstance(one, dict) for one in found):
        raise InvalidSyntaxException(detail="Operations holds objects, each one change.")
    if isinstance(found, list) and len(found) > MOST_OPERATIONS:
        raise PayloadTooLargeException(
            detail=f"More than {MOST_OPERATIONS:,} changes at once. Mend: send them in parts."
        )
    return iter(found if isinstance(found, list) else ())


def _filters_apart(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """In a change without a path, Entra ID names parts as emails[type eq "work"].value: each a change of its own."""
    told = operation.get("value")
    if operation.get("path") or not isinstance(told, dict) or not any("[" in str(key) for key in told):
        yield operation
        return
    rest = {key: one for key, one in told.items() if "[" not in str(key)}
    if rest:
        yield {**operation, "value": rest}
    yield from ({**operation, "path": key, "value": one} for key, one in told.items() if "[" in str(key))


def _mend_for_people(operation: dict[str, Any]) -> None:
    """Entra ID names a manager by the bare id, and empties things with the empty text."""
    if isinstance(operation.get("path"), str):  # one address is held, the primary one and the one for work
        operation["path"] = PRIMARY.sub('[type eq "work"]', operation["path"])
    path = str(operation.get("path") or "").lower()
    if path == f"{ENTERPRISE_SCHEMA}:manager".lower():
        operation["value"] = _as_manager(operation.get("value"))
    elif path in {"emails", "addresses"} and operation.get("value") == "":
        operation["value"] = []
    elif not path and isinstance(told := operation.get("value"), dict):
        for key in list(told):
            if str(key).lower() == f"{ENTERPRISE_SCHEMA}:manager".lower():
                told[key] = _as_manager(told[key])


def _as_manager(told: Any) -> Any:
    if isinstance(told, str):
        return {"value": told} if told else None
    return told


def _members_apart(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A change without a path tells many things; its members become a change of their own."""
    told = operation.get("value")
    if operation.get("path") or not isinstance(told, dict):
        yield operation
        return
    rest = {key: one for key, one in told.items() if str(key).lower() != "members"}
    for key, one in told.items():
        if str(key).lower() == "members":
            yield {**operation, "path": "members", "value": one}
    if rest or not told:
        yield {**operation, "value": rest}


def _is_of_members(path: Any) -> bool:
    if not isinstance(path, str) or not path:
        return False
    binding = Path[Group](path).resolve()
    return binding is not None and binding.field_name == "members"


def _members_change(operation: dict[str, Any]) -> MembersChange:
    op, path = str(operation.get("op")).lower(), Path[Group](operation["path"])
    binding, value = path.resolve(), operation.get("value")
    if binding is not None and binding.sub_field_name is not None and op != "remove":
        raise MutabilityException(detail="A member of a group cannot be changed. Mend: remove it and add another.")
    if op == "remove":
        return MembersChange(op, _ids_to_remove(path, value))
    if op not in {"add", "replace"}:
        raise InvalidValueException(detail=f"“{op}” is no change. Mend: add, remove or replace.")
    if path.value_filter is not None:
        raise InvalidPathException(detail="Members are added by their ids in the value, without a filter in the path.")
    if value is None and op == "add":
        raise InvalidValueException(detail="add needs a value.")
    return MembersChange(op, ids_told(value) if value not in (None, "") else ())


def _ids_to_remove(path: Path[Any], value: Any) -> tuple[str, ...] | None:
    """By a filter in the path, or, as Entra ID does, by the members in the value; None for all."""
    if path.value_filter is not None:
        return tuple(_ids_in(path.value_filter))
    return ids_told(value) if value else None


def _ids_in(node: FilterNode) -> Iterator[str]:
    if isinstance(node, LogicalExpr) and node.op == LogicalOperator.or_:
        for term in node.terms:
            yield from _ids_in(term)
        return
    is_id = isinstance(node, Comparison) and node.attr_path.attr.lower() == "value" and node.op == CompareOperator.eq
    if not isinstance(node, Comparison) or not is_id or not isinstance(node.value, str):
        raise InvalidPathException(detail='Members are removed by their ids, as in members[value eq "u12"].')
    yield node.value
