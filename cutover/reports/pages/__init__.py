"""The pages for people, one module a report: each makes a page of the document that its command prints with `--json`.

May import `page`, `documents`, `books`, `reasons` and the engine's packages. Must not read the log, ask Twenty or write a file.
"""
