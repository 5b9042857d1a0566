"""The text of a file -> what it says, as data: LibCST trees become `poollint.expressions`."""
