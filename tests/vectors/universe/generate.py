# SPDX-License-Identifier: EUPL-1.2
"""Write the three files of vectors: addresses, a universe with places in it, and area maps.

Run ``python -m vectors.universe.generate`` in the folder ``tests``. Everything comes from the
plain second implementations (``composition`` here, ``property.universe.reference``), not from the
product. Run it only when ``ENCODER`` or a format gets a new version.
"""

import hashlib
import json
from pathlib import Path

from ontschot.protocol.universe import Address
from property.universe.reference import normalise, place
from vectors.universe.composition import Row, compact, slots, universe_text

HERE = Path(__file__).parent

Fields = tuple[str | None, str | int | None, str | None, str | None]

ADDRESSES: list[Fields] = [
    ("3342AB", 12, None, None),
    (" 3342 ab ", " 0012 ", "", ""),
    ("3342-AB", "12", "a", ""),
    ("3342AB", "12A", "", ""),
    ("3342AB", "12a2", None, None),
    ("3342AB", "12-14", "", ""),
    ("3342AB", "12 bis", "", ""),
    ("3342AB", 12, "HS", "2"),
    ("3342AB", 12, "", "0A01"),
    ("3342AB", 12, "", "0001"),
    ("3342AB", 12, "", "00"),
    ("3342AB", 12, "", "1-hoog"),
    ("3342AB", 12, "", "é2½"),
    ("3342AB", 99999, "z", "zzzz"),
    ("3342AB", 100000, "", ""),
    ("3342AB", 0, "", ""),
    ("3342AB", None, "", ""),
    ("3342AB", "A12", "", ""),
    ("3342AB", -5, "", ""),
    ("3342SA", 12, "", ""),
    ("0342AB", 12, "", ""),
    ("3342", 12, "", ""),
    ("3342ABC", 12, "", ""),
    ("B-1000", 12, "", ""),
    (None, 12, "", ""),
]
ROWS: list[Row] = [
    ("BU0363AF01", Address("1011AB", 99)),
    ("BU05310101", Address("3342AB", 1)),
    ("BU05310101", Address("3342AB", 3)),
    ("BU05310101", Address("3342AB", 3, "A")),
    ("BU05310101", Address("3342AB", 3, "A", "2")),
    ("BU05310102", Address("3342CD", 10, "", "BIS")),
]
OVERFLOW = {"GM0363": 5, "GM0531": 7}
CLIENTS: list[tuple[Fields, str | None]] = [
    (("3342 ab", "3a02", "", ""), "GM0531"),
    (("3342AB", 3, "A", "9"), "GM0531"),
    (("3342AB", 1, "Q", "7"), "GM0531"),
    (("3342AB", 77, "", ""), "GM0531"),
    (("1011AB", 99, "", ""), "GM0531"),
    (("3342CD", 10, "", ""), "GM0531"),
    (("1011AB", 99, "", ""), None),
    (("1011AB", 98, "", ""), None),
    (("1011AB", 99, "", ""), "GM0642"),
    (("", 99, "", ""), "GM0363"),
]


def main() -> None:
    """Write the files."""
    write("addresses.json", [address_vector(fields) for fields in ADDRESSES])
    text = universe_text(ROWS, OVERFLOW, 2025)
    digest = hashlib.sha256(text.encode()).hexdigest()
    good = {"file": text, "digest": digest, "slots": 18, "places": places()}
    write("universe.json", {"good": good, "bad": bad_universes(text)})
    maps = {name: compact(document) for name, document in area_maps(digest).items()}
    digests = {name: hashlib.sha256(data.encode()).hexdigest() for name, data in maps.items()}
    bad = bad_maps(maps["buurt"]) + bad_clusters(maps["pc6-cluster"])
    write("areas.json", {"good": maps, "digests": digests, "bad": bad})


def address_vector(fields: Fields) -> dict[str, object]:
    """Return one address and its normal form."""
    found = normalise(*fields)
    return {"given": fields, "normal": found.text if found else None}


def places() -> list[dict[str, object]]:
    """Return the slot of every client."""
    lines, first = slots(ROWS, OVERFLOW)
    overflow = {code: (first[code], count) for code, count in OVERFLOW.items()}
    gemeente_of = {address: f"GM{buurt[2:6]}" for buurt, address in ROWS}
    return [
        {
            "given": fields,
            "gemeente": gemeente,
            "slot": place(lines, overflow, gemeente_of, normalise(*fields), gemeente),
        }
        for fields, gemeente in CLIENTS
    ]


def bad_universes(text: str) -> list[dict[str, str]]:
    """Return files that must be refused, each with the code of its error."""
    head, _, body = text.partition("\n")
    first, second, *rest = body.splitlines(keepends=True)
    changes = {
        "empty": "",
        "no header": body,
        "no lines": head + "\n",
        "a line short": head + "\n" + second + "".join(rest),
        "a line twice": head + "\n" + first + first + "".join(rest),
        "lines not in order": head + "\n" + second + first + "".join(rest),
        "bytes behind the last line": text + " ",
        "other line ends": text.replace("\n", "\r\n"),
        "header with a space": text.replace(",", ", ", 1),
        "header of another format": text.replace("universe/1", "universe/2"),
        "header with another count": text.replace('"addresses":5', '"addresses":4'),
        "header with another gemeente": text.replace("GM0363", "GM0362"),
        "header with no overflow": text.replace('"overflow":5', '"overflow":0'),
        "header with a float": text.replace('"year":2025', '"year":2025.0'),
        "header with an early year": text.replace('"year":2025', '"year":1999'),
        "a small letter": text.replace("00003;A", "00003;a"),
        "a letter that stands in the addition": text.replace("00003;A;    ", "00003; ;A   "),
        "an addition with a leading zero": text.replace("A;2   ", "A;02  "),
        "an addition on the right": text.replace("A;2   ", "A;   2"),
        "an addition with a hole": text.replace("BIS ", "B IS"),
        "a number without zeros": text.replace("00099;", "   99;"),
        "number zero": text.replace("00001;", "00000;"),
        "a reserved postcode": text.replace("1011AB", "1011SA"),
        "another separator": text.replace("1011AB;", "1011AB,"),
        "a buurt of another form": text.replace("BU0363AF01", "WK0363AF01"),
    }
    assert all(changed != text for changed in changes.values())
    found = [
        {"why": why, "file": changed, "code": "malformed-universe"}
        for why, changed in changes.items()
    ]
    other = text.replace("address-1", "address-2")
    return [*found, {"why": "another encoder", "file": other, "code": "unknown-encoder"}]


