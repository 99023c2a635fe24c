"""The version of a resource (ETag), from what it says. Knows resources; knows no tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from scim2_models import PreconditionFailedException, Resource


def version_of(resource: Resource[Any], also: Iterable[object] = ()) -> str:
    """Weak, since the same version may be sent with more or fewer attributes.

    also : what else counts, where the resource does not show all of itself
    """
    said = resource.model_dump(exclude={"meta"})
    digest = hashlib.sha256(json.dumps([said, list(also)], sort_keys=True, default=str).encode()).hexdigest()
    return f'W/"{digest[:20]}"'


def check_still(resource: Resource[Any], if_match: str | None) -> None:
    """Raises PreconditionFailedException where the client knows an older version than there is."""
    version = resource.meta.version if resource.meta else None
    if if_match and not names(if_match, version or ""):
        told = "It has changed since you read it. Nothing was done. Mend: read it again."
        raise PreconditionFailedException(detail=told)


def names(header: str, version: str) -> bool:
    """Whether an If-Match or If-None-Match names this version.

    >>> names('W/"a", W/"b"', 'W/"b"'), names('"b"', 'W/"b"'), names("*", 'W/"b"'), names('W/"c"', 'W/"b"')
    (True, True, True, False)
    """
    told = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in told or version.removeprefix("W/") in told
