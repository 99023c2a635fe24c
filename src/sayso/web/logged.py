"""What a log line must not hold: personal links, which open a door to whoever reads the log. Knows lines, no app."""

from __future__ import annotations

import logging
import re

SECRETS = re.compile(r"(/in/)[^/\s?]+|([?&](?:code|s)=)[^&\s]+")


class WithoutTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if SECRETS.search(said):
            record.msg, record.args = SECRETS.sub(lambda found: f"{found[1] or found[2]}…", said), ()
        return True
