"""The first door of an installation, and a keeper's way back in."""
