"""Writes HTML and SVG elements with everything escaped. Knows no Django, so the one-file report can use it too."""

from __future__ import annotations

from markupsafe import Markup, escape

Child = str | Markup


def element(name: str, *children: Child, **attributes: str | float | None) -> Markup:
    """One element. `class_` becomes class, `view_box` viewBox, `_` a hyphen; attributes that are None are left out."""
    written = "".join(
        f' {_attribute_name(key)}="{escape(_text(value))}"' for key, value in attributes.items() if value is not None
    )
    inside = "".join(escape(child) for child in children)
    return Markup(f"<{name}{written}>{inside}</{name}>")  # noqa: S704 - every part was escaped just above


def join(parts: list[Markup]) -> Markup:
    return Markup("").join(parts)


def _attribute_name(key: str) -> str:
    return "viewBox" if key == "view_box" else key.rstrip("_").replace("_", "-")


def _text(value: str | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
