"""How large a file may be that somebody sends. Knows requests; knows nothing of what the file is for.

Django takes files in before any page is asked, from anybody: without a limit here a stranger could fill the disk.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

MOST_BYTES = 100 * 2**20


class UploadsOfBoundedSize(FileUploadHandler):
    """Stands before the handlers that keep files; passes all on until there is too much, and then drops the rest."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MOST_BYTES:
            self.request.is_upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None  # the next handler has it


def is_too_large(request: HttpRequest) -> bool:
    """Whether a file was dropped for its size; the request then comes without it."""
    return getattr(request, "is_upload_too_large", False)
