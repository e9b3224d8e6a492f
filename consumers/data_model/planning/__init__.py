"""The plan of the data model: what the destination needs, against what the workspace has and the server can.

May import `twenty` and the modules beside this folder. Must not change anything in Twenty.
"""
