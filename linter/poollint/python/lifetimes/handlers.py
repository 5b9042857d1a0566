"""Entry points of cloud functions in Python code, by the text of a file."""

import re
from collections.abc import Iterator

from poollint.facts import FunctionHandler
from poollint.source import SourceFile, Span

_FRAMEWORK = r"^@functions_framework\.(?:http|cloud_event|background|typed)\b[^\n]*\n(?:@[^\n]*\n)*"
_PATTERNS = (
    (
        "aws-lambda",
        re.compile(r"^(?:async )?def (?P<name>\w+)\(\s*_?event\b[^,()]*,\s*_?context\b", re.MULTILINE),
    ),
    ("aws-lambda", re.compile(r"^(?P<name>\w+)\s*(?::[^=\n]+)?=\s*(?:mangum\.)?Mangum\(", re.MULTILINE)),
    ("google-cloud-functions", re.compile(_FRAMEWORK + r"(?:async )?def (?P<name>\w+)", re.MULTILINE)),
    (
        "azure-functions",
        re.compile(
            r"^(?:async )?def (?P<name>\w+)\(\s*\w+\s*:\s*(?:func|functions|azure\.functions)\.\w+",
            re.MULTILINE,
        ),
    ),
)


def handlers_in(source: SourceFile, module: str) -> Iterator[FunctionHandler]:
    """The entry points of a file that is imported as `module`, in the order of its lines."""
    found = {
        match.start("name"): (platform, match["name"])
        for platform, pattern in _PATTERNS
        for match in pattern.finditer(source.text)
    }
    for start, (platform, name) in sorted(found.items()):
        line = source.text.count("\n", 0, start) + 1
        column = start - source.text.rfind("\n", 0, start)
        yield FunctionHandler(
            Span(source.path, line, column, line, column + len(name)), f"{module}.{name}", platform
        )
