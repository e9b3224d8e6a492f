"""PbN's automation rules, read from an export, and a sketch of each to rebuild it.

May import `binding` and the rooms below. Must not import `changes`.
"""
