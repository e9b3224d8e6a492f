"""The data model: objects and fields, those of a new workspace among them.

May import `values`. Must not import `store`.
"""
