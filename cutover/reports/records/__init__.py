"""Words about single records: their events, places in extracts, reasons for being kept back, and open conflicts.

May import `reasons` and the rooms below. Must not ask Twenty, nor show a value that was not decrypted for a named person.
"""
