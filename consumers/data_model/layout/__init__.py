"""Views and the navigation menu: what a practice gets, against what the workspace has; made step by step, and taken back.

May import `twenty` and the modules beside this folder. Must not change a view or an item of the menu that people made.
"""
