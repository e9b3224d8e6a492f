"""Sync: windows of change events, compared with Twenty three ways, planned and written.

May import `journal`, `state`, `twenty`. Must not import `rollback` or `reconcile`.
"""
