"""PbN's automation rules, read from an export.

May import `binding` and the rooms below. Must not import `changes`.
"""
