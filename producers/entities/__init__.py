"""Tables of the source, one module a kind: their columns, the words for them, and how their rows become records.

May import `kinds`, `vocabulary` and `values`. Must not read a file, nor hold a list of kinds.
"""
