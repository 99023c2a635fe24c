"""Plain words: marks jargon and long sentences in what organisers write, and tells how it reads. Advises, never blocks.

Pure: knows text, language and lists of words; knows no rows and no pages. `checking.check` is the door.
"""
