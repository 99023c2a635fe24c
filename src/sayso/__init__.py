"""Sayso: an organisation has its say, and buys in, before a big change is made to it."""

__version__ = "0.1.0"
