"""What is held on a member as one zip: a page for people, a file for machines. Knows plain values only."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from django.template.loader import render_to_string


def zipped(held: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("held-on-me.html", render_to_string("custody/held_file.html", {"held": held}))
        packed.writestr("held-on-me.json", json.dumps(held, ensure_ascii=False, indent=1))
    return file.getvalue()
