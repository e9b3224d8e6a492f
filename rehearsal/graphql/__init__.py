"""Twenty's GraphQL API: records and metadata.

May import `operations` and the rooms below. Must not import `rest` or `server`.
"""
