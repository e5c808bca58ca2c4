# SPDX-License-Identifier: EUPL-1.2
"""Where a client lived when: from addresses per month to stays."""

from datetime import date
from itertools import permutations

from unit.node.provider.intake.samples import Desk, line, numbers

Stay = tuple[int, date | None, date | None]


def lived(month: int, number: int, bsn: str = "") -> dict[str, str]:
    """Return a line that says: in this month, at this house number."""
    row = line(
        referentie=f"{bsn}M{month}N{number}"[-20:],
        huisnummer=str(number),
        periode_van=f"2025-{month:02d}-01",
        periode_tot=f"2025-{month:02d}-28",
        toewijzingsnummer="",
    )
    return row | ({"bsn": bsn, "referentie": f"{int(bsn) % 9999}M{month}N{number}"} if bsn else {})


def stays(desk: Desk) -> list[Stay]:
    found = desk.rows("adres", "huisnummer", "geldig_van", "geldig_tot")
    return sorted(found, key=lambda row: row[1] or date.min)


def test_an_address_that_stays_the_same_has_no_bounds(desk: Desk) -> None:
    desk.load(*(lived(month, 5) for month in range(1, 5)))
    assert stays(desk) == [(5, None, None)]
    (seen,) = desk.rows("adres", "gezien_van", "gezien_tot")
    assert seen == (date(2025, 1, 1), date(2025, 4, 1))


def test_a_move_ends_one_stay_the_day_before_the_next(desk: Desk) -> None:
    desk.load(lived(1, 5), lived(2, 5), lived(3, 6), lived(4, 5))
    assert stays(desk) == [
        (5, None, date(2025, 2, 28)),
        (6, date(2025, 3, 1), date(2025, 3, 31)),
        (5, date(2025, 4, 1), None),
    ]


def test_the_order_of_loads_does_not_matter(desk: Desk) -> None:
    months = [(1, 5), (3, 6), (4, 6)]
    orders = list(permutations(months))
    for bsn, order in zip(numbers(len(orders)), orders, strict=True):
        for month, number in order:
            desk.load(lived(month, number, bsn))
    wanted = [(5, None, date(2025, 2, 28)), (6, date(2025, 3, 1), None)]
    assert sorted(stays(desk)) == sorted(wanted * len(orders))


def test_of_two_addresses_in_a_month_the_newest_load_decides(desk: Desk) -> None:
    desk.load(lived(3, 5))
    desk.load(lived(3, 6))
    assert stays(desk) == [(6, None, None)]


def test_of_two_addresses_in_a_file_the_order_of_lines_does_not_decide(desk: Desk) -> None:
    one, two = numbers(2)
    desk.load(lived(3, 5, one), lived(3, 6, one), lived(3, 6, two), lived(3, 5, two))
    assert stays(desk) == [(6, None, None), (6, None, None)]


def test_lines_without_address_leave_the_known_one(desk: Desk) -> None:
    desk.load(lived(3, 5))
    desk.load(lived(4, 6) | {"postcode": ""})
    assert stays(desk) == [(5, None, None)]


def test_an_address_of_another_kind_is_left_alone(desk: Desk) -> None:
    desk.load(lived(3, 5))
    with desk.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO adres (client_id, soort, postcode, huisnummer, huisletter, toevoeging,"
            " gemeente, gezien_van, gezien_tot) SELECT client_id, '03', postcode, 99, '', '',"
            " gemeente, gezien_van, gezien_tot FROM adres"
        )
    desk.load(lived(4, 6))
    assert {number for number, _, _ in stays(desk)} == {5, 6, 99}
