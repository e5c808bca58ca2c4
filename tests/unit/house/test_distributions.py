# SPDX-License-Identifier: EUPL-1.2
"""The four distributions have one version, and floors that fit the generated stubs."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from unit.house.tree import MEMBERS, ROOT

STUBS = ROOT / "proto/src/ontschot/protocol/v1"


def project(folder: str) -> dict[str, Any]:
    """Return the project table of a distribution; ``.`` is the workspace."""
    table: dict[str, Any] = tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))
    found: dict[str, Any] = table["project"]
    return found


def requirements(folder: str) -> list[Requirement]:
    """Return the requirements of a distribution, those of its extras included."""
    table = project(folder)
    extras = table.get("optional-dependencies", {}).values()
    return [Requirement(text) for group in (table["dependencies"], *extras) for text in group]


def floor(requirement: Requirement) -> Version:
    """Return the lowest version that a requirement allows."""
    return min(
        Version(one.version.removesuffix(".*"))
        for one in requirement.specifier
        if one.operator in {">=", "==", "~="}
    )


def test_versions_are_equal() -> None:
    assert {project(folder)["version"] for folder in (".", *MEMBERS)} == {project(".")["version"]}


@pytest.mark.parametrize("folder", MEMBERS)
def test_requirements_on_each_other_name_this_version(folder: str) -> None:
    for requirement in requirements(folder):
        if requirement.name.startswith("ontschot-"):
            assert str(requirement.specifier) == f"=={project('.')['version']}"


@pytest.mark.parametrize("folder", MEMBERS)
def test_every_requirement_has_a_floor(folder: str) -> None:
    for requirement in requirements(folder):
        assert floor(requirement) > Version("0")


def test_stubs_run_on_the_oldest_allowed_runtime() -> None:
    floors = {requirement.name: floor(requirement) for requirement in requirements("proto")}
    for path in sorted(STUBS.glob("*_pb2.py")):
        made = re.search(r"^# Protobuf Python Version: (\S+)$", path.read_text(), re.MULTILINE)
        assert made is not None, path.name
        assert Version(made[1]) <= floors["protobuf"], path.name
    for path in sorted(STUBS.glob("*_pb2_grpc.py")):
        made = re.search(r"^GRPC_GENERATED_VERSION = '(\S+)'$", path.read_text(), re.MULTILINE)
        assert made is not None, path.name
        assert Version(made[1]) <= floors["grpcio"], path.name


def test_every_proto_file_has_its_stubs() -> None:
    for path in STUBS.glob("*.proto"):
        for ending in ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi"):
            assert path.with_name(path.stem + ending).is_file()
