"""Sync: windows of change events, compared with Twenty three ways, planned and written.

May import `journal`, `data_model`, `state`, `twenty`. Must not import `rollback` or `reconcile`.
"""
