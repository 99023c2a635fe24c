"""A statement from the first letter to the list of one's own: its kind, others like it, the name put to it."""
