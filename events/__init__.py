"""Events: their types, the log that holds them, and the database beside it.

May import no other package. Must not know of extracts or of Twenty.
"""
