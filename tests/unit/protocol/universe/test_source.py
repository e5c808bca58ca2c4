# SPDX-License-Identifier: EUPL-1.2
"""Readers of public address files: every layout, and what is wrong by line."""

from pathlib import Path

import pytest

from ontschot.protocol.universe import Universe, source
from ontschot.protocol.universe.errors import SourceUnreadable
from ontschot.protocol.universe.source import Layout, read, sniff

LINES = ["BU0363AF01;1011AB;00099; ;    ", "BU05310101;3342AB;00001; ;    "]
OWN = "postcode;huisnummer;huisletter;toevoeging;buurtcode\n"
CBS = "PC6;Huisnummer;Buurt2025;Wijk2025;Gemeente2025\n"
CBS_2016 = """pc6;huisnummer;gwb2016_code;wijkcode;gemeentecode
1011 AB;99;0363AF01;0363AF;0363
3342AB;1;05310101;053101;0531"""
CBS_2017 = """"PC6","Huisnummer","Buurt2017","Wijk2017","Gem2017"\r
"3342AB",1,"BU05310101","WK053101","GM0531"\r
"1011AB",99,"BU0363AF01","WK0363AF","GM0363"\r
"""
CBS_2023 = """\ufeffPC6,Huisnummer,Buurt2023,Wijk2023,Gemeente2023
3342AB,1,5310101,53101,531
1011AB,99,363AF01,363AF,363


"""


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "adressen.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def address_lines(path: Path, gemeenten: list[str] | None = None) -> list[str]:
    universe = Universe.build(read(path, gemeenten), 2025)
    return universe.to_bytes().decode().splitlines()[1:]


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        (CBS + "3342AB;1;5310101;53101;531\n1011AB;99;363AF01;363AF;363\n", Layout(";", 2025)),
        (CBS_2017, Layout(",", 2017)),
        (CBS_2016, Layout(";", 2016)),
        (CBS_2023, Layout(",", 2023)),
        (OWN + "3342ab;1;;;BU05310101\n1011AB;0099;;;BU0363AF01\n", Layout(";", None)),
        (OWN.replace(";", ",").upper() + "3342ab,1,,,bu05310101\n1011AB,99,,,BU0363AF01",
         Layout(",", None)),
    ],
)  # fmt: skip
def test_each_layout_gives_the_same_addresses(tmp_path: Path, content: str, layout: Layout) -> None:
    path = write(tmp_path, content)
    assert sniff(path) == layout
    assert layout.is_cbs == (layout.year is not None)
    assert address_lines(path) == LINES


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
def test_encoding_makes_no_difference(tmp_path: Path, encoding: str) -> None:
    content = OWN + "3342AB;1;;é2;BU05310101\n"
    assert address_lines(write(tmp_path, content.encode(encoding))) == [
        "BU05310101;3342AB;00001; ;2   "
    ]


def test_keeps_only_the_gemeenten_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, CBS + "3342AB;1;5310101;53101;531\nbad;0;363AF01;363AF;363\n")
    assert address_lines(path, ["GM0531"]) == LINES[1:]
    with pytest.raises(ValueError, match="0531"):
        next(read(path, ["0531"]))


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ("", "line 1: need postcode;"),
        ("a;b;c\n", "line 1: need postcode;"),
        ((OWN + "3342AB;1;;;BU05310101\n").encode("utf-16"), "line 1: need postcode;"),
        (OWN + "3342AB;1;;;BU05310101\n3342AB;1;;\n", "line 3: not five columns"),
        (OWN + "3342AB;1;;;BU05310101;\n", "line 2: not five columns"),
        (OWN + "3342AB;1;;;BU05310101\n\n3342AB;2;;;BU05310101\n", "line 3: an empty line"),
        (OWN + "3342AB;1;;;5310101\n", "line 2: buurtcode"),
        (OWN + "3342AB;1;;;BU053101012\n", "line 2: buurtcode"),
        (OWN + "3342AB;1;;;BU0531é101\n", "line 2: buurtcode"),
        (OWN + "3342AB;1;;;BU05310101\nAB3342;1;;;BU05310101\n", "line 3: postcode"),
        (OWN + "3342AB;0;;;BU05310101\n", "line 2: huisnummer"),
        (OWN + '3342AB;1;"A\nB";;BU05310101\n', "line 2: a line break"),
        (OWN + "3342AB;1;;" + "x" * 140_000 + ";BU05310101\n", "line 2: not a CSV line"),
        (CBS + "3342AB;1;5310101;53101;642\n", "line 2: the gemeente is not"),
        (CBS + "3342AB;1;;53101;531\n", "line 2: buurtcode"),
        (CBS + "3342AB;1;105310101;53101;531\n", "line 2: buurtcode"),
        (CBS + "3342AB;1;5310101;53101;\n", "line 2: the gemeente is not"),
    ],
)
def test_names_the_line_that_is_wrong(tmp_path: Path, content: str | bytes, detail: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(SourceUnreadable) as caught:
        list(read(path))
    assert caught.value.detail.startswith(detail)
    assert caught.value.line == int(detail.split()[1].rstrip(":"))


def test_reads_in_parts_and_tells_how_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_CHUNK", 2)
    content = OWN + "".join(f"3342AB;{i};;;BU05310101\n" for i in range(1, 6))
    told: list[tuple[int, int]] = []
    parts = list(read(write(tmp_path, content), progress=lambda *far: told.append(far)))
    assert [len(part.addresses) for part in parts] == [2, 2, 1]
    assert told == [(len(content), len(content))] * 3
    assert sum(len(part.addresses) for part in read(write(tmp_path, content + "\n" * 5))) == 5
    for line in range(2, 7):
        house = f"3342AB;{line - 1};"
        with pytest.raises(SourceUnreadable, match=f"line {line}: an empty line"):
            list(read(write(tmp_path, content.replace(house, f"\n{house}"))))
    with pytest.raises(SourceUnreadable, match="line 6: huisnummer"):
        list(read(write(tmp_path, content.replace(";5;", ";;"))))
