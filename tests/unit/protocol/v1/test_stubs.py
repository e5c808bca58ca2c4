# SPDX-License-Identifier: EUPL-1.2
"""The committed stubs: a set for each proto file, no newer than the oldest runtime allowed."""

import re
import tomllib
from pathlib import Path

import pytest

PROTO = Path(__file__).parents[4] / "proto"
FOLDER = PROTO / "src" / "ontschot" / "protocol" / "v1"
NAMES = sorted(path.stem for path in FOLDER.glob("*.proto"))


def floor(package: str) -> tuple[int, ...]:
    """Return the oldest version that ``proto/pyproject.toml`` allows of ``package``."""
    project = tomllib.loads((PROTO / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["grpc"]]
    for requirement in wanted:
        found = re.match(rf"{package}>=([\d.]+)", requirement)
        if found:
            return version(found[1])
    raise AssertionError(package)


def version(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))


def test_every_proto_file_has_its_stubs_and_every_stub_its_proto_file() -> None:
    endings = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")
    wanted = {name + ending for name in NAMES for ending in endings}
    assert {path.name for path in FOLDER.glob("*_pb2*.py*")} == wanted


@pytest.mark.parametrize("name", NAMES)
def test_the_stubs_run_on_the_oldest_runtime_allowed(name: str) -> None:
    messages = (FOLDER / f"{name}_pb2.py").read_text("utf-8")
    made = re.search(r"# Protobuf Python Version: ([\d.]+)", messages)
    assert made is not None
    assert version(made[1]) <= floor("protobuf")
    services = (FOLDER / f"{name}_pb2_grpc.py").read_text("utf-8")
    needed = re.search(r"GRPC_GENERATED_VERSION = '([\d.]+)'", services)
    assert needed is not None
    assert version(needed[1]) <= floor("grpcio")
