"""Tables in delimited text: dialects, lines, quotes that break the rules, and the reader.

May import `headers` and the modules beside this folder. Must not open a file that is not text.
"""
