"""The layout of a workspace: views with their columns, filters, sorts and groups, and the items of the navigation menu.

May import `model` and `values`. Must not import `store` or `workspace`.
"""
