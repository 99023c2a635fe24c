"""What this server says of itself (RFC 7644, section 4). Knows our resources; knows no people."""

from __future__ import annotations

from functools import cache
from typing import Any

from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Context,
    ETag,
    Filter,
    Meta,
    NotFoundException,
    Pagination,
    Patch,
    Reference,
    Resource,
    ResourceType,
    Schema,
    ServiceProviderConfig,
    Sort,
)

from sayso.members.scim.listing import LIST_SCHEMA, MOST_ON_A_PAGE, PAGE
from sayso.members.scim.resources import EnterpriseUser, Group, Person, User

SUPPORTED = {"supported": True}


def service_provider_config(base: str) -> dict[str, Any]:
    config = ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST_ON_A_PAGE),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        pagination=Pagination(
            cursor=True,
            index=True,
            default_pagination_method=Pagination.DefaultPaginationMethod.index,
            default_page_size=PAGE,
            max_page_size=MOST_ON_A_PAGE,
        ),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="A token made by a roster keeper on the page “Connect your directory”.",
                spec_uri=Reference("https://www.rfc-editor.org/info/rfc6750"),
                primary=True,
            )
        ],
    )
    return _dumped(config, "ServiceProviderConfig", f"{base}/ServiceProviderConfig")


def resource_types(base: str) -> dict[str, Any]:
    return _listed([_dumped(one, "ResourceType", f"{base}/ResourceTypes/{one.name}") for one in _resource_types()])


def resource_type(base: str, name: str) -> dict[str, Any]:
    return _found(name, resource_types(base))


def schemas(base: str) -> dict[str, Any]:
    return _listed([_dumped(one, "Schema", f"{base}/Schemas/{one.id}") for one in _schemas()])


def schema(base: str, urn: str) -> dict[str, Any]:
    return _found(urn, schemas(base))


@cache
def _resource_types() -> tuple[ResourceType, ...]:
    return ResourceType.from_resource(Person), ResourceType.from_resource(Group)


@cache
def _schemas() -> tuple[Schema, ...]:
    return User.to_schema(), EnterpriseUser.to_schema(), Group.to_schema()


def _dumped(resource: Resource[Any], kind: str, location: str) -> dict[str, Any]:
    told = resource.model_copy(update={"meta": Meta(resource_type=kind, location=location)})
    return told.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def _listed(found: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = {"totalResults": len(found), "itemsPerPage": len(found), "startIndex": 1}
    return {"schemas": [LIST_SCHEMA], **numbers, "Resources": found}


def _found(name: str, listed: dict[str, Any]) -> dict[str, Any]:
    for one in listed["Resources"]:
        if name.lower() in {str(one.get("id", "")).lower(), str(one.get("name", "")).lower()}:
            found: dict[str, Any] = one
            return found
    raise NotFoundException(detail="There is no such description.")
