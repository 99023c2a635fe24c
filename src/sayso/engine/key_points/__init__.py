"""From thousands of sentences to what people are saying.

`matching` tells how likely a statement says a key point; `encoders` turns sentences into vectors of meaning.
"""
