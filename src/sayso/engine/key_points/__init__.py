"""From thousands of sentences to what people are saying.

`finding` chooses a few of their sentences that say what many say; `matching` tells how likely a statement says a given
key point; `themes` gathers key points; `encoders` turns sentences into vectors of meaning, where one is installed.
"""
