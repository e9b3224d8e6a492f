"""A workspace: its data model, records, files and limits, in memory and in a file.

May import `store` and the rooms below. Must not decide about a request.
"""
