"""The data model in Twenty: planned, applied step by step, and taken back.

May import `twenty`. Must not write records.
"""
