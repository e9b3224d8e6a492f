"""Rights: what an API key may see and write, and roles made for one.

May import `transport`, `metadata`. Must not read or write a record.
"""
