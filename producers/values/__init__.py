"""Cleaners of the values of cells: one module a kind of value.

May import no other room. Must not raise on any text, nor put a value into a message. Every cleaner is a pure function from the
raw text of a cell to `(value, reason)`. `(None, None)` is a blank cell. A reason is a code from `producers.values.reasons`:
with a value it says that the value is doubtful or not whole, without one that it is lost.
"""
