# SPDX-License-Identifier: EUPL-1.2
"""The words of a result: titles of tables, labels of columns, coverage. Dutch first, B1."""

from decimal import ROUND_UP, Decimal
from itertools import pairwise

from ontschot.coordinator.releases import person_words
from ontschot.coordinator.results.clamps import UNITS, clamp_text, per_provider_text
from ontschot.protocol.amounts import euros
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.charge import charges_of
from ontschot.protocol.privacy.conversion import DELTA, epsilon_of
from ontschot.protocol.privacy.units import Rho
from ontschot.protocol.release.node_noise import loss_at
from ontschot.protocol.variables import publication_groups

_WETTEN = {"JW": Text("Jeugdwet", "Youth Act"), "WMO": Text("Wmo", "Social Support Act")}


_CLASSES = {
    "verwijzer": {
        "01": Text("Gemeente", "Municipality"),
        "02": Text("Huisarts", "General practitioner"),
        "03": Text("Jeugdarts", "Youth physician"),
        "04": Text("Gecertificeerde instelling", "Certified institution"),
        "05": Text("Medisch specialist", "Medical specialist"),
        "06": Text("Zelf of geen verwijzer", "Self or no referrer"),
        "08": Text("Rechter of justitie", "Court or justice"),
        "overig": Text("Anders of onbekend", "Other or unknown"),
    },
    "duur": {
        "0-91": Text("Tot 3 maanden", "Up to 3 months"),
        "92-182": Text("3 tot 6 maanden", "3 to 6 months"),
        "183-365": Text("6 tot 12 maanden", "6 to 12 months"),
        "366-730": Text("1 tot 2 jaar", "1 to 2 years"),
        "731-1095": Text("2 tot 3 jaar", "2 to 3 years"),
        "1096-1460": Text("3 tot 4 jaar", "3 to 4 years"),
        "1461-plus": Text("4 jaar of langer", "4 years or longer"),
    },
    "wachttijd": {
        "0-14": Text("0 tot en met 14 dagen", "0 to 14 days"),
        "15-42": Text("15 tot en met 42 dagen", "15 to 42 days"),
        "43-70": Text("43 tot en met 70 dagen", "43 to 70 days"),
        "71-plus": Text("Meer dan 70 dagen", "More than 70 days"),
    },
    "reden": {
        "volgens-plan": Text("Volgens plan", "As planned"),
        "client": Text("De cliënt stopte eerder", "The client stopped early"),
        "aanbieder": Text("De aanbieder stopte eerder", "The provider stopped early"),
        "overleg": Text("Samen besloten eerder te stoppen", "Stopped early by agreement"),
        "omstandigheden": Text("Door andere omstandigheden", "Because of other circumstances"),
    },
}
"""Names of the classes of cells; the codes are those of ``CellGrid`` (of a referrer: COD327 of iJw
3.2)."""

_COUNTED = {
    "duur": Text("Hulp die stopte, naar hoe lang die duurde", "Care that ended, by its length"),
    "wachttijd": Text(
        "Hulp die begon, naar dagen sinds de toewijzing",
        "Care that began, by days since its allocation",
    ),
    "reden": Text("Hulp die stopte, naar de reden", "Care that ended, by its reason"),
}
"""What tables of trajecten are about."""


_CODES: dict[str, tuple[Text, dict[int, Text]]] = {
    "kinds": (
        Text("Soorten hulp per huishouden", "Kinds of care per household"),
        {1: Text("1 soort hulp", "1 kind of care")}
        | {n: Text(f"{n} soorten hulp", f"{n} kinds of care") for n in range(2, 6)}
        | {6: Text("6 of meer soorten hulp", "6 or more kinds of care")},
    ),
    "laws": (
        Text("Huishoudens met hulp, per wet", "Households with care, by law"),
        {
            1: Text("Alleen Jeugdwet", "Youth Act only"),
            2: Text("Alleen Wmo", "Social Support Act only"),
            3: Text("Jeugdwet en Wmo", "Youth Act and Social Support Act"),
        },
    ),
    "several-and-youth": (
        Text(
            "Gezinnen met jeugdhulp en twee of meer organisaties",
            "Families with youth care and two or more organisations",
        ),
        {3: Text("Gezinnen", "Families")},
    ),
}
"""Title and labels of tables over the codes of the catalogue, by code and by threshold."""


