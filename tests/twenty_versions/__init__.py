"""Every published version of Twenty, by the types of its metadata API: does it take what the client sends it?

`packages` fetches the types, `typings` makes GraphQL schemas of them, `server` answers as a version would, `journey` is the
run of the program whose requests are held against it. `python -m tests.twenty_versions` prints the matrix.
"""
