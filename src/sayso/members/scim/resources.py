"""What a directory may tell of people and groups: the RFC's attributes that the roster holds, and no others.

What is not declared here (phone numbers, titles, passwords …) is taken without complaint and not kept.
Source: RFC 7643, sections 4.1 to 4.3. Annotations are evaluated at once: the library reads the names in references.
"""

from typing import Annotated, Any, Union

from pydantic import Field
from scim2_models import (
    URN,
    AnyExtension,
    CaseExact,
    ComplexAttribute,
    Extension,
    Mutability,
    Reference,
    Required,
    Resource,
    ScimPolicy,
    Uniqueness,
)
from scim2_models.attributes import ExtensibleStringEnum

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"

# How far directories may depart from the RFCs: attributes we do not hold, and what Entra ID is known to send.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


class Name(ComplexAttribute):
    formatted: str | None = None
    """The full name; the same as displayName, where that is told."""

    family_name: str | None = None
    """The family name."""

    given_name: str | None = None
    """The given name."""


class Email(ComplexAttribute):
    class Type(ExtensibleStringEnum):
        work = "work"

    value: str | None = None
    """The address that signs somebody in."""

    type: Type | None = None
    """Only the work address is held."""

    @property
    def is_primary(self) -> bool:
        """What a directory said of it, where it sent several; it is no attribute here, as only one is held."""
        return str(self.unknown_attributes.get("primary")).lower() == "true"


class Address(ComplexAttribute):
    class Type(ExtensibleStringEnum):
        work = "work"

    locality: str | None = None
    """The site, as coarse as you can."""

    type: Type | None = None
    """Only the place of work is held."""


class Membership(ComplexAttribute):
    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    """The id of the group."""

    ref: Annotated[Reference["Group"] | None, Mutability.read_only] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """The address of the group."""

    display: Annotated[str | None, Mutability.read_only] = None
    """The group's name."""

    type: Annotated[str | None, Mutability.read_only] = Field(None, examples=["direct", "indirect"])
    """Indirect where the group holds the group the person is in."""


class GroupMember(ComplexAttribute):
    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    """The id of a user, or of a group within."""

    ref: Annotated[Reference[Union["User", "Group"]] | None, Mutability.immutable] = Field(  # type: ignore[type-arg]
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """The address of the user or group."""

    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User", "Group"])
    """User or Group."""


class Group(Resource[Any]):
    """A unit."""

    __schema__ = URN(GROUP_SCHEMA)

    display_name: Annotated[str | None, Required.true] = None
    """The unit's name."""

    members: list[GroupMember] | None = None
    """Its people, and the groups within it. Somebody is in one group at a time: the last one told."""


class User(Resource[AnyExtension]):
    """A member."""

    __schema__ = URN(USER_SCHEMA)

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    """What the directory calls the person; unique, whatever its case."""

    name: Name | None = None
    """The parts of the name."""

    display_name: str | None = None
    """The name, as shown."""

    user_type: str | None = None
    """The role: a family of roles, coarse by choice."""

    preferred_language: str | None = None
    """The language the person reads best."""

    active: bool | None = None
    """Whether the person belongs to the organisation now. Who does not cannot come in."""

    emails: list[Email] | None = None
    """One address is held: the primary one, else the one for work, else the first."""

    addresses: list[Address] | None = None
    """Of places only the locality is held, as the site."""

    groups: Annotated[list[Membership] | None, Mutability.read_only] = None
    """The unit the person is in, and those above it."""


class Manager(ComplexAttribute):
    value: Annotated[str | None, CaseExact.true] = None
    """The id of the manager."""

    ref: Reference["User"] | None = Field(  # type: ignore[type-arg]
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """The address of the manager."""


class EnterpriseUser(Extension):
    __schema__ = URN(ENTERPRISE_SCHEMA)

    employee_number: str | None = None
    """The staff number; unique in the organisation."""

    department: str | None = None
    """The unit with those above it, as in "Care > Home care > North"."""

    manager: Manager | None = None
    """Whom the person reports to."""


Person = User[EnterpriseUser]
