"""Headers: the place of a table's header among its first records, and records below it that are no data.

May import no other room. Must not know a vocabulary.
"""
