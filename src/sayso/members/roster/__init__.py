"""Bringing a file to the roster: read, compared, carried out, taken back. Knows nothing of what anyone said."""
