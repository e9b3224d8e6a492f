"""Records compared with what is known, and the change events appended step by step.

May import `rows` and `books`, and the rooms of `producers` below `changes`. Must not read a file.
"""
