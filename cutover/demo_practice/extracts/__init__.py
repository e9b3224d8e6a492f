"""The extracts of a day: tables, their columns, and cells as different exports write them.

May import `practice`. Must not change it.
"""
