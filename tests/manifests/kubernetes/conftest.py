from collections.abc import Callable, Mapping
from textwrap import dedent

import pytest

from poollint.facts import Fact
from poollint.manifests.formats import KUBERNETES as READER
from poollint.source import Skipped, SourceFile


@pytest.fixture
def read_files() -> Callable[[Mapping[str, str]], list[Fact | Skipped]]:
    """The facts of manifests by path."""

    def of(files: Mapping[str, str]) -> list[Fact | Skipped]:
        sources = [SourceFile(path, dedent(text)) for path, text in files.items()]
        return list(READER.read(sources, lambda _path: None))

    return of


@pytest.fixture
def read(
    read_files: Callable[[Mapping[str, str]], list[Fact | Skipped]],
) -> Callable[[str], list[Fact | Skipped]]:
    """The facts of one manifest, `k8s/api.yaml`."""
    return lambda text: read_files({"k8s/api.yaml": text})
