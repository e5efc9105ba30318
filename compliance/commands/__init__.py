"""The commands: one module each, with `add`, which gives the parser its options.

Nothing is decided here. What a command needs is imported when it runs, so that the others start
faster.
"""
