"""A Twenty workspace: records, files, members and metadata.

May import `transport`. Must not know of the log, nor of PbN.
"""
