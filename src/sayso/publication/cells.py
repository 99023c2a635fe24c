"""Numbers that add up to others: which cells may be told, now and after what was told before.

The arithmetic is the engine's, which writes no small part into a snapshot either; all others take it from here.
"""

from sayso.engine.suppression import cells_to_hide, is_safe_step

__all__ = ["cells_to_hide", "is_safe_step"]
