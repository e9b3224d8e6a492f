"""The truth expected in Twenty after each day.

May import `practice` and `extracts`. Must not import the program: it is what the program is judged by.
"""
