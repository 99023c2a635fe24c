"""A SCIM filter as a condition of the database (RFC 7644, 3.4.2.2).

Knows the grammar's nodes and our columns; parsing and checking against the schema is the library's. "Not equal" and
"not" are true of what nobody told, as they are in the library's own evaluation, which the tests hold this to.
On SQLite, case is folded in ASCII only, but for userName and e-mail addresses.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower, Right, StrIndex
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual
from scim2_models import InvalidFilterException, Path
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ScimFilter,
    ValuePath,
)

from sayso.members.scim.columns import NOBODY, Column, Flag, Linked, Listed, Text

MOST_CHARACTERS, MOST_TERMS = 8_000, 200
ORDERS = {
    CompareOperator.gt: GreaterThan,
    CompareOperator.ge: GreaterThanOrEqual,
    CompareOperator.lt: LessThan,
    CompareOperator.le: LessThanOrEqual,
}


def condition(expression: ScimFilter[Any], columns: Mapping[str, Column]) -> Q:
    """The rows a filter, checked against its resource, asks for. Raises InvalidFilterException."""
    return _Condition(expression.models[0], columns).visit(expression.ast)


def order(path: Path[Any], columns: Mapping[str, Column], *, descending: bool) -> list[OrderBy]:
    """By an attribute: what has none comes last, or first when descending (RFC 7644, 3.4.2.3)."""
    binding = path.resolve()
    column = columns.get(_name(binding)) or columns.get(f"{_name(binding)}.value") if binding else None
    if isinstance(column, Flag):
        told: Any = Case(When(column.is_so, then=1), When(column.known, then=0))
    elif isinstance(column, Text):
        told = column.of if column.is_exact or column.is_lower else Lower(column.of)
        told = Case(When(_present(column), then=told))
    else:
        raise InvalidFilterException(detail=f"Cannot sort by “{path}”. Mend: sort by userName or displayName.")
    return [told.desc(nulls_first=True) if descending else told.asc(nulls_last=True)]


class _Condition(FilterVisitor[Q]):
    """above : the multi-valued attribute whose values are being looked at, as in emails[…]"""

    def __init__(self, model: Any, columns: Mapping[str, Column], above: AttrPath | None = None) -> None:
        self.model, self.columns, self.above = model, columns, above

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        if len(node.terms) > MOST_TERMS:
            raise InvalidFilterException(detail=f"The filter has more than {MOST_TERMS} parts. Mend: ask in turns.")
        return reduce(and_ if node.op == LogicalOperator.and_ else or_, (self.visit(term) for term in node.terms))

    def visit_not(self, node: Not) -> Q:
        return _not(self.visit(node.expr))

    def visit_value_path(self, node: ValuePath) -> Q:
        """Each multi-valued attribute we search holds one value at most, so its conditions may stand side by side.

        The exception are groups, where only the id can be asked for, and several ids of one value are nobody's.
        """
        within = _Condition(self.model, self.columns, node.attr_path)
        return within.visit(node.val_filter) & self.visit_present(Present(node.attr_path))

    def visit_present(self, node: Present) -> Q:
        name, column = self._column(node.attr_path)
        if column is None:
            parts = [one for key, one in self.columns.items() if key.startswith(f"{name}.")]
            return reduce(or_, (_present(part) for part in parts))
        return _present(column)

    def visit_comparison(self, node: Comparison) -> Q:
        name, column = self._column(node.attr_path)
        column = column or self.columns.get(f"{name}.value")
        if column is None:
            raise InvalidFilterException(detail=f"“{node.attr_path}” has parts. Mend: name one of them.")
        if node.value is None:
            return _compared_with_nothing(column, node.op)
        if node.op == CompareOperator.ne:
            return _not(_compared(column, CompareOperator.eq, node.value))
        return _compared(column, node.op, node.value)

    def _column(self, path: AttrPath) -> tuple[str, Column | None]:
        """The attribute's name and column; none for an attribute of parts. Raises InvalidFilterException."""
        full = AttrPath(self.above.attr, path.attr, self.above.uri) if self.above else path
        binding = Path[self.model](str(full)).resolve()  # type: ignore[name-defined]
        name = _name(binding) if binding else ""
        if name in self.columns or any(key.startswith(f"{name}.") for key in self.columns):
            return name, self.columns.get(name)
        raise InvalidFilterException(detail=f"This server cannot search by “{full}”.")


