"""The HTTP server: addresses, keys, limits, and faults on request.

May import every other room of this package. Must not read or change records itself.
"""
