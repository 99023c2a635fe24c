"""Cards on pages of elsewhere, and the link in a channel: on an intranet, in Teams, in Slack.

Knows engagements and who came in; a page of elsewhere learns how high a frame is, and nothing of who is in it.
"""