def _name(binding: Any) -> str:
    urn = str(binding.urn).lower()
    schema = str(getattr(binding.model, "__schema__", "")).lower()
    return urn if ":extension:" in urn else urn.removeprefix(f"{schema}:")


def _not(asked: Q) -> Q:
    """SQL's NULL is neither true nor false; "not" has to be one of them."""
    return Q(Exact(Case(When(asked, then=True), default=False, output_field=BooleanField()), Value(False)))


def _present(column: Column) -> Q:
    if isinstance(column, Text):
        return _not(Q(IsNull(column.of, True)) | Q(Exact(column.of, Value(""))))
    if isinstance(column, Flag):
        return column.known
    if isinstance(column, Linked):
        return column.present
    return reduce(or_, column.rows_with().values(), NOBODY)


def _compared_with_nothing(column: Column, op: CompareOperator) -> Q:
    if op == CompareOperator.eq:
        return _not(_present(column))
    return _present(column) if op == CompareOperator.ne else NOBODY


def _compared(column: Column, op: CompareOperator, asked: Any) -> Q:
    if isinstance(column, Flag):
        wanted = asked if isinstance(asked, bool) else str(asked).lower() in {"true", "1"}
        return column.is_so if wanted else column.known & _not(column.is_so)
    told = _plain(str(asked))
    if told is None:
        return NOBODY
    if isinstance(column, Linked):
        if op != CompareOperator.eq:
            raise InvalidFilterException(detail=f"Ids can be asked for with eq and ne only, not with {op.value}.")
        return column.rows_with(told)
    if isinstance(column, Listed):
        rows = (rows for value, rows in column.rows_with().items() if _fits(value, op, told, column.is_exact))
        return reduce(or_, rows, NOBODY)
    return _text_compared(column, op, told)


def _text_compared(column: Text, op: CompareOperator, told: str) -> Q:
    if op == CompareOperator.eq and not told:
        return NOBODY  # nothing told is no empty text
    if op == CompareOperator.eq and column.equal:
        return column.equal(told)
    told = told if column.is_exact else told.lower()
    of: Any = column.of if column.is_exact or column.is_lower else Lower(column.of)
    if op == CompareOperator.eq:
        return Q(Exact(of, Value(told)))
    if op in ORDERS:
        return Q(ORDERS[op](of, Value(told))) & _present(column)
    if not told:
        return _present(column)
    if op == CompareOperator.ew:
        return Q(Exact(Right(of, len(told)), Value(told)))
    found = StrIndex(of, Value(told))
    return Q(Exact(found, 1)) if op == CompareOperator.sw else Q(GreaterThan(found, 0))


def _fits(value: str, op: CompareOperator, told: str, is_exact: bool) -> bool:
    held, told = (value, told) if is_exact else (value.lower(), told.lower())
    return {
        CompareOperator.eq: held == told,
        CompareOperator.co: told in held,
        CompareOperator.sw: held.startswith(told),
        CompareOperator.ew: held.endswith(told),
        CompareOperator.gt: held > told,
        CompareOperator.ge: held >= told,
        CompareOperator.lt: held < told,
        CompareOperator.le: held <= told,
    }[op]


def _plain(asked: str) -> str | None:
    """In the form texts are stored in; None for what no database holds."""
    try:
        asked.encode()
    except UnicodeEncodeError:
        return None
    return None if "\0" in asked else unicodedata.normalize("NFC", asked)
