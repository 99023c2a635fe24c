"""Language services somebody runs elsewhere, if they wish: none is needed, and none is asked unless named."""
