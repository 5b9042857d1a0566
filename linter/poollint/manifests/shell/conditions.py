"""What a test says: true, false, or not decided by the files (None)."""

import operator
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

from poollint.frozen import frozen
from poollint.values import FromEnv, Known, OneOf, Value

_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-gt": operator.gt,
    "-ge": operator.ge,
    "-lt": operator.lt,
    "-le": operator.le,
}
_SAME = frozenset(("=", "==", "!="))
_MOST_WORDS = 60


@frozen
class Tester:
    """`open` says that variables may be set that are not listed; then their defaults decide nothing."""

    open: bool
    patterns: bool = False
    """`[[ x == a* ]]` compares with a pattern."""

    def test(self, words: Sequence[Value]) -> bool | None:
        """The words of `[ ... ]` without the brackets."""
        if len(words) > _MOST_WORDS:
            return None
        for names, both in ((("-o", "||"), False), (("-a", "&&"), True)):
            at = next((i for i, each in enumerate(words) if _operator(each) in names), None)
            if at is not None:
                return joined((self.test(words[:at]), self.test(words[at + 1 :])), both=both)
        if words and _operator(words[0]) == "!":
            inner = self.test(words[1:])
            return None if inner is None else not inner
        return self._plain(words)

    def _plain(self, words: Sequence[Value]) -> bool | None:
        match words:
            case []:
                return False
            case [only]:
                return self._holds(only, bool)
            case [sign, value] if _operator(sign) == "-z":
                return self._holds(value, lambda text: not text)
            case [sign, value] if _operator(sign) == "-n":
                return self._holds(value, bool)
            case [left, sign, right]:
                return self._compared(left, _operator(sign), right)
            case _:
                return None

    def _compared(self, left: Value, sign: str, right: Value) -> bool | None:
        against = self.decided(right)
        if against is None:
            return None
        if sign in _SAME:
            same = self._holds(left, lambda text: self.matches(text, against))
            return same if same is None else same == (sign != "!=")
        compare = _COMPARE.get(sign)
        if compare is None or not against.strip().lstrip("-").isdecimal():
            return None
        limit = int(against)
        return self._holds(
            left, lambda text: compare(int(text), limit) if text.strip().lstrip("-").isdecimal() else None
        )

    def matches(self, text: str, pattern: str) -> bool:
        """Equality, or a match where patterns are meant."""
        return fnmatchcase(text, pattern) if self.patterns else text == pattern

    def _holds(self, value: Value, says: Callable[[str], bool | None]) -> bool | None:
        if isinstance(value, OneOf):
            answers = {self._holds(each, says) for each in value.values}
            return answers.pop() if len(answers) == 1 else None
        text = self.decided(value)
        return None if text is None else says(text)

    def decided(self, value: Value) -> str | None:
        """The string that a value certainly is; in a closed environment also a variable's default."""
        match value:
            case Known(value=known):
                return "" if known is None else str(known)
            case FromEnv(default=None):
                return None if self.open else ""
            case FromEnv(default=default) if default is not None and not self.open:
                return self.decided(default)
            case _:
                return None


def _operator(value: Value) -> str:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""


def joined(says: tuple[bool | None, bool | None], *, both: bool) -> bool | None:
    """What `and` (`both`) or `or` of two answers is."""
    if (not both) in says:
        return not both
    return None if None in says else both
