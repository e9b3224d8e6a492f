"""Guesses: the kind of a table and the meanings of its columns, from its headers and the profiles of its cells.

May import `entities`, `kinds` and `vocabulary`. Must not read a table, nor depend on an approved mapping.
"""
