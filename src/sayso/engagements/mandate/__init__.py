"""The mandate: written, tried, opened, moved from phase to phase, changed in the open, closed."""
