"""Tables in spreadsheets: workbooks, the XML in them, and markup under a spreadsheet's name.

May import `headers` and the modules beside this folder. Must not compute a formula.
"""
