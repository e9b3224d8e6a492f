"""Consumers: change events become writes to Twenty, and each write is recorded so that it can be taken back.

May import `projections` and `events`. Must not import `producers`.
"""
