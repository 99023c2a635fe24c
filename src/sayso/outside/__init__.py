"""Services that somebody runs elsewhere, and how one is asked: none is needed, and none is asked unless named."""
