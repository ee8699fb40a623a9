"""Every service of the hotline, by name, and the catalogue of them that menus are checked against."""

from ivr.services import (
    accounts,
    bindings,
    cards,
    changes,
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
    (accounts, bindings, cards, changes, desk, identity, keying),
    (notices, offices, pins, policies, replies, unbinding),
)

SERVICES = by_name(service for some in _SUBJECTS for subject in some for service in subject.SERVICES)
CATALOGUE = catalogue(SERVICES)
