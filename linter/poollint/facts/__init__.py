"""What was found in the files: engines, workloads, poolers, databases. Facts judge nothing.

Every reader, of whatever format, gives these facts and no others; a rule cannot tell which reader a
fact came from. Facts are frozen, hashable and free of references to trees or files.
"""

from typing import TypeAlias

from poollint.facts.engines import Engine, FunctionHandler, Made, Pool, Role, Url
from poollint.facts.lifetimes import Dependency, Disposal, Invocation, Lifetime, LoopRun, Passing, Token
from poollint.facts.servers import Address, Database, Pooler, PoolerUser, Route
from poollint.facts.settings import ONCE, UNKNOWN_RELEASE, Argument, Release
from poollint.facts.workloads import Command, Container, Environment, Image, Pods, Program, Variable, Workload

Fact: TypeAlias = Engine | FunctionHandler | Workload | Pooler | Database | Address | Image

__all__ = [
    "ONCE",
    "UNKNOWN_RELEASE",
    "Address",
    "Argument",
    "Command",
    "Container",
    "Database",
    "Dependency",
    "Disposal",
    "Engine",
    "Environment",
    "Fact",
    "FunctionHandler",
    "Image",
    "Invocation",
    "Lifetime",
    "LoopRun",
    "Made",
    "Passing",
    "Pods",
    "Pool",
    "Pooler",
    "PoolerUser",
    "Program",
    "Release",
    "Role",
    "Route",
    "Token",
    "Url",
    "Variable",
    "Workload",
]
