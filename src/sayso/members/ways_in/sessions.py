"""Sessions that keep the day, not the moment: beside the times of the event log, a moment would say who spoke.

Knows Django's session table; knows nothing of what anyone said.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from sayso.web.ready_queries import ReadyQuery

_session = ReadyQuery(lambda key: Session.objects.filter(session_key=key))


class SessionStore(DatabaseSessions):
    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Django's own, put off to the midnight after it."""
        moment: datetime = super().get_expiry_date(**kwargs)
        return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def _get_session_from_db(self) -> Session | None:
        found = _session.first(str(self.session_key))
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found
