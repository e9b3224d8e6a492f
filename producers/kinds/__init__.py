"""Kinds of cells: for each its look in a column, its soft words in a header, its cleaning, its name for people.

May import `vocabulary` and `values`. Must not name a column or a kind of table.
"""
