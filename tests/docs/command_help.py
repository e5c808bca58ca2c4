# SPDX-License-Identifier: EUPL-1.2
"""A script: print the help of command lines as Markdown.

``python command_help.py PROGRAM=MODULE ...``; each module has a Typer application called ``app``.
"""

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import typer


def describe(command: Any, path: str, level: int) -> Iterator[str]:
    """Yield the lines about a command and what is below it; ``command`` is one of Click's."""
    yield f"{'#' * level} `{path}`\n"
    yield f"{_first_paragraph(command.help or '')}\n"
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from describe(child, f"{path} {name}", min(level + 1, 4))
    if not hasattr(command, "commands") and command.params:
        yield "| argument or option | default | meaning |\n|---|---|---|"
        yield "".join(f"{_parameter(one)}\n" for one in command.params)


def _first_paragraph(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())


def _parameter(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = f"`{parameter.name.upper()}`"
    else:
        name = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
    if getattr(parameter, "multiple", False):
        name += " (repeatable)"
    meaning = (getattr(parameter, "help", None) or "").replace("|", "\\|")
    if isinstance(parameter.envvar, str):
        meaning += f" Also `{parameter.envvar}`."
    return f"| {name} | {_default(parameter)} | {meaning} |"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "*required*"
    value = parameter.default
    if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        return f"`{value}`"
    return ""


def main() -> None:
    """Print the help of every program named on the command line."""
    sections = []
    for asked in sys.argv[1:]:
        program, _, module = asked.partition("=")
        command = typer.main.get_command(importlib.import_module(module).app)
        sections.append("\n".join(describe(command, program, 2)))
    sys.stdout.write("\n".join(sections))


if __name__ == "__main__":
    main()
