"""One key point on a page of its own: who says it, by group and by unit. Shows what is published, as results are."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sayso.distillations.one_key_point import one_key_point_of
from sayso.distillations.readers import frame_of, fresh, may_read, not_yet, reader_behind, readers, told_to
from sayso.engagements.kind_words import mostly


@require_safe
@readers
def one_key_point(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    reader = reader_behind(request, slug)
    if not may_read(reader):
        return not_yet(request, reader)
    body = told_to(reader)
    # Who is not in here is told nothing of single units.
    one = one_key_point_of(body, mark, with_units=not reader.is_anybody)
    if one is None:
        raise Http404
    kind = mostly(reader.engagement, (statement["statement_id"] for statement in one.statements))
    return fresh(render(request, "distillations/one_key_point.html", {**frame_of(reader), "one": one, "kind": kind}))
