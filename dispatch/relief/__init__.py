"""Relief of displaced people: needs, depots, trucks and tours in one plan."""
