"""Twenty's REST API: records and metadata.

May import `operations` and the rooms below. Must not import `graphql` or `server`.
"""
