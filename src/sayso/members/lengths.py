"""How long what is told of people may be."""

LONGEST = 200  # characters in a cell: what the tables hold
