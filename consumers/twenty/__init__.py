"""A Twenty workspace: records, files, members and metadata.

May import `transport`. Must not know of the log, nor of PbN. Rules that docstrings take from a *cassette* were read off
recordings of a real Twenty 2.21; the name is the recording's.
"""
