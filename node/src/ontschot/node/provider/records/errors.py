# SPDX-License-Identifier: EUPL-1.2
"""Errors of the record store.

::

    Unavailable
    └── RecordsUnavailable        the database does not answer
        ├── RecordsBusy           somebody else is writing for too long
        └── RecordsFull           the disk, or the quota of the database, is full
    Misconfigured
    ├── IdentityKeysMissing       the key file is not there
    ├── IdentityKeysExposed       others than its owner may read the key file
    ├── IdentityKeysDamaged       the key file does not hold what was written
    ├── IdentityKeysExist         a new key file would replace an old one
    ├── IdentityKeyUnknown        a record was sealed with a key that the file does not hold
    └── IdentityKeysMixed         records are not under the current key (yet)
    Refusal
    └── BsnInvalid                a text that is no citizen service number

No detail holds a value of a record. Errors of the database driver do (parameters, key values), so
they are translated in ``sessions`` and never chained.
"""

from ontschot.protocol.errors import Misconfigured, Refusal, Unavailable
from ontschot.protocol.language import Text


class RecordsUnavailable(Unavailable):
    """The record database does not answer, or broke off."""

    code = "records-unavailable"
    title = Text("De database met dossiers doet het niet", "The record database does not answer")
    remedy = Text(
        "Er is niets veranderd. Kijk of de database draait en probeer het opnieuw.",
        "Nothing was changed. See whether the database runs, then try again.",
    )


class RecordsBusy(RecordsUnavailable):
    """Another writer holds the record database."""

    code = "records-busy"
    title = Text("De database met dossiers is bezet", "The record database is busy")
    remedy = Text(
        "Er is niets veranderd. Loopt er nog een andere inlading? Wacht en probeer het opnieuw.",
        "Nothing was changed. Is another load still running? Wait, then try again.",
    )


class RecordsFull(RecordsUnavailable):
    """The disk or quota of the record database is full."""

    code = "records-full"
    title = Text("De schijf van de database is vol", "The disk of the database is full")
    remedy = Text(
        "Er is niets veranderd. Maak ruimte vrij en probeer het opnieuw.",
        "Nothing was changed. Free some space, then try again.",
    )


class IdentityKeysMissing(Misconfigured):
    """The file with the keys of the BSNs is not there or cannot be opened."""

    code = "identity-keys-missing"
    title = Text("Het sleutelbestand is er niet", "The key file is not there")
    remedy = Text(
        "Zet het sleutelbestand terug uit de kluis. Zonder dit bestand zijn BSN's niet te lezen.",
        "Put the key file back from the vault. Without it no BSN can be read.",
    )


class IdentityKeysExposed(Misconfigured):
    """Others than its owner may read or change the key file."""

    code = "identity-keys-exposed"
    title = Text("Anderen kunnen het sleutelbestand lezen", "Others can read the key file")
    remedy = Text(
        "Geef alleen de eigenaar rechten (chmod 600). Maak daarna een nieuwe sleutel.",
        "Give rights to its owner only (chmod 600). Then make a new key.",
    )


class IdentityKeysDamaged(Misconfigured):
    """The key file does not hold what this program wrote."""

    code = "identity-keys-damaged"
    title = Text("Het sleutelbestand is beschadigd", "The key file is damaged")
    remedy = Text(
        "Zet het sleutelbestand terug uit de kluis.", "Put the key file back from the vault."
    )


class IdentityKeysExist(Misconfigured):
    """A new key file would replace one that is there."""

    code = "identity-keys-exist"
    title = Text("Er is al een sleutelbestand", "There is a key file already")
    remedy = Text(
        "Gebruik dat bestand. Gooi het niet weg: dan zijn alle BSN's onleesbaar.",
        "Use that file. Do not throw it away: every BSN would become unreadable.",
    )


class IdentityKeyUnknown(Misconfigured):
    """A sealed BSN cannot be opened with any key of the file, or was changed."""

    code = "identity-key-unknown"
    title = Text(
        "De sleutels horen niet bij deze database", "The keys do not belong to this database"
    )
    remedy = Text(
        "Zet het sleutelbestand terug dat bij deze database hoort.",
        "Put back the key file that belongs to this database.",
    )


class IdentityKeysMixed(Misconfigured):
    """Some clients are not under the current key: a rotation is not finished, or another file."""

    code = "identity-keys-mixed"
    title = Text(
        "Niet alle BSN's staan onder de huidige sleutel",
        "Not every BSN is under the current key",
    )
    remedy = Text(
        "Maak eerst het vernieuwen van de sleutel af. Of zet het juiste sleutelbestand terug.",
        "First finish renewing the key. Or put the right key file back.",
    )


class BsnInvalid(Refusal):
    """A text that is no citizen service number."""

    code = "bsn-invalid"
    title = Text("Dit is geen burgerservicenummer", "This is no citizen service number")
    remedy = Text(
        "Een BSN heeft 9 cijfers. Controleer het nummer.", "A BSN has 9 digits. Check the number."
    )
    http_status = 400
