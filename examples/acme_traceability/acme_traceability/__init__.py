"""Which lot went into which, what that means when one is bad, and the list of what must be called back."""

from core import Addon, _

addon = Addon("acme_traceability", title=_("Traceability"))
