"""Rows of people who cannot exist."""

from datetime import date

from stdnum.iso7064 import mod_11_2

HEADERS = {
    "people": "id_number,name,region,member_type,status,mobile,mobile_registered_on,card_number,"
    "computer_number,query_pin,special_scheme,credit_zone,remote_care_filed",
    "ledger": "id_number,date,kind,amount,institution,counterparty_id_number,reference",
    "bindings": "authoriser_id_number,beneficiary_id_number,relation,priority,bound_on,quota",
}
HUANG, WEI, LI, WANG = (
    "450199196803129974",
    "450199197009259987",
    "450199195503179983",
    "460199197101019996",
)
FOREIGNER = "911156197501019987"


def number(born: date, sequence: int = 998) -> str:
    """Return a valid number that no person can have: an unassigned county and a reserved sequence."""
    seventeen = f"450199{born:%Y%m%d}{sequence}"
    return seventeen + str(mod_11_2.calc_check_digit(seventeen))


_PERSON = {
    "id_number": HUANG,
    "name": "黄建国",
    "region": "450100",
    "member_type": "employed",
    "status": "active",
    "mobile": "",
    "mobile_registered_on": "",
    "card_number": "",
    "computer_number": "",
    "query_pin": "",
    "special_scheme": "none",
    "credit_zone": "medical",
    "remote_care_filed": "false",
}
_MOVEMENT = {
    "id_number": HUANG,
    "date": "2026-11-01",
    "kind": "monthly_credit",
    "amount": "85.20",
    "institution": "",
    "counterparty_id_number": "",
    "reference": "",
}
_BINDING = {
    "authoriser_id_number": HUANG,
    "beneficiary_id_number": WEI,
    "relation": "spouse",
    "priority": "",
    "bound_on": "2025-05-06",
    "quota": "",
}


def person(**cells: str) -> str:
    """Return a row of people: person(mobile="13800138000", agency="青秀")."""
    return ",".join((_PERSON | cells).values())


def movement(**cells: str) -> str:
    """Return a row of the ledger."""
    return ",".join((_MOVEMENT | cells).values())


def binding(**cells: str) -> str:
    """Return a row of bindings."""
    return ",".join((_BINDING | cells).values())


# Two with an account and two without.
FAMILY = (
    person(),
    person(id_number=WEI, name="韦秀英", member_type="resident"),
    person(id_number=LI, name="李桂兰", member_type="retired"),
    person(id_number=WANG, name="王海生", member_type="flexible", region="460000"),
)
