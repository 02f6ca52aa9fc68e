"""Names and numbers of persons, hidden from those who need not call (``VIEW_PERSONAL``)."""


def mask_mobile(number: str) -> str:
    """138****1234: enough to tell two numbers apart."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 7 else "****"


def mask_name(name: str) -> str:
    """王**: the family name, whatever the length of the rest."""
    return f"{name[:1]}**" if name else ""
