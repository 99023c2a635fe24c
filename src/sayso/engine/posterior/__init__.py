"""Fitting the factor model: what the votes say of each participant and statement, with the doubt that remains.

`factors` holds the result and names the model; `sampling` finds it by chance (full), `variational` in closed steps
(fast); `kernels` are the loops over votes that both share. Knows arrays of agree and disagree; nothing of words.
"""
