"""Types of the documents about what waits for a person, and about one record.

May import the documents beside this folder. Must not hold anything but types.
"""
