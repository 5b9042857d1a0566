"""AWS Lambda functions, however they are described -> Workload."""

from poollint.catalogue.platforms import platform_default, runtime
from poollint.facts import Container, Pods, Program, Variable, Workload
from poollint.frozen import frozen
from poollint.source import Span
from poollint.values import Default, Known, Unknown, Value

PLATFORM = "lambda"
_WRAPPERS = {
    "datadog_lambda.handler": "DD_LAMBDA_HANDLER",
    "newrelic_lambda_wrapper": "NEW_RELIC_LAMBDA_HANDLER",
}
"""Modules of vendors that call the handler that a variable names."""


@frozen
class Function:
    """A function as its template says it; None where the template is silent.

    `handler` is `module.function`, empty when not known. `timeout` are seconds, `default_timeout`
    names what holds without one. `build` is the folder of its code, relative to the project.
    """

    at: Span
    name: str
    scope: str
    handler: str
    handler_at: Span
    environment: tuple[Variable, ...]
    open_environment: bool
    reserved: Value | None
    provisioned: Value | None
    timeout: Value | None
    default_timeout: str
    build: str = ""
    dockerfile: str = ""
    target: str = ""


def is_python(runtime_name: str | None) -> bool:
    """Whether a runtime may run Python: its name, an image or a runtime of one's own."""
    return runtime_name is None or runtime_name.startswith(("python", "provided"))


def workload(function: Function) -> Workload:
    """One environment runs one request at a time, so its pool uses one connection.

    Without reserved concurrency the function shares the account's, whose default is documented and no
    bound for this function alone.
    """
    lambdas = runtime("aws-lambda")
    source = Default(lambdas.title, lambdas.source[0])
    once = Known(lambdas.concurrency or 1, source)
    account = Unknown(
        f"no reserved concurrency: it shares the account's, {lambdas.instances} by default", function.at
    )
    nothing = Known(0, source)
    most = account if function.reserved is None else function.reserved
    default = platform_default(function.default_timeout)
    timeout = function.timeout or Known(
        default.value, Default(function.default_timeout, default.source[0], default.confidence == "high")
    )
    program = Program(
        name=PLATFORM,
        module=_module(function),
        processes=Known(1, source),
        at_once=once,
        at=function.handler_at,
        request_timeout=timeout,
    )
    container = Container(
        at=function.at,
        name=function.name,
        image=Unknown("the runtime of AWS Lambda", function.at),
        programs=(program,),
        environment=function.environment,
        open_environment=function.open_environment,
        build=function.build,
        dockerfile=function.dockerfile,
        target=function.target,
    )
    return Workload(
        at=function.at,
        platform=PLATFORM,
        kind="function",
        name=function.name,
        pods=Pods(nothing if function.provisioned is None else function.provisioned, most, nothing),
        containers=(container,),
        scope=function.scope,
        concurrency=once,
        request_timeout=timeout,
    )


def _module(function: Function) -> str:
    """`app.main` of `app/main.handler`; a vendor's wrapper gives way to what it calls."""
    module = function.handler.rpartition(".")[0]
    wrapped = _WRAPPERS.get(module)
    for variable in function.environment if wrapped else ():
        if variable.name == wrapped and isinstance(variable.value, Known):
            module = str(variable.value.value).rpartition(".")[0]
    return module.strip("/").replace("/", ".")
