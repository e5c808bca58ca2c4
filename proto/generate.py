# SPDX-License-Identifier: EUPL-1.2
# /// script
# requires-python = ">=3.11"
# dependencies = ["grpcio-tools==1.76.0", "mypy-protobuf==5.1.0", "setuptools<81"]
# ///
"""Write the stubs of ``v1/*.proto`` beside them, or check that the committed ones are current.

``uv run --script proto/generate.py [--check]``. The tools are pinned here and not in the workspace:
stubs must come from the oldest supported tools (gencode refuses an older runtime), and those tools
would hold back the runtime of everything else.
"""

import os
import sys
import sysconfig
import tempfile
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

SOURCE = Path(__file__).resolve().parent / "src"
FOLDER = Path("ontschot/protocol/v1")
STUBS = "*_pb2*.py*"


def generate(out: Path) -> None:
    """Write the stubs of every proto file into the tree ``out``."""
    # protoc looks for its plugins on PATH, and a script's environment is not on it.
    os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")
    protos = sorted(str(path.relative_to(SOURCE)) for path in (SOURCE / FOLDER).glob("*.proto"))
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    plugins = ("python", "grpc_python", "mypy", "mypy_grpc")
    outputs = [f"--{plugin}_out={out}" for plugin in plugins]
    os.chdir(SOURCE)
    if protoc.main(["protoc", "-I.", f"-I{well_known}", *outputs, *protos]) != 0:
        sys.exit("protoc failed")


def stubs(tree: Path) -> dict[str, bytes]:
    """Return the generated files in ``tree`` by name."""
    return {path.name: path.read_bytes() for path in (tree / FOLDER).glob(STUBS)}


def main() -> None:
    """Write the stubs, or with ``--check`` compare; exit code 1 when they differ."""
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit("usage: generate.py [--check]")
    committed = stubs(SOURCE)
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        fresh = stubs(Path(folder))
    changed = sorted(
        name for name in committed.keys() | fresh.keys() if committed.get(name) != fresh.get(name)
    )
    if check and changed:
        sys.exit("not what generate.py writes: " + ", ".join(changed))
    for name in changed:
        path = SOURCE / FOLDER / name
        if name in fresh:
            path.write_bytes(fresh[name])
        else:
            path.unlink()
    print("stubs are current" if not changed else "wrote " + ", ".join(changed))


if __name__ == "__main__":
    main()
