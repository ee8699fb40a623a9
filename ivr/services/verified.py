"""Personal services: each asks again whether the conversation is still verified, and for whom."""

from collections.abc import Callable

from ivr.services.claims import verified_person
from ivr.services.context import Context
from ivr.services.service import Answer
from ivr.store.tables import Person
from menus.catalogue import EXPIRED, Arguments
from menus.events import Told

PersonalAnswer = Callable[[Context, Person, Arguments], Told]


def for_verified(answer: PersonalAnswer) -> Answer:
    """Return a service that hears only verified callers; to anybody else it answers `expired`.

    The host has looked already, before the turn; the person may have been frozen or locked since.
    """

    def checked(context: Context, arguments: Arguments) -> Told:
        person = verified_person(context)
        if person is None:
            return Told(EXPIRED, assurance=0)
        return answer(context, person, arguments)

    return checked
