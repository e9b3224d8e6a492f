"""The consumers' state, a fold of the log: heads, written records, compensations by index, fences, partition ownership.

May import `events`. Must not speak to Twenty.
"""
