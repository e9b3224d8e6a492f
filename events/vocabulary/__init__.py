"""The vocabulary: entities, records and their fields, the mapping, the practice.

May import no other room. Must not hold names of a destination's objects.
"""
