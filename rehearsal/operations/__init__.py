"""Operations on a workspace that both APIs offer: records, objects, fields, options.

May import `workspace` and the rooms below. Must not read requests or write answers of one API.
"""
