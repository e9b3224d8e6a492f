"""The client of one Twenty workspace: records, data model, files, at the workspace's rate limit.

Rules that docstrings here take from a *cassette* were read off recordings of a real Twenty 2.21; the name is the recording's.
"""
