# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with keys, signatures, sealed boxes and key files.

::

    MalformedMessage
    ├── MalformedKey          text or bytes that are no key of the expected kind
    ├── MalformedBase64       text that is not strict base64url
    ├── MalformedFingerprint  text that is no SHA-256 fingerprint
    └── CannotOpen            a sealed box for another key or context, or a damaged one
    Refusal
    └── BadSignature          a signature that does not belong to these bytes and this key
    Misconfigured
    ├── KeyFileMissing        there is no file there, or it cannot be read at all
    ├── KeyFileExists         a file is there already; keys are never overwritten
    ├── KeyFileExposed        other users of the machine may read the file
    ├── KeyFileDamaged        the file is there, and is no key file
    └── WrongPassphrase       no passphrase, or another than the file was written with
"""

from ontschot.protocol.errors import MalformedMessage, Misconfigured, Refusal
from ontschot.protocol.language import Text


class MalformedKey(MalformedMessage):
    """Text or bytes that are no public key of the expected kind."""

    code = "malformed-key"
    title = Text("Dit is geen geldige sleutel", "This is not a valid key")
    remedy = Text("Vraag de eigenaar om de sleutel opnieuw te sturen.", "Ask its owner again.")


class MalformedBase64(MalformedMessage):
    """Text that is not base64url without padding, in its one spelling."""

    code = "malformed-base64"


class MalformedFingerprint(MalformedMessage):
    """Text that is not 64 hexadecimal digits, grouped or not."""

    code = "malformed-fingerprint"
    title = Text("Dit is geen geldige vingerafdruk", "This is not a valid fingerprint")
    remedy = Text(
        "Een vingerafdruk heeft 64 tekens: cijfers en de letters a tot en met f. Lees hem na.",
        "A fingerprint has 64 characters: digits and the letters a to f. Check it.",
    )


class CannotOpen(MalformedMessage):
    """A sealed box that this key and context do not open; why is not told apart on purpose."""

    code = "cannot-open"
    title = Text("Dit bericht is niet te openen", "This sealed message cannot be opened")
    remedy = Text(
        "Het is voor een ander, of onderweg beschadigd. De afzender moet het opnieuw sturen.",
        "It is for someone else, or was damaged on its way. The sender must send it again.",
    )


class BadSignature(Refusal):
    """A signature that does not belong to these bytes, this kind of document and this key."""

    code = "bad-signature"
    title = Text("De handtekening klopt niet", "The signature is wrong")
    remedy = Text(
        "Vertrouw dit bericht niet. Vraag de afzender of die het zelf heeft gestuurd.",
        "Do not trust this message. Ask the sender whether they sent it.",
    )


class KeyFileMissing(Misconfigured):
    """No file there, or one that cannot be read."""

    code = "key-file-missing"
    title = Text("Het sleutelbestand is niet te vinden", "The key file cannot be found")
    remedy = Text(
        "Geef de goede plaats op, of maak eerst sleutels.", "Name the right place, or make keys."
    )


class KeyFileExists(Misconfigured):
    """A file is there already."""

    code = "key-file-exists"
    title = Text("Er is al een bestand op die plaats", "There is a file in that place already")
    remedy = Text(
        "Kies een andere naam. Een sleutelbestand wordt nooit overschreven.",
        "Choose another name. A key file is never overwritten.",
    )


class KeyFileExposed(Misconfigured):
    """Other users of this machine may read or change the file."""

    code = "key-file-exposed"
    title = Text("Anderen kunnen bij het sleutelbestand", "Others have access to the key file")
    remedy = Text(
        "Geef alleen de eigenaar toegang: chmod 600. Maak nieuwe sleutels als iemand meelas.",
        "Give only its owner access: chmod 600. Make new keys if someone may have read it.",
    )


class KeyFileDamaged(Misconfigured):
    """The file is no key file of this version."""

    code = "key-file-damaged"
    title = Text("Dit is geen leesbaar sleutelbestand", "This is not a readable key file")
    remedy = Text("Zet een reservekopie terug.", "Put back a copy.")


class WrongPassphrase(Misconfigured):
    """No passphrase, or another than the file was written with."""

    code = "wrong-passphrase"
    title = Text("De wachtwoordzin klopt niet", "The passphrase is wrong")
    remedy = Text(
        "Probeer het opnieuw. Zonder de wachtwoordzin is de sleutel verloren.",
        "Try again. Without the passphrase the key is lost.",
    )
