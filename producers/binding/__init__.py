"""Columns bound to fields: verdicts on columns, scores of headers, an assignment, a proposal.

May import `records`, `vocabulary` and the rooms below. Must not append to the log.
"""
