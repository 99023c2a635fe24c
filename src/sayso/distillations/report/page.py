"""Puts the report together: one file with style, typeface, pictures and sorting inside, asking no other host."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from sayso.distillations.report.contents import contents_of, number
from sayso.web.charts import bars, opinion_map, words
from sayso.web.charts.groups import badge, class_of, letter_of
from sayso.web.icons import icon

SHARED_STYLES = ("tokens.css", "base.css", "components.css", "charts.css", "print.css")
FONTS = ("literata-latin.woff2", "literata-latin-ext.woff2")


def write_report(snapshot: Mapping[str, Any], path: Path) -> None:
    """Writes the report of a snapshot (its JSON as a dict). The same snapshot gives the same bytes."""
    path.write_text(render_report(snapshot), encoding="utf-8", newline="\n")


def render_report(snapshot: Mapping[str, Any]) -> str:
    """The report as one HTML document. Publication's rules are applied here, whatever the caller did before."""
    style, script = _style(), _script()
    return _template().render(
        contents=contents_of(snapshot),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=(
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
        ),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("sayso.distillations.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=words.count, about=words.about, firmness=words.firmness, percent=words.percent, number=number
    )
    environment.globals.update(
        badge=badge,
        class_of=class_of,
        group_bars=bars.group_bars,
        icon=icon,
        letter_of=letter_of,
        opinion_map=opinion_map.opinion_map,
        percent_range=words.percent_range,
        share_words=words.share_words,
        stance_bar=bars.stance_bar,
        stance_picture=bars.stance_picture,
    )
    return environment.get_template("report.html")


@cache
def _style() -> str:
    """All style of the report, the typeface within it."""
    web = files("sayso.web") / "static" / "web"
    style = "\n".join((web / name).read_text(encoding="utf-8") for name in SHARED_STYLES)
    for name in FONTS:
        font = b64encode((web / "fonts" / name).read_bytes()).decode("ascii")
        style = style.replace(f"fonts/{name}", f"data:font/woff2;base64,{font}")
    own = (files("sayso.distillations.report") / "report.css").read_text(encoding="utf-8")
    return f"{style}\n{own}"


@cache
def _script() -> str:
    return (files("sayso.distillations.report") / "sort.js").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")
