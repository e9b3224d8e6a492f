"""The rows of bound tables that differ from what is known, typed, and counted in the books.

May import `books` and the rooms of `producers` below `changes`. Must not append to the log.
"""
