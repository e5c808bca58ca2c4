# SPDX-License-Identifier: EUPL-1.2
"""The words on the pages. Dutch at level B1: short sentences, no jargon without explanation."""

from types import SimpleNamespace

from ontschot.protocol.language import Language, Text

TEXTS: dict[str, Text] = {
    "skip": Text("Naar de inhoud", "Skip to content"),
    "tagline": Text("Cijfers over hulp in de regio", "Figures about care in the region"),
    "other_language": Text("English", "Nederlands"),
    "answers": Text("Antwoorden", "Answers"),
    "answers_intro": Text(
        "Zorgaanbieders geven samen antwoord op vragen van de gemeente. "
        "De dossiers blijven bij de aanbieder.",
        "Care providers answer questions of the municipality together. "
        "The records stay with the provider.",
    ),
    "no_answers": Text(
        "Er zijn nog geen antwoorden gepubliceerd.", "No answers have been published yet."
    ),
    "round": Text("Meetronde", "Round"),
    "published": Text("Gepubliceerd", "Published"),
    "question": Text("Vraag", "Question"),
    "back": Text("Alle antwoorden", "All answers"),
    "choose": Text("Kies wat u wilt zien", "Choose what to see"),
    "choose_table": Text("Tabel", "Table"),
    "choose_outcome": Text("Uitkomst", "Outcome"),
    "choose_measure": Text("Op de kaart", "On the map"),
    "show": Text("Laat zien", "Show"),
    "measure_rate_count": Text("per 100 adressen", "per 100 addresses"),
    "measure_rate_euro": Text("per adres", "per address"),
    "measure_value": Text("totaal per gebied", "total per area"),
    "map": Text("Kaart", "Map"),
    "no_map": Text(
        "Van deze gebieden is er geen kaart. De cijfers staan in de tabel.",
        "There is no map of these areas. The figures are in the table.",
    ),
    "no_map_clusters": Text(
        "Dit zijn stukjes van een buurt: een paar postcodes bij elkaar. "
        "Daarvan bestaat geen openbare kaart. De cijfers staan in de tabel.",
        "These are pieces of a neighbourhood: a few postcodes together. "
        "There is no public map of them. The figures are in the table.",
    ),
    "no_map_one": Text(
        "Deze tabel gaat over één gebied. Een kaart laat dan niets extra zien.",
        "This table is about one area. A map would show nothing more.",
    ),
    "kind": Text("Soort cijfers", "Kind of figures"),
    "kind_bears": Text("Wat kunt u hiermee?", "What can you use it for?"),
    "kind_others": Text(
        "Dezelfde cijfers van een andere soort", "The same figures of another kind"
    ),
    "reserve_one": Text(
        "Bij deze gemeente tellen {} extra plaatsen mee als adres. "
        "Die zijn voor adressen die niet op de openbare lijst staan. "
        "Zij horen bij geen wijk of buurt.",
        "This municipality has {} extra places that count as addresses. "
        "They are for addresses that are not on the public list. "
        "They belong to no district or neighbourhood.",
    ),
    "reserve_together": Text(
        "Bij deze gemeenten samen tellen {} extra plaatsen mee als adres. "
        "Die zijn voor adressen die niet op de openbare lijst staan. "
        "Zij horen bij geen wijk of buurt.",
        "These municipalities together have {} extra places that count as addresses. "
        "They are for addresses that are not on the public list. "
        "They belong to no district or neighbourhood.",
    ),
    "reserve": Text(
        "Bij een gemeente tellen extra plaatsen mee als adres. "
        "Die zijn voor adressen die niet op de openbare lijst staan. "
        "Zij horen bij geen wijk of buurt.",
        "A municipality has extra places that count as addresses. "
        "They are for addresses that are not on the public list. "
        "They belong to no district or neighbourhood.",
    ),
    "rest": Text(
        "Onderaan staat wat bij geen {} hoort. "
        "Dat is hulp aan adressen die niet op de openbare lijst staan. "
        "Bij Adressen staat daar het aantal plaatsen dat ervoor is. "
        "Niet elke plaats is een adres. Daarom is er geen cijfer per adres.",
        "At the bottom stands what belongs to no {}. "
        "That is care at addresses that are not on the public list. "
        "Under Addresses stands the number of places for them. "
        "Not every place is an address. So there is no figure per address.",
    ),
    "share_of_all": Text(
        "De duurste huishoudens zijn hier een deel van álle adressen. "
        "Ook adressen zonder hulp tellen daarin mee. "
        "Het is dus geen deel van de huishoudens met hulp.",
        "The dearest households are here a part of all addresses. "
        "Addresses without care count as well. "
        "So they are no part of the households with care alone.",
    ),
    "chart": Text("Grafiek", "Chart"),
    "table": Text("Tabel", "Table"),
    "table_scroll": Text("Tabel, verschuifbaar", "Table, can be scrolled"),
    "table_outcomes": Text("Alle uitkomsten", "All outcomes"),
    "area": Text("Gebied", "Area"),
    "figure": Text("Cijfer", "Figure"),
    "interval": Text("Marge (95 %)", "Margin (95 %)"),
    "rate_count": Text("Per 100 adressen", "Per 100 addresses"),
    "rate_euro": Text("Per adres", "Per address"),
    "addresses": Text("Adressen", "Addresses"),
    "per_level": Text("{}, per {}", "{}, by {}"),
    "few_shown": Text(
        "Gebieden met een cijfer: {} van de {}. De andere cijfers zijn te klein of te onzeker.",
        "Areas with a figure: {} of {}. The other figures are too small or too uncertain.",
    ),
    "none_shown": Text(
        "Geen gebied heeft hier een cijfer. Alle cijfers zijn te klein of te onzeker.",
        "No area has a figure here. All figures are too small or too uncertain.",
    ),
    "few_shown_coarser": Text(
        "In een tabel met grotere gebieden zijn de cijfers zekerder. Die kiest u hierboven.",
        "In a table of larger areas figures are more certain. You choose it above.",
    ),
    "not_shown": Text("niet getoond", "not shown"),
    "downloads": Text("Downloaden", "Download"),
    "download_csv": Text("Cijfers voor een rekenblad (CSV)", "Figures for a spreadsheet (CSV)"),
    "download_geojson": Text("Kaart met cijfers (GeoJSON)", "Map with figures (GeoJSON)"),
    "download_json": Text("Het hele antwoord (JSON)", "The whole answer (JSON)"),
    "download_map": Text("Kaart als plaatje (SVG)", "Map as picture (SVG)"),
    "download_chart": Text("Grafiek als plaatje (SVG)", "Chart as picture (SVG)"),
    "method": Text("Hoe komen wij aan deze cijfers?", "How did we get these figures?"),
    "method_noise": Text(
        "Door ruis is elk cijfer iets te hoog of te laag. "
        "Daardoor is aan een cijfer bijna niet te zien of één huishouden meetelt. "
        "Hoe sterk dat is, staat onderaan bij Privacyverlies.",
        "Noise makes every figure a little too high or too low. "
        "So a figure hardly shows whether one household counts in it. "
        "How strong that is stands below, at Privacy loss.",
    ),
    "reading": Text("Hoe leest u een cijfer?", "How do you read a figure?"),
    "reading_interval": Text(
        "Bij elk cijfer staat een marge: twee getallen. "
        "Het echte getal ligt daartussen. "
        "In 95 van de 100 gevallen klopt dat. "
        "De marge laat zien hoeveel de ruis uitmaakt. "
        "Bij een schatting telt ook mee wat wij niet weten. "
        "Er zijn drie soorten cijfers:",
        "With every figure stands a margin: two numbers. "
        "The true number lies between them. "
        "In 95 of 100 cases that is right. "
        "The margin shows how much the noise matters. "
        "For an estimate it also covers what we do not know. "
        "There are three kinds of figures:",
    ),
    "reading_size": Text(
        "Hoe kleiner het gebied, hoe onzekerder het cijfer. "
        "Kosten zijn onzekerder dan aantallen huishoudens. "
        "Wijken die duidelijk verschillen, kunt u vergelijken. "
        "Van buurten kunt u groepen maken, zoals veel, gewoon en weinig. "
        "Een volgorde van buurten kunt u niet maken.",
        "The smaller the area, the less certain the figure. "
        "Cost is less certain than numbers of households. "
        "Districts that clearly differ can be compared. "
        "Of neighbourhoods you can make groups, such as much, ordinary and little. "
        "You cannot put neighbourhoods in order.",
    ),
    "reading_compare": Text(
        "Wilt u weten of twee gebieden verschillen? Kijk dan naar hun marges. "
        "Overlappen ze, dan kan het verschil toeval zijn. "
        "Vergelijk alleen cijfers van dezelfde soort, uit dezelfde tabel.",
        "Do you want to know whether two areas differ? Then look at their margins. "
        "If they overlap, the difference may be chance. "
        "Compare figures of one kind only, from one table.",
    ),
    "reading_rounded": Text(
        "Aantallen zijn afgerond op 5, bedragen op 1.000 euro. "
        "Delen tellen daarom niet altijd precies op tot het totaal. "
        "Ook door de ruis kan de som van gebieden anders zijn dan het totaal.",
        "Counts are rounded to 5, amounts to 1,000 euros. "
        "Parts therefore do not always add up exactly to the total. "
        "Noise can also make the sum of areas differ from the total.",
    ),
    "reading_uncertain": Text(
        "Staat er 'te onzeker'? Dan is de marge te groot voor dit cijfer. "
        "Staat er 'minder dan 10'? Dan loopt de marge tot hoogstens 10. "
        "Kijk dan naar de marge.",
        "Does it say 'too uncertain'? Then the margin is too wide for this figure. "
        "Does it say 'fewer than 10'? Then the margin ends at 10 at most. "
        "Look at the margin then.",
    ),
    "limits": Text("Wat staat er niet in?", "What is not in it?"),
    "limits_text": Text(
        "Alleen aanbieders die meedoen, tellen mee. "
        "Een huishouden is hier een adres. "
        "Hulp die niet per cliënt wordt betaald, ontbreekt. "
        "Ook een persoonsgebonden budget ontbreekt.",
        "Only providers that take part count. "
        "A household is an address here. "
        "Care that is not paid per client is missing. "
        "Personal budgets are missing too.",
    ),
    "facts": Text("De afspraken bij dit antwoord", "What was agreed for this answer"),
    "purpose": Text("Doel", "Purpose"),
    "period": Text("Periode", "Period"),
    "coverage": Text("Dekking", "Coverage"),
    "participants": Text("Aanbieders", "Providers"),
    "protected": Text("Beschermd", "Protected"),
    "clamp": Text("Maximum", "Maximum"),
    "privacy_loss": Text("Privacyverlies", "Privacy loss"),
    "manifest": Text("Controlegetal", "Checksum"),
    "signed_by": Text("Ondertekend door", "Signed by"),
    "notice": Text("Let op", "Please note"),
    "error_try_list": Text("Naar alle antwoorden", "To all answers"),
    "footer": Text(
        "Dit portaal bewaart geen gegevens over u. Het zet één cookie als u een taal kiest.",
        "This portal keeps no data about you. It sets one cookie when you choose a language.",
    ),
}


def in_language(language: Language) -> SimpleNamespace:
    """Return all texts in one language, as attributes for the templates."""
    return SimpleNamespace(**{key: text.in_language(language) for key, text in TEXTS.items()})
