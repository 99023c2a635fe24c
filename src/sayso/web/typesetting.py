"""Words set as PDF, with QR codes, in a process of its own that ends: the setter keeps what it made in memory for life.

`python -m sayso.web.typesetting TEMPLATE < DATA > PDF`. Data come by the pipe, so no list of processes shows a name or
a code. Each app keeps its own templates; knows no database and no Django.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

QUIET_ZONE = 4
SET_S = 300


class CannotSet(Exception):
    """The setter ended without a PDF; the text is its last line."""


def set_pdf(template: Path, data: Any) -> bytes:
    """A PDF from a template and its data. Raises CannotSet."""
    command = [sys.executable, "-m", "sayso.web.typesetting", str(template)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, input=json.dumps(data).encode(), capture_output=True, check=False, timeout=SET_S
        )
    except subprocess.TimeoutExpired:
        raise CannotSet("It took too long.") from None
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise CannotSet(lines[-1].partition(":")[0] if lines else f"It ended with {done.returncode}.")
    return done.stdout


def qr_svg(text: str) -> str:
    """A QR code with the white rim that readers need; M: readable with a seventh of it soiled."""
    import segno

    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        made, kind="svg", border=QUIET_ZONE, scale=1, xmldecl=False, light="white", dark="black"
    )
    return made.getvalue().decode()


def with_codes(data: Any) -> Any:
    """The data with each `link` in it also as a QR code, however deep it stands."""
    if isinstance(data, list):
        return [with_codes(part) for part in data]
    if not isinstance(data, dict):
        return data
    deeper = {name: with_codes(part) for name, part in data.items()}
    return {**deeper, "qr": qr_svg(data["link"])} if "link" in data else deeper


def _set(template: Path, data: Any) -> bytes:
    import typst

    made: bytes = typst.compile(template.read_bytes(), sys_inputs={"data": json.dumps(with_codes(data))})
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(_set(Path(sys.argv[1]), json.load(sys.stdin.buffer)))
