"""The records of an object: tables, unique indexes, filters, order and pages.

May import `model` and `values`. Must not import `workspace`.
"""
