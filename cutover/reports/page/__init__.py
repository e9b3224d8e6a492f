"""The page for the practice's manager: one HTML file, its markup and its style.

May import `books`, `reasons` and the rooms below. Must not take a text for markup.
"""
