"""Events: their types, the log that holds them, and the database beside it.

May import no other package. Must not read an extract, nor send a request to Twenty.
"""
