"""Queries whose SQL is put together once a process, for the few that every card asks.

Django builds a query's SQL anew each time it is asked: measured, four tenths of what a vote cost the server. What stays
the same is kept here, and only the values are put in. Everything else asks in Django's own way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import ModelIterable, get_related_populators

Row = TypeVar("Row")
Value = int | str
FIRST_MARK = 7_441_000_000_000_000  # nothing that a query of ours names by itself


@dataclass(frozen=True)
class _Made(Generic[Row]):
    """SQL, its values with the places of those that change, and how a row of it becomes what was asked for."""

    sql: str
    values: tuple[Any, ...]
    places: tuple[tuple[int, int, type], ...]  # in `values`, in what is given, and as which type it is sent
    converters: tuple[tuple[int, Any, Any], ...]  # column, what it passes, and as which expression
    whole: Callable[[Any], Row]


class ReadyQuery(Generic[Row]):
    """Asked with numbers or strings, each of which stands in the query as a value of its own.

    >>> by_slug = ReadyQuery(lambda slug: Engagement.objects.filter(slug=slug))  # doctest: +SKIP
    >>> by_slug("one-place")  # doctest: +SKIP
    [<Engagement: One place>]

    `ask` is called once for each number and type of values, with marks in their place. It gives rows of a model, with
    `select_related` if need be, or `values_list`; nothing annotated to rows of a model, no prefetching, and no value
    that decides how the query is built.
    """

    def __init__(self, ask: Callable[..., models.QuerySet[Any, Row]]) -> None:
        self.ask = ask
        self._made: dict[tuple[Any, ...], _Made[Row]] = {}

    def __call__(self, *values: Value) -> list[Row]:
        shape = (connection.vendor, *map(type, values))
        made = self._made.get(shape)
        if made is None:
            made = self._made[shape] = _make(self.ask, values)
        put_in = list(made.values)
        for place, given, kind in made.places:
            put_in[place] = kind(values[given])
        with connection.cursor() as cursor:
            cursor.execute(made.sql, put_in)
            rows = cursor.fetchall()
        if made.converters:
            rows = [_converted(row, made.converters) for row in rows]
        return [made.whole(row) for row in rows]

    def first(self, *values: Value) -> Row | None:
        return next(iter(self(*values)), None)


def _make(ask: Callable[..., models.QuerySet[Any, Row]], values: tuple[Value, ...]) -> _Made[Row]:
    marks = [FIRST_MARK + n if isinstance(value, int) else str(FIRST_MARK + n) for n, value in enumerate(values)]
    asked = ask(*marks)
    compiler = asked.query.get_compiler(connection=connection)
    sql, put_in = compiler.as_sql()
    places = [(place, marks.index(value), type(value)) for place, value in enumerate(put_in) if value in marks]
    if {given for _, given, _ in places} != set(range(len(marks))):
        raise ValueError("A value does not stand in the query as it was given.")
    converters = compiler.get_converters([expression for expression, *_ in compiler.select])
    passes = tuple((column, *passed) for column, passed in converters.items())
    return _Made(sql, tuple(put_in), tuple(places), passes, _whole(asked, compiler))


def _converted(row: tuple[Any, ...], converters: tuple[tuple[int, Any, Any], ...]) -> tuple[Any, ...]:
    values = list(row)
    for column, passed, expression in converters:
        for convert in passed:
            values[column] = convert(values[column], expression, connection)
    return tuple(values)


def _whole(asked: models.QuerySet[Any, Row], compiler: Any) -> Callable[[Any], Any]:
    if asked._iterable_class is not ModelIterable:
        return tuple
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    first, last = places[0], places[-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[first:last]]
    related = get_related_populators(compiler.klass_info, compiler.select, asked.db)  # type: ignore[call-arg]  # as in 5.2

    def row_of_model(row: Any) -> Any:
        one = model.from_db(asked.db, names, row[first:last])
        for each in related:
            each.populate(row, one)
        return one

    return row_of_model
