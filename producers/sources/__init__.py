"""Sources: the deliveries of a practice, their files and tables.

May import `values`. Must not know what a column means.
"""
