"""Which language a statement is in, and its words in another one."""
