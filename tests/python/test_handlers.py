"""Entry points of cloud functions."""

import pytest

from poollint.facts import FunctionHandler
from poollint.python import NEEDLES
from poollint.python.lifetimes.handlers import handlers_in
from poollint.source import SourceFile, Span


@pytest.mark.parametrize(
    ("text", "name", "platform"),
    [
        pytest.param("def lambda_handler(event, context):\n", "lambda_handler", "aws-lambda", id="lambda"),
        pytest.param(
            "async def run(event: dict, _context: object) -> None:\n", "run", "aws-lambda", id="typed"
        ),
        pytest.param("handler = Mangum(app)\n", "handler", "aws-lambda", id="mangum"),
        pytest.param(
            "@functions_framework.http\ndef hello(request):\n", "hello", "google-cloud-functions", id="gcf"
        ),
        pytest.param(
            "import azure.functions as func\n\ndef main(req: func.HttpRequest) -> str:\n",
            "main",
            "azure-functions",
            id="azure",
        ),
    ],
)
def test_found(text: str, name: str, platform: str) -> None:
    source = SourceFile("src/fn.py", text)
    (found,) = handlers_in(source, "fn")
    assert (found.name, found.platform) == (f"fn.{name}", platform)
    assert source.line(found.at.line)[found.at.column - 1 : found.at.end_column - 1] == name
    assert any(needle in text.encode() for needle in NEEDLES)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def on(event, sender):\n", id="other-arguments"),
        pytest.param("class A:\n    def lambda_handler(self, event, context):\n        pass\n", id="method"),
        pytest.param("app(Mangum)\n", id="not-called"),
        pytest.param("@functions_framework.errorhandler(1)\ndef hello(request):\n", id="error-handler"),
    ],
)
def test_silent(text: str) -> None:
    assert not list(handlers_in(SourceFile("src/fn.py", text), "fn"))


def test_order() -> None:
    text = "handler = Mangum(app)\ndef lambda_handler(event, context):\n    pass\n"
    assert list(handlers_in(SourceFile("fn.py", text), "fn")) == [
        FunctionHandler(Span("fn.py", 1, 1, 1, 8), "fn.handler", "aws-lambda"),
        FunctionHandler(Span("fn.py", 2, 5, 2, 19), "fn.lambda_handler", "aws-lambda"),
    ]
