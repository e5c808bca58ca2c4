# SPDX-License-Identifier: EUPL-1.2
"""``ontschot-portal``: run the portal, or write one answer to files."""

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
import uvicorn

from ontschot.portal.answers import Answer, read_answer
from ontschot.portal.app import create_app
from ontschot.portal.coordinator_client import CoordinatorClient, decode_boundaries
from ontschot.portal.errors import AnswerNotFound
from ontschot.portal.settings import load_settings
from ontschot.portal.view import View
from ontschot.protocol.errors import Misconfigured, OntschotError
from ontschot.protocol.language import Text, terminal_language, tr
from ontschot.protocol.results import to_csv, to_geojson

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=tr("Gepubliceerde antwoorden als pagina's.", "Published answers as pages."),
)


class WhichAnswer(Misconfigured):
    """Neither or both of a file and a coordinator were named, or something cannot be read."""

    code = "portal-which-answer"
    title = Text("Welk antwoord bedoelt u?", "Which answer do you mean?")
    remedy = Text(
        "Geef --result met een bestand, of --coordinator met een adres en een naam.",
        "Give --result with a file, or --coordinator with an address and a name.",
    )


@app.command(help=tr("Start het portaal.", "Start the portal."))
def run() -> None:
    """Serve pages until the process is told to stop."""
    settings = load_settings()
    _configure_log(settings.log_level)
    client = CoordinatorClient(
        str(settings.coordinator_url),
        timeout=settings.coordinator_timeout,
        authority=settings.coordinator_ca,
    )
    web = create_app(client, organisation=settings.organisation)
    uvicorn.run(
        web,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
    )


@app.command(help=tr("Schrijf één antwoord naar bestanden.", "Write one answer to files."))
def export(
    name: Annotated[
        str | None,
        typer.Argument(help=tr("Naam van het antwoord.", "Name of the answer.")),
    ] = None,
    result: Annotated[
        Path | None, typer.Option(help=tr("Bestand met het antwoord.", "File with the answer."))
    ] = None,
    coordinator: Annotated[
        str | None,
        typer.Option(help=tr("Adres van de coördinator.", "Its address.")),
    ] = None,
    output: Annotated[
        Path, typer.Option(help=tr("Map voor de bestanden.", "Folder for the files."))
    ] = Path(),
    boundaries: Annotated[
        Path | None,
        typer.Option(help=tr("GeoJSON met gebieden, bij --result.", "GeoJSON, with --result.")),
    ] = None,
    table: Annotated[
        str,
        typer.Option(help=tr("Tabel; anders zoals de pagina.", "Table; else that of the page.")),
    ] = "",
    outcome: Annotated[
        str, typer.Option(help=tr("Uitkomst; anders de eerste.", "Outcome; else the first."))
    ] = "",
    measure: Annotated[
        str,
        typer.Option(help=tr("'rate' of 'value'.", "'rate' or 'value'.")),
    ] = "rate",
) -> None:
    """Write result.json, result.csv, map.geojson, map.svg and chart.svg, as far as they exist."""
    wishes = {"table": table, "outcome": outcome, "measure": measure}
    if result is not None and coordinator is None:
        contents = _from_file(result, boundaries, wishes)
    elif result is None and coordinator is not None and name is not None:
        contents = asyncio.run(_from_coordinator(coordinator, name, wishes))
    else:
        raise WhichAnswer
    _write(contents, output)


def main() -> None:
    """Run the command line; an expected error becomes a text and exit code 2."""
    try:
        app()
    except OntschotError as error:
        typer.echo(error.explain(terminal_language()), err=True)
        raise SystemExit(2) from error


def _write(contents: Mapping[str, bytes], output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    for file, data in contents.items():
        (output / file).write_bytes(data)
        typer.echo(tr(f"Geschreven: {output / file}", f"Written: {output / file}"))
    if "map.svg" not in contents:
        typer.echo(tr("Er is geen kaart van deze gebieden.", "There is no map of these areas."))


def _from_file(result: Path, boundaries: Path | None, wishes: dict[str, str]) -> dict[str, bytes]:
    data = _read(result)
    answer = read_answer(data)
    view = View.choose(answer, wishes, terminal_language())
    contents = {"result.json": data, "result.csv": to_csv(answer).encode()}
    if boundaries is not None and view.table.level != "pc6-cluster":
        joined = to_geojson(answer, view.table, decode_boundaries(_read(boundaries)))
        contents["map.geojson"] = json.dumps(
            joined, ensure_ascii=False, separators=(",", ":")
        ).encode()
        return contents | _figures(view, joined)
    return contents | _figures(view, None)


async def _from_coordinator(url: str, name: str, wishes: dict[str, str]) -> dict[str, bytes]:
    client = CoordinatorClient(url)
    try:
        data = await client.document(name)
        answer: Answer = read_answer(data)
        view = View.choose(answer, wishes, terminal_language())
        contents = {"result.json": data, "result.csv": await client.csv(name)}
        joined = await client.geojson(name, view.table.id)
    finally:
        await client.close()
    if joined is None:
        return contents | _figures(view, None)
    return contents | {"map.geojson": joined} | _figures(view, decode_boundaries(joined))


def _figures(view: View, boundaries: dict[str, Any] | None) -> dict[str, bytes]:
    drawings = {}
    if boundaries is not None and view.has_map:
        drawings["map.svg"] = view.map(boundaries).render().encode()
    chart = view.chart()
    if chart is not None:
        drawings["chart.svg"] = chart.render().encode()
    return drawings


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise AnswerNotFound(str(path)) from error
    except OSError as error:
        raise WhichAnswer(str(path)) from error


def _configure_log(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
    )