def area_maps(universe: str) -> dict[str, dict[str, object]]:
    """Return a map per level, and one in which two buurten are joined."""
    shared = {"format": "ontschot-areas/1", "universe": universe}
    return {
        "gemeente": shared
        | {
            "areas": [area("GM0363"), area("GM0531")],
            "level": "gemeente",
            "minimum": 1,
            "runs": [0, 6, 1, 12],
        },
        "wijk": shared
        | {
            "areas": [area("WK0363AF"), area("WK053101")],
            "level": "wijk",
            "minimum": 1,
            "runs": [0, 1, -1, 5, 1, 5, -1, 7],
        },
        "buurt": shared
        | {
            "areas": [area("BU0363AF01"), area("BU05310101"), area("BU05310102")],
            "level": "buurt",
            "minimum": 1,
            "runs": [0, 1, -1, 5, 1, 4, 2, 1, -1, 7],
        },
        "buurt joined": shared
        | {
            "areas": [
                {
                    "code": "BU0363AF01+1",
                    "holds": ["BU0363AF01", "BU05310102"],
                    "name": "BU0363AF01 en BU05310102",
                },
                area("BU05310101"),
            ],
            "level": "buurt",
            "minimum": 2,
            "runs": [0, 1, -1, 5, 1, 4, 0, 1, -1, 7],
        },
        "pc6-cluster": shared
        | {
            "areas": [
                cluster("BU0363AF01", "1011AB", "1011 AB"),
                cluster("BU05310101", "3342AB", "3342 AB"),
                cluster("BU05310102", "3342CD", "3342 CD"),
            ],
            "level": "pc6-cluster",
            "minimum": 1,
            "runs": [0, 1, -1, 5, 1, 4, 2, 1, -1, 7],
        },
    }


def cluster(buurt: str, pc6: str, spelled: str) -> dict[str, object]:
    """Return a cluster of one PC6."""
    return area(f"{buurt}-{pc6}") | {"name": f"{spelled} (buurt {buurt})"}


def area(code: str) -> dict[str, object]:
    """Return one area that is called after its code."""
    return {"code": code, "holds": [code], "name": code}


def bad_maps(text: str) -> list[dict[str, str]]:
    """Return maps that must be refused."""
    changes = {
        "empty": "",
        "a newline behind": text + "\n",
        "a space": text.replace(",", ", ", 1),
        "another format": text.replace("areas/1", "areas/2"),
        "another level": text.replace('"level":"buurt"', '"level":"wijk"'),
        "a minimum that is not reached": text.replace('"minimum":1', '"minimum":2'),
        "an area without slots": text.replace("4,2,1,-1", "4,-1"),
        "a run of nothing": text.replace("[0,1,-1,5", "[0,0,-1,5"),
        "a run that is cut": text.replace("[0,1,-1,5", "[0,1,-1,2,-1,3"),
        "an area that is not there": text.replace("1,4,2,1", "1,4,3,1"),
        "an area too low": text.replace("[0,1,-1,5", "[0,1,-2,5"),
        "an odd number": text.replace("[0,1,-1,5", "[0,1,-1,5,1"),
        "a code of another form": text.replace("BU0363AF01", "BU0363af01"),
        "a code that is not what it holds": text.replace('"code":"BU0363AF01"', '"code":"A"'),
        "a hash of another form": text.replace('"universe":"', '"universe":"0'),
    }
    assert all(changed != text for changed in changes.values())
    return [{"why": why, "map": changed} for why, changed in changes.items()]


def bad_clusters(text: str) -> list[dict[str, str]]:
    """Return maps of clusters that must be refused."""
    changes = {
        "clusters called buurten": text.replace('"level":"pc6-cluster"', '"level":"buurt"'),
        "a cluster of a whole buurt": text.replace("BU05310102-3342CD", "BU05310102"),
        "a piece with a space": text.replace("-3342CD", "-3342 CD"),
        "a piece in small letters": text.replace("-3342CD", "-3342cd"),
        "a postcode that begins with zero": text.replace("-3342CD", "-0342CD"),
        "a piece of another buurt's form": text.replace("BU05310102-", "WK053101-"),
        "a piece in two clusters": text.replace('["BU05310102-3342CD"]', '["BU05310101-3342AB"]'),
        "pieces not in order": text.replace(
            '["BU05310102-3342CD"]', '["BU05310102-3342CD","BU05310102-3342AB"]'
        ),
    }
    assert all(changed != text for changed in changes.values())
    return [{"why": why, "map": changed} for why, changed in changes.items()]


def write(name: str, content: object) -> None:
    """Write one file."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (HERE / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
