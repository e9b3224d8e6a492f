"""Tables out of files of any quality: the kind of a file, the place of its header, the records that are data.

May import no other room. Must not know what a column means.
"""
