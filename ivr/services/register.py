"""Every service of the hotline, by name, and the catalogue of them that menus are checked against."""

from ivr.services import (
    accounts,
    bindings,
    callbacks,
    cards,
    changes,
    credit_rule,
    desk,
    identity,
    keying,
    notices,
    offices,
    pins,
    policies,
    replies,
    unbinding,
)
from ivr.services.service import by_name, catalogue

_SUBJECTS = (
    (accounts, bindings, callbacks, cards, changes, credit_rule, desk, identity, keying),
    (notices, offices, pins, policies, replies, unbinding),
)

SERVICES = by_name(service for some in _SUBJECTS for subject in some for service in subject.SERVICES)
CATALOGUE = catalogue(SERVICES)

# The texts that services write themselves, with the values each is given: wording may use no others.
TEMPLATES = {
    "SMS01_verify_code": frozenset({"code", "minutes"}),
    "SMS02_unbind_code": frozenset({"code", "minutes", "name"}),
    "SMS03_unbind_done": frozenset({"moment", "name"}),
    "SMS04_notice_beneficiary": frozenset({"name", "day"}),
    "SMS09_locked": frozenset[str](),
    "SMS10_office": frozenset({"office_name", "address", "phone", "office"}),
    "SMS11_change_docs": frozenset[str](),
    "SMS13_balance_optin": frozenset({"amount", "day"}),
    "SMS17_unbind_refused": frozenset[str](),
}