def protected_unit(manifest: Manifest) -> Text:
    """Return what the privacy promise of an answer is about."""
    if manifest.blocks[0].unit == "person":
        return person_words.PROTECTED
    cells = manifest.blocks[0].cells
    if cells is None:
        return Text(
            "één huishouden, bij alle aanbieders samen", "one household, over all providers"
        )
    if manifest.noise == "nodes":
        return Text("één huishouden, bij één aanbieder", "one household, at one provider")
    return Text(
        f"één huishouden, bij hoogstens {cells.providers} aanbieders",
        f"one household, at {cells.providers} providers at most",
    )


def protected_rho(manifest: Manifest) -> Rho:
    """Return what the protected unit loses, in units of 1e-12: as the ledgers charged it.

    That is the price of the blocks, of persons what their account pays for those; where nodes added
    the noise, the dearest upload of each variable, which its node charged when it uploaded.
    """
    if manifest.noise == "nodes":
        return loss_at(manifest, 1)
    if manifest.blocks[0].unit == "person":
        return charges_of(manifest.blocks, (0,))[1].rho
    return stated_rho(manifest)


def stated_rho(manifest: Manifest) -> Rho:
    """Return the price of all blocks as they state it, of persons that of one bucket."""
    return Rho(sum(int(block.rho) for block in manifest.blocks))


