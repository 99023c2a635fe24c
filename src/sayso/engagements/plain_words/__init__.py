"""Plain words: marks jargon and long sentences in what organisers write, and tells how it reads. Advises, never blocks.

The check is pure, and `checking.check` its door: it knows text, language and lists of words. The pages, and the
engagement's own list of words, stand on it.
"""
