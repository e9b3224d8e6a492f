"""Verdicts on columns: the rule by which all cells of a column are read, from what its cells prove together.

May import `entities`, `kinds`, `vocabulary` and `values`. Must not bind a column, nor read a file.
"""
