"""The mapping as a file that people edit: written after a proposal, edited by hand or by command, read back for approval.

May import `project` and the engine's packages. Must not record a decision, nor read an extract.
"""
