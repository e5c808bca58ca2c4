# SPDX-License-Identifier: EUPL-1.2
"""``roster draft``, ``show``, ``sign`` and ``verify``."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from ontschot.protocol.canonical import Document
from ontschot.protocol.cli.errors import DraftUnusable
from ontschot.protocol.cli.screen import (
    KeyFile,
    PassphraseFile,
    Yes,
    confirm,
    load_keys,
    read_file,
    read_signed,
    say,
    show_document,
    write_file,
)
from ontschot.protocol.clock import Clock, system_clock, to_text
from ontschot.protocol.keys import PublicKeys, VerifyKey, parse_fingerprint
from ontschot.protocol.keys.fingerprint import grouped
from ontschot.protocol.language import tr
from ontschot.protocol.roster import (
    ROSTER,
    PinnedAnchors,
    Roster,
    accept_first,
    accept_next,
    require_valid,
    shared_organisations,
)
from ontschot.protocol.signed import SignedDocument

app = typer.Typer(
    no_args_is_help=True,
    help=tr("De deelnemerslijst opstellen en ondertekenen.", "Draft and sign the roster."),
)

RosterPath = Annotated[Path, typer.Argument(help=tr("De lijst.", "The roster."))]
Previous = Annotated[
    Path | None,
    typer.Option(help=tr("De lijst die nu geldt.", "The roster in force now.")),
]

clock: Clock = system_clock


@app.command(help=tr("Maak een lijst van een ontwerp.", "Make a roster from a draft."))
def draft(
    source: Annotated[Path, typer.Argument(help=tr("Het ontwerp, in JSON.", "The draft, JSON."))],
    target: RosterPath,
    previous: Previous = None,
    days: Annotated[
        int, typer.Option(min=1, max=90, help=tr("Hoeveel dagen hij geldt.", "Days in force."))
    ] = 90,
) -> None:
    """Fill in number, predecessor, dates and defaults; write a roster without signatures.

    Raises:
        DraftUnusable: no JSON, or not enough for a roster.
        RosterRuleBroken: against a rule.
    """
    now = clock()
    fields: Document = {"serial": 1, "prev_hash": None, "not_before": to_text(now)}
    fields["not_after"] = to_text(now + timedelta(days=days))
    fields |= _read_draft(source)
    if previous is not None:
        held = Roster.parse(read_signed(previous).payload)
        fields |= {"serial": held.serial + 1, "prev_hash": held.digest}
    try:
        built = Roster.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DraftUnusable(f"{place}: {first['msg']}") from error
    roster = Roster.parse(built.to_bytes())
    write_file(target, SignedDocument(roster.to_bytes()).to_bytes())
    _summary(roster)


@app.command(help=tr("Toon een lijst in zijn geheel.", "Show a roster in full."))
def show(path: RosterPath) -> None:
    """Print the roster, and who signed it."""
    signed = read_signed(path)
    roster = Roster.parse(signed.payload)
    show_document(signed.document(), signed.digest)
    _participants(roster)
    _signatures(signed, roster)


@app.command(help=tr("Onderteken een lijst.", "Sign a roster."))
def sign(
    path: RosterPath, key: KeyFile, passphrase_file: PassphraseFile = None, yes: Yes = False
) -> None:
    """Show the roster, ask, and add a signature to the file."""
    signed = read_signed(path)
    roster = Roster.parse(signed.payload)
    show_document(signed.document(), signed.digest)
    _participants(roster)
    _summary(roster)
    confirm(tr("Deze lijst ondertekenen?", "Sign this roster?"), yes=yes)
    keys = load_keys(key, passphrase_file)
    signed = signed.add_signature(ROSTER, keys.signing)
    write_file(path, signed.to_bytes())
    _signatures(signed, roster)


@app.command(help=tr("Controleer een lijst.", "Verify a roster."))
def verify(
    path: RosterPath,
    previous: Previous = None,
    anchor: Annotated[
        list[str] | None,
        typer.Option(help=tr("Vingerafdruk van een ondertekenaar.", "An anchor's fingerprint.")),
    ] = None,
    quorum: Annotated[
        int, typer.Option(help=tr("Hoeveel er moeten tekenen.", "How many must sign."))
    ] = 2,
) -> None:
    """Check signatures and validity: after the previous roster, or by pinned fingerprints.

    Raises:
        RosterNotSigned: too few signatures.
        RosterOutOfOrder: does not follow the previous roster.
        RosterNotInForce: expired, or not yet valid.
    """
    signed = read_signed(path)
    if previous is not None:
        roster = accept_next(Roster.parse(read_signed(previous).payload), signed, clock())
    elif anchor:
        fingerprints = frozenset(parse_fingerprint(text) for text in anchor)
        roster = accept_first(signed, PinnedAnchors(fingerprints, quorum))
        require_valid(roster, clock())
    else:
        raise typer.BadParameter(tr("geef --previous of --anchor", "give --previous or --anchor"))
    _signatures(signed, roster)
    say(tr("Deze lijst is in orde.", "This roster is in order."))


def _read_draft(source: Path) -> Document:
    try:
        document = json.loads(read_file(source))
    except (ValueError, RecursionError) as error:
        raise DraftUnusable(f"{source}: not JSON") from error
    if not isinstance(document, dict):
        raise DraftUnusable(f"{source}: not an object")
    return document


def _summary(roster: Roster) -> None:
    active = sum(participant.status == "active" for participant in roster.participants)
    say(
        tr(
            f"Lijst {roster.serial} van {roster.federation} ({roster.profile}): {active} "
            f"deelnemers, geldig tot {roster.not_after}",
            f"Roster {roster.serial} of {roster.federation} ({roster.profile}): {active} "
            f"participants, in force until {roster.not_after}",
        )
    )
    say(f"{tr('Vingerafdruk', 'Fingerprint')}: {grouped(roster.digest)}")
    for organisation in shared_organisations(roster):
        say(
            tr(
                f"Let op, proefopstelling: {organisation} heeft meer dan één rol.",
                f"Note, pilot: {organisation} has more than one role.",
            )
        )


def _participants(roster: Roster) -> None:
    # What each participant read to the anchors, over both keys: this is where they are compared.
    for one in roster.participants:
        fingerprint = PublicKeys(one.signing_key, one.sealing_key).fingerprint
        say(f"{one.id} ({one.role}, {one.organisation}): {fingerprint}")


def _signatures(signed: SignedDocument, roster: Roster) -> None:
    signers = signed.signers(ROSTER, roster.anchor_keys)
    for signer in signers:
        fingerprint = VerifyKey.parse(signer.key).fingerprint
        say(f"{tr('Ondertekend door', 'Signed by')} {signer.id} ({signer.body}): {fingerprint}")
    strangers = len(signed.signatures) - len(signers)
    if strangers:
        say(tr(f"En door {strangers} anderen.", f"And by {strangers} others."))
