"""Answers of many: filter, order, pages by number or by cursor (RFC 7644, 3.4.2; RFC 9865).

Knows searches and rows; what a row looks like is told by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from scim2_models import (
    Context,
    InvalidCursorException,
    InvalidFilterException,
    Resource,
    ResponseParameters,
    SearchRequest,
)

from sayso.members.scim.columns import Column
from sayso.members.scim.filters import MOST_CHARACTERS, condition, order

LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PAGE, MOST_ON_A_PAGE = 100, 500
FURTHEST = 2**31  # as a row number; what both databases take
Row = TypeVar("Row", bound=Model)


def search_told(model: type[Resource[Any]], told: Mapping[str, Any]) -> SearchRequest[Any]:
    """From an address's parameters or a message. Raises pydantic's ValidationError, InvalidFilterException."""
    if len(str(told.get("filter") or "")) > MOST_CHARACTERS:
        raise InvalidFilterException(detail=f"The filter is longer than {MOST_CHARACTERS:,} characters.")
    message: Any = SearchRequest.__class_getitem__(model)
    asked: SearchRequest[Any] = message.model_validate(dict(told), scim_ctx=Context.SEARCH_REQUEST)
    return asked


def listed(
    search: SearchRequest[Any],
    rows: QuerySet[Row],
    columns: Mapping[str, Column],
    show: Callable[[Sequence[Row]], Sequence[Resource[Any]]],
) -> dict[str, Any]:
    """One page of the rows asked for, as a ListResponse."""
    if search.filter is not None:
        rows = rows.filter(condition(search.filter, columns))
    total = rows.count()
    size = PAGE if search.count is None else min(search.count, MOST_ON_A_PAGE)
    if search.cursor is not None:
        page, where = _after_cursor(search, rows, size)
    else:
        first = min(search.start_index or 1, FURTHEST)
        page, where = _ordered(search, rows, columns)[first - 1 : first - 1 + size], {"startIndex": first}
    found = list(page) if size else []
    if search.cursor is not None and len(found) > size:
        found = found[:size]
        where = {"nextCursor": str(found[-1].pk)}
    answer = {"schemas": [LIST_SCHEMA], "totalResults": total, "itemsPerPage": len(found), **where}
    return answer | ({"Resources": [dumped(one, search) for one in show(found)]} if found else {})


def dumped(resource: Resource[Any], asked: ResponseParameters[Any]) -> dict[str, Any]:
    """With the attributes that were asked for."""
    return resource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked)


def _ordered(search: SearchRequest[Any], rows: QuerySet[Row], columns: Mapping[str, Column]) -> QuerySet[Row]:
    if search.sort_by is None:
        return rows.order_by("pk")
    descending = search.sort_order == SearchRequest.SortOrder.descending
    return rows.order_by(*order(search.sort_by, columns, descending=descending), "pk")


def _after_cursor(search: SearchRequest[Any], rows: QuerySet[Row], size: int) -> tuple[QuerySet[Row], dict[str, Any]]:
    """The rows after the cursor, and one more, that tells whether there is another page."""
    cursor = search.cursor or "0"
    if search.sort_by is not None or not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise InvalidCursorException(detail="The cursor is none of ours, or stands beside sortBy. Mend: begin anew.")
    return rows.filter(pk__gt=int(cursor)).order_by("pk")[: size + 1], {}
