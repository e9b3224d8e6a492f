"""The consumers' state, a fold of the log: heads, written records, compensations by index, fences, partition ownership.

May import no other room of this package. Must not speak to Twenty.
"""
