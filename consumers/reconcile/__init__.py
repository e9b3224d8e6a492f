"""Reconcile: the log's records compared with Twenty's, and what did not move.

May import `journal`, `state`, `twenty`. Must not write, nor import `sync` or `rollback`.
"""
