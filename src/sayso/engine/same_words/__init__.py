"""Which of very many texts are worth comparing letter by letter, and the comparison itself.

`marks` gives texts that share most of their rare pieces the same marks, likely; `kernels` are the loops, compiled.
"""