def loss_remarks(manifest: Manifest) -> tuple[Text, ...]:
    """Return what must stand beside a sum: who added noise, and the loss at 1, M and K providers.

    At k providers it is (k / M)^2 times the price (privacy, section 0.1), or, where nodes added the
    noise, the sum of k of theirs.
    """
    cells = manifest.blocks[0].cells
    if cells is None:
        return ()
    nodes, rho = len(manifest.nodes), protected_rho(manifest)
    losses = [
        (
            k,
            epsilon_of(
                loss_at(manifest, k)
                if manifest.noise == "nodes"
                else -(-rho * k * k // cells.providers**2),
                DELTA,
            ),
        )
        for k in sorted({1, min(cells.providers, nodes), nodes})
    ]
    dutch = ", ".join(f"{_decimal(e).replace('.', ',')} bij {k} aanbieder(s)" for k, e in losses)
    english = ", ".join(f"{_decimal(e)} at {k} provider(s)" for k, e in losses)
    return (
        Text(
            "Dit zijn tellingen per aanbieder, bij elkaar opgeteld. Een huishouden met meer "
            f"aanbieders is minder goed beschermd. Epsilon van een huishouden: {dutch}.",
            "These are counts per provider, added up. A household with more providers is "
            f"protected less well. Epsilon of a household: {english}.",
        ),
        *_noise_remarks(manifest),
    )


def _noise_remarks(manifest: Manifest) -> tuple[Text, ...]:
    nodes = len(manifest.nodes)
    if manifest.noise == "nodes":
        return (
            Text(
                f"Alle {nodes} aanbieders hebben zelf ruis toegevoegd, voordat hun getallen "
                "weggingen. De helpers voegden niets toe. De ruis van alle aanbieders telt op: "
                "daarom is de marge groter.",
                f"All {nodes} providers added noise themselves before their numbers left. The "
                "helpers added none. The noise of all providers adds up, so the margin is larger.",
            ),
        )
    listed = {item.upload for item in manifest.noised}
    most = max(len(listed & set(part.uploads)) for part in manifest.parts)
    if not most:
        return ()
    return (
        Text(
            f"Van de {nodes} aanbieders voegden er {most} ook zelf ruis toe. Dat maakt de marge "
            "groter.",
            f"Of the {nodes} providers {most} added noise themselves as well. That makes the "
            "margin larger.",
        ),
    )


def clamp(manifest: Manifest, round_: Round) -> Text:
    """Return the sentence about what one household, or one person, counts for at most."""
    if manifest.blocks[0].unit == "person":
        return clamp_text(None, UNITS["persons"])
    capped = [block for block in manifest.blocks if block.cap is not None]
    if manifest.kind == "sum":
        return per_provider_text(max(block.cap or 0 for block in capped))
    cents = {(b.cap or 0) * round_.variable(b.variable).quantum_cents for b in capped}
    if len(cents) > 1:
        kinds = len({block.variable for block in capped}) > 1
        per = Text("soort hulp", "kind of care") if kinds else Text("tabel", "table")
        return Text(
            f"Een huishouden telt per {per.nl} hoogstens voor {euros(min(cents)).nl} tot "
            f"{euros(max(cents)).nl} mee. Het maximum staat bij elke tabel.",
            f"A household counts for {euros(min(cents)).en} to {euros(max(cents)).en} at most "
            f"for each {per.en}. The maximum stands at each table.",
        )
    return clamp_text(max(cents, default=None), UNITS["households"])


def table_title(block: Block, variable: VariableDocument | None) -> Text:
    """Return what a table is about; without a variable it is about a code."""
    if variable is None:
        return _CODES[block.variable][0]
    if block.statistic == "sum":
        return _cells_title(variable)
    if variable.persons is not None:
        return person_words.title(variable)
    if variable.measure == "euros":
        return _euros_title(block, variable)
    return _count_title(block, variable)


def labels(block: Block, variable: VariableDocument | None) -> tuple[Text, ...]:
    """Return the label of each figure of a table."""
    if variable is None:
        return tuple(_CODES[block.variable][1][code] for code in block.thresholds)
    if variable.cells is not None:
        return tuple(_CLASSES[variable.cells.by][code] for code in variable.cells.classes)
    if variable.persons is not None or block.statistic == "capped":
        return (person_words.LABEL if variable.persons else Text("Kosten", "Cost"),)
    if variable.measure == "euros":
        return _amount_labels(block, variable)
    if block.statistic == "at-least":
        return tuple(
            Text("Huishoudens", "Households")
            if t == 1
            else Text(f"{t} of meer aanbieders", f"{t} or more providers")
            for t in block.thresholds
        )
    last = len(block.thresholds) - 1
    return tuple(_bin_label(t, is_open=i == last) for i, t in enumerate(block.thresholds))


def cumulative_labels(block: Block, variable: VariableDocument) -> tuple[Text, ...]:
    """Return the labels of "from this tier on", or nothing where those of the bins will do."""
    if block.statistic != "bins" or variable.measure != "euros":
        return ()
    return tuple(_or_more(t * variable.quantum_cents) for t in block.thresholds[:-1])


def coverage(participants: int, listed: int) -> Text:
    """Return which part of the providers took part."""
    return Text(
        f"{participants} van de {listed} aanbieders deden mee.",
        f"{participants} of {listed} providers took part.",
    )


def _cells_title(variable: VariableDocument) -> Text:
    if variable.cells is None or variable.cells.by == "verwijzer":
        return Text("Toewijzingen per verwijzer", "Allocations per referrer")
    law, what = _WETTEN[variable.wetten[0]], _COUNTED[variable.cells.by]
    return Text(f"{what.nl} ({law.nl})", f"{what.en} ({law.en})")


def _euros_title(block: Block, variable: VariableDocument) -> Text:
    # One kind of care, or one law, is what tells the table from the others of its answer.
    kind = None
    if len(variable.groups) == 1:
        kind = publication_groups()[variable.groups[0] - 1].name
    elif len(variable.wetten) == 1:
        kind = _WETTEN[variable.wetten[0]]
    if block.statistic == "capped":
        return kind or Text("Kosten van hulp", "Cost of care")
    if kind is None and block.statistic == "bins":
        return Text("Huishoudens per kostenklasse", "Households per tier of cost")
    if kind is None:
        return Text("Huishoudens met hoge kosten", "Households with high costs")
    return Text(f"{kind.nl}, huishoudens met hoge kosten", f"{kind.en}, households with high costs")


def _count_title(block: Block, variable: VariableDocument) -> Text:
    if block.statistic == "bins":
        return Text("Aantal aanbieders per huishouden", "Number of providers per household")
    if len(variable.wetten) == 1:
        law = _WETTEN[variable.wetten[0]]
        return Text(
            f"Huishoudens met hulp uit de {law.nl}", f"Households with care under the {law.en}"
        )
    return Text("Huishoudens met hulp", "Households with care")


def _amount_labels(block: Block, variable: VariableDocument) -> tuple[Text, ...]:
    cents = [t * variable.quantum_cents for t in block.thresholds]
    if block.statistic == "at-least":
        return tuple(_or_more(amount) for amount in cents)
    tiers = [
        Text(f"{euros(low).nl} tot {euros(high).nl}", f"{euros(low).en} to {euros(high).en}")
        for low, high in pairwise(cents)
    ]
    return (*tiers, _or_more(cents[-1]))


def _or_more(cents: int) -> Text:
    return Text(f"{euros(cents).nl} of meer", f"{euros(cents).en} or more")


def _bin_label(threshold: int, *, is_open: bool) -> Text:
    if is_open:
        return Text(f"{threshold} of meer aanbieders", f"{threshold} or more providers")
    if threshold == 1:
        return Text("1 aanbieder", "1 provider")
    return Text(f"{threshold} aanbieders", f"{threshold} providers")


def _decimal(epsilon: Decimal) -> str:
    return str(epsilon.quantize(Decimal("0.01"), ROUND_UP))
