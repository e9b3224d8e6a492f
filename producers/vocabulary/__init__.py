"""The source's vocabulary: meanings of columns, header words of real systems, shapes of cells.

May import no other room. Must not read a file.
"""
