"""Commands that run the rest of their line, as data: what to skip to find it."""

from collections.abc import Mapping

from poollint.frozen import frozen
from poollint.manifests.commands.options import beginning
from poollint.manifests.shell.expansion import likely
from poollint.values import Value


@frozen
class Wrapper:
    """How a wrapper's own words are told from the command.

    `subcommands` are those behind which a command stands; `valued` are flags that take the next
    word; `positional` is how many words come first; `separated` says that the command stands only
    behind `--`; `quoted` that it is one word, a line of its own.
    """

    subcommands: tuple[str, ...] = ()
    valued: frozenset[str] = frozenset()
    positional: int = 0
    separated: bool = False
    quoted: bool = False


def _flags(line: str) -> frozenset[str]:
    return frozenset(line.split())


_RUN = Wrapper(subcommands=("run",))
_USER = Wrapper(positional=1)
_WAIT = Wrapper(separated=True)
_SECRETS = Wrapper(subcommands=("run",), valued=_flags("--config -c --project -p --env --env-file --path"))

WRAPPERS: Mapping[str, Wrapper] = {
    "uv": Wrapper(
        subcommands=("run",),
        valued=_flags(
            "--with --with-editable --with-requirements --python -p --project --directory --extra --no-extra "
            "--group --no-group --only-group --env-file --package --index --default-index --index-url "
            "--extra-index-url --cache-dir --config-file --color --link-mode --refresh-package"
        ),
    ),
    "poetry": Wrapper(subcommands=("run",), valued=_flags("-C --directory -P --project")),
    "pdm": Wrapper(subcommands=("run",), valued=_flags("-p --project")),
    "pipenv": _RUN,
    "rye": _RUN,
    "hatch": _RUN,
    "pixi": Wrapper(subcommands=("run",), valued=_flags("-e --environment --manifest-path")),
    "conda": Wrapper(subcommands=("run",), valued=_flags("-n --name -p --prefix --cwd")),
    "mamba": Wrapper(subcommands=("run",), valued=_flags("-n --name -p --prefix --cwd")),
    "micromamba": Wrapper(subcommands=("run",), valued=_flags("-n --name -p --prefix --cwd")),
    "ddtrace-run": Wrapper(),
    "opentelemetry-instrument": Wrapper(
        valued=_flags(
            "--traces_exporter --metrics_exporter --logs_exporter --service_name --exporter_otlp_endpoint "
            "--traces-exporter --metrics-exporter --logs-exporter --service-name --exporter-otlp-endpoint"
        )
    ),
    "newrelic-admin": Wrapper(subcommands=("run-program", "run-python")),
    "elasticapm-run": Wrapper(valued=_flags("--config")),
    "logfire": _RUN,
    "dumb-init": Wrapper(valued=_flags("-r --rewrite")),
    "tini": Wrapper(valued=_flags("-p -e")),
    "docker-init": Wrapper(),
    "catatonit": Wrapper(),
    "gosu": _USER,
    "su-exec": _USER,
    "s6-setuidgid": _USER,
    "setuser": _USER,
    "chpst": Wrapper(valued=_flags("-u -U -e -d -n -m -o")),
    "setpriv": Wrapper(valued=_flags("--reuid --regid --groups")),
    "runuser": Wrapper(valued=_flags("-u -g -G")),
    "sudo": Wrapper(valued=_flags("-u -g -h -p -C")),
    "nice": Wrapper(valued=_flags("-n")),
    "ionice": Wrapper(valued=_flags("-c -n -p")),
    "nohup": Wrapper(),
    "time": Wrapper(),
    "setsid": Wrapper(),
    "stdbuf": Wrapper(valued=_flags("-i -o -e")),
    "timeout": Wrapper(valued=_flags("-s -k"), positional=1),
    "xargs": Wrapper(valued=_flags("-n -P -I")),
    "with-contenv": Wrapper(),
    "wait-for-it": _WAIT,
    "wait-for-it.sh": _WAIT,
    "wait-for": _WAIT,
    "wait-for.sh": _WAIT,
    "wait_for_it.sh": _WAIT,
    "dockerize": Wrapper(
        valued=_flags(
            "-wait -timeout -template -stdout -stderr -delims -wait-retry-interval -wait-http-header"
        )
    ),
    "doppler": _SECRETS,
    "infisical": _SECRETS,
    "op": _SECRETS,
    "chamber": Wrapper(subcommands=("exec",), separated=True),
    "aws-vault": Wrapper(subcommands=("exec",), separated=True),
    "watchfiles": Wrapper(valued=_flags("--filter --ignore-paths --target-type"), quoted=True),
    "watchmedo": Wrapper(
        subcommands=("auto-restart", "shell-command"), valued=_flags("-d --directory -p --pattern --patterns")
    ),
    "coverage": Wrapper(subcommands=("run",), valued=_flags("--source --rcfile --concurrency --data-file")),
    "debugpy": Wrapper(valued=_flags("--listen --connect --log-to --configure-qt --configure-subProcess")),
    "memray": Wrapper(subcommands=("run",), valued=_flags("-o --output")),
    "cProfile": Wrapper(valued=_flags("-o -s")),
    "prefix-log": Wrapper(),
}

PYTHON_WRAPPERS = frozenset(("uv", "coverage", "debugpy", "memray", "cProfile"))
"""Wrappers behind which a bare script or `-m module` means Python."""


def unwrapped(name: str, words: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """The command in the words behind a wrapper's name; None when they hold none."""
    wrapper = WRAPPERS[name]
    if wrapper.subcommands:
        words = _skip_flags(words, wrapper)
        if not words or likely(words[0]) not in wrapper.subcommands:
            return None
        words = words[1:]
    if wrapper.separated:
        at = next((index for index, word in enumerate(words) if likely(word) == "--"), None)
        return None if at is None else words[at + 1 :]
    words = _skip_flags(words, wrapper)[wrapper.positional :]
    if words and likely(words[0]) == "--":
        words = words[1:]
    return words or None


def _skip_flags(words: tuple[Value, ...], wrapper: Wrapper) -> tuple[Value, ...]:
    while words:
        word = beginning(words[0])
        if word == "--":
            return words[1:]
        if not word.startswith("-") or word in ("-m", "--module"):
            return words
        words = words[2:] if word in wrapper.valued else words[1:]
    return words
