"""How bad and how sure: what the configuration and the command line need to know of findings."""

from enum import IntEnum


class Severity(IntEnum):
    """How bad a problem is when it is one."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Confidence(IntEnum):
    """How sure something is. The weakest operand decides."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        return self.name.lower()
