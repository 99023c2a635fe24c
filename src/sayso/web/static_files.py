"""Static files as browsers like them: small on the wire, and kept for a year under an address that changes with them.

No collecting step, so none can be forgotten: files are served from where they are installed. Their packed forms are
made at the first start and lie in the data folder under a name that tells what was packed.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

PACKED = {".css", ".js", ".svg", ".html", ".json"}
WORTH_IT = 500  # bytes; below, the headers weigh more


@lru_cache(maxsize=500)
def mark_of_file(name: str) -> str:
    """A few letters that change with what is in the file; empty for one that is not there."""
    path = finders.find(name)
    return sha256(Path(str(path)).read_bytes()).hexdigest()[:10] if path else ""


class MarkedStorage(StaticFilesStorage):
    """`{% static %}` with the file's mark behind its address."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        mark = mark_of_file(name) if name else ""
        return f"{address}?v={mark}" if mark else address


class PackedStatic(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Whitenoise, which serves packed files where there are some, with the packing done by itself."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> Any:
        found = super().get_static_file(path, url, stat_cache=stat_cache)
        if Path(path).suffix not in PACKED or Path(path).stat().st_size < WORTH_IT:
            return found
        packed = _packed(Path(path))
        known = {**(stat_cache or {}), path: Path(path).stat(), packed: Path(packed).stat()}
        headers = found.alternatives[-1][2]
        plain = [(name, value) for name, value in headers if name not in ("Content-Length", "Content-Encoding")]
        return StaticFile(path, plain, stat_cache=known, encodings={"gzip": packed})


def _packed(path: Path) -> str:
    """The gzip form of a file, made unless it lies there; whole under a name of its own first: many start at once."""
    body = path.read_bytes()
    target = Path(settings.DATA_DIR) / "static" / f"{path.name}.{sha256(body).hexdigest()[:16]}.gz"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, delete=False) as half:
            half.write(gzip.compress(body, 9, mtime=0))
        Path(half.name).replace(target)
    return str(target)
