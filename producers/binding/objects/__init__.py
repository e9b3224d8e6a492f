"""Custom objects for the tables that are of no known entity: their names, the identity of their rows, their links.

May import `guessing` and the rooms below `binding`. Must not turn an object on, which an operator decides.
"""
