"""Rollback: the inverses of what the log wrote, newest first, and what people changed since is kept.

May import `journal`, `state`, `twenty`. Must not import `sync` or `reconcile`.
"""
