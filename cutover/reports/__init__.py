"""Words for people: answers, progress, findings, reasons, and the page for the practice's manager.

May import `project` and the engine's packages. Must not import `runs` or a command.
"""
