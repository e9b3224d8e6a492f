"""Typed records made of cells.

May import `sources` and `values`. Must not guess a column's meaning.
"""
