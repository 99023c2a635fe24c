"""A resource told anew (PUT, RFC 7644, 3.5.1): what is left out stays, as a file's missing columns do.

The RFC allows either; some directories send people without their groups' departments, and would empty them all. What
is told as null or empty is emptied. Knows resources only.
"""

from __future__ import annotations

from typing import Any, TypeVar

from scim2_models import BaseModel, Extension, Mutability
from scim2_models.attributes import ComplexAttribute

Told = TypeVar("Told", bound=BaseModel)


def replaced(before: Told, told: Told) -> Told:
    """`before`, changed where `told` tells something."""
    for name in told.model_fields_set:
        mutability = type(told).get_field_annotation(name, Mutability)
        if name in {"schemas", "id", "meta"} or mutability == Mutability.read_only:
            continue
        old: Any = getattr(before, name, None)
        new: Any = getattr(told, name)
        if isinstance(new, ComplexAttribute | Extension) and old is not None:
            new = replaced(old, new)
        setattr(before, name, new)
    return before
