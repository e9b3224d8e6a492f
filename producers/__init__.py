"""Producers: extracts become change events in the log.

May import `events`. Must not name Twenty or its fields.
"""
