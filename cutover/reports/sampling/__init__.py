"""A sample: the choice of its patients with the reasons, and a card for each of its records.

May import the engine's packages. Must not write to Twenty.
"""
