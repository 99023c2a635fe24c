"""Links that were to be posted to channels of Teams and Slack and were not. Posts nothing, and names no channel."""

from __future__ import annotations

from sayso.doctor.finding import OK, WARN, Check, Finding, Found


def _postings() -> Found:
    from sayso.embedding.queries import failed_postings

    troubles = failed_postings()
    if not troubles:
        return Finding("channels", OK, "No link that was to be posted to a channel has failed.")
    cause = f"Links that could not be posted to Teams or Slack: {len(troubles)} ({', '.join(sorted(set(troubles)))})."
    mend = "See that this machine may reach the host; then its lead posts it again under “Show it elsewhere”."
    return Finding("channels", WARN, cause, mend)


CHECKS = (
    Check(
        "channels",
        _postings,
        "Has a link that was to be posted to Teams or Slack failed?",
        "See that this machine may reach their hosts; then its lead posts it again under *Show it elsewhere*.",
        needs="tables",
    ),
)
