"""Enough of the shell to find the programs that a line or a script finally runs. Never executed.

- `syntax`: the tree of a script
- `lexer`, `parser`: text to tree
- `expansion`: words to values, in an environment
- `conditions`: what `[ ... ]` says, where the files decide it
- `paths`, `builtins`: one way so far, and what changes it
- `launching`, `walk`: commands and control flow along all ways
"""
