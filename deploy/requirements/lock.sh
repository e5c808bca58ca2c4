#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Writes the hash-pinned requirements of each role, without any address of a package index.
# Needs uv on the PATH. Run it after a change of a dependency; commit what it writes.
set -euo pipefail
cd "$(dirname "$0")/../.."
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links)
without=(--no-emit-package ontschot --no-emit-package ontschot-protocol --no-emit-package ontschot-node
         --no-emit-package ontschot-coordinator --no-emit-package ontschot-portal)
uv pip compile "${options[@]}" "${without[@]}" pyproject.toml --group dev -o deploy/requirements/dev.txt
# Roles are constrained by the development lock, so that what is tested is what is installed.
uv pip compile "${options[@]}" "${without[@]}" --constraint deploy/requirements/dev.txt --extra postgres node/pyproject.toml -o deploy/requirements/node.txt
uv pip compile "${options[@]}" "${without[@]}" --constraint deploy/requirements/dev.txt --extra postgres coordinator/pyproject.toml -o deploy/requirements/coordinator.txt
uv pip compile "${options[@]}" "${without[@]}" --constraint deploy/requirements/dev.txt portal/pyproject.toml -o deploy/requirements/portal.txt
# What benchmarks compare with has an environment of its own, and wheels for Linux only.
uv pip compile "${options[@]:0:1}" "${options[@]:2}" --python-platform x86_64-manylinux_2_28 tests/benchmarks/spu/requirements.in -o tests/benchmarks/spu/requirements.txt
