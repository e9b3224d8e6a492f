"""Producers: extracts become change events in the log.

May import `events`. Must not import `projections`, nor name an object of the destination.
"""
