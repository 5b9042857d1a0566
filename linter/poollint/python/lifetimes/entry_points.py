"""What the bytes of a Python file with an entry point of a cloud function hold."""

NEEDLES = (
    b"lambda_handler",
    b"Mangum(",
    b"functions_framework",
    b"azure.functions",
    b"context: ",
    b", context)",
    b", _context)",
)
"""What a file with an entry point has at least one of."""
