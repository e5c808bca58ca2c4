# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong at a gate.

::

    MalformedMessage
    ├── MalformedBatchSpec   a description of a batch that does not decode
    ├── MalformedGatePart    bytes that are not this party's part of this batch
    ├── MalformedMasked      bytes that are not masked values of this batch
    ├── MalformedAudit       an offer, commitment or nonce that does not decode
    └── MalformedBinding     what a batch is bound to, from values that cannot be right
    Refusal
    ├── BatchNotAllowed      a batch of a shape that the protocol does not have
    ├── GateOutOfRange       a threshold or cap outside 1..N-1, or a question the gate cannot answer
    ├── TossBroken           a nonce that is not the one committed to
    ├── DealerCaught         a revealed seed does not give the parts that were offered
    ├── DealerOwes           a set whose choice the dealer knows, and that it does not deliver
    └── PeerOwes             a set for which the other helper does not show its nonce
"""

from ontschot.protocol.errors import MalformedMessage, Refusal
from ontschot.protocol.language import Text


class MalformedBatchSpec(MalformedMessage):
    """A description of a batch that does not decode."""

    code = "malformed-batch-spec"
    title = Text("De beschrijving van de sleutels klopt niet", "The batch description is wrong")


class MalformedGatePart(MalformedMessage):
    """Bytes that are not this party's part of this batch: other length, party, spec or hash."""

    code = "malformed-gate-part"
    title = Text(
        "Deze eenmalige sleutels zijn niet te gebruiken", "These one-time keys cannot be used"
    )
    remedy = Text(
        "Vraag de sleutelmaker om nieuwe sleutels. Gebruik deze niet.",
        "Ask the dealer for new keys. Do not use these.",
    )


class MalformedMasked(MalformedMessage):
    """Bytes that are not masked values of this batch."""

    code = "malformed-masked-values"
    title = Text("De afgedekte getallen kloppen niet", "The masked values are wrong")


class MalformedAudit(MalformedMessage):
    """An offer, a commitment or a nonce of the dealer's audit that does not decode."""

    code = "malformed-batch-audit"
    title = Text(
        "Dit bericht over de controle van de sleutels klopt niet",
        "This message of the dealer's audit is wrong",
    )


class MalformedBinding(MalformedMessage):
    """What a batch is bound to, from values that cannot be right."""

    code = "malformed-batch-binding"
    title = Text(
        "De sleutels zijn verkeerd aan de vraag gekoppeld",
        "The batch is bound to the question in a wrong way",
    )


class BatchNotAllowed(Refusal):
    """A batch of a shape that the protocol does not have."""

    code = "batch-not-allowed"
    title = Text("Deze soort sleutels bestaat niet", "There is no batch of this kind")
    remedy = Text(
        "Kies een tabel van 1 tot 6 of van 8 bits, of een vergelijking van 2 tot 31 bits.",
        "Choose a table of 1 to 6 or of 8 bits, or a comparison of 2 to 31 bits.",
    )


class GateOutOfRange(Refusal):
    """A threshold or cap outside 1..N-1, or a question this kind of gate cannot answer."""

    code = "gate-out-of-range"
    title = Text("Deze grens past niet bij de sleutels", "This limit does not fit the keys")
    remedy = Text(
        "Kies een grens van minstens 1 en kleiner dan het bereik van de sleutels.",
        "Choose a limit of at least 1 and below the range of the keys.",
    )


class TossBroken(Refusal):
    """A nonce that is not the one committed to."""

    code = "coin-toss-broken"
    title = Text("De loting is niet eerlijk gegaan", "The coin toss was not fair")
    remedy = Text(
        "Gooi deze reeks sleutels weg. Vraag de sleutelmaker om een nieuwe reeks.",
        "Throw this series of keys away. Ask the dealer for a new series.",
    )


class DealerCaught(Refusal):
    """A revealed seed does not give the parts whose hashes were offered."""

    code = "dealer-caught"
    title = Text("De sleutelmaker gaf verkeerde sleutels", "The dealer gave wrong keys")
    remedy = Text(
        "Gebruik niets van deze sleutelmaker. Waarschuw de beheerders van het register.",
        "Use nothing from this dealer. Warn those who keep the roster.",
    )


class DealerOwes(Refusal):
    """The dealer knows which candidate of a set was chosen, and does not deliver the set.

    Nothing else is dealt until it does: a dealer that could go on would fall silent whenever its
    crafted candidate was not the chosen one.
    """

    code = "dealer-owes-set"
    title = Text(
        "De sleutelmaker is nog sleutels schuldig. Zolang komen er geen nieuwe",
        "The dealer owes a set of keys. Until it comes there are no new ones",
    )
    remedy = Text(
        "Vraag de sleutelmaker om de sleutels alsnog te sturen. Kan dat niet, of komt er niets? "
        "Laat de ankers in het rooster een andere sleutelmaker zetten, of hem nieuwe sleutels "
        "geven. Aanbieders moeten dan opnieuw insturen.",
        "Ask the dealer to send the keys after all. If it cannot, or nothing comes, have the "
        "anchors put another dealer, or other keys of it, in the roster. Providers must then "
        "upload again.",
    )


class PeerOwes(Refusal):
    """The other helper does not show its nonce of a set for which this one showed its own."""

    code = "helper-owes-toss"
    title = Text(
        "De andere helper loot niet mee. Zolang komen er geen nieuwe sleutels",
        "The other helper does not toss. Until it does there are no new keys",
    )
    remedy = Text(
        "Vraag de andere helper of zijn node aan staat, en wat die meldt. Wacht die op de "
        "sleutelmaker? Vraag dan de sleutelmaker.",
        "Ask the other helper whether its node runs, and what that says. Does it wait for the "
        "dealer? Then ask the dealer.",
    )
