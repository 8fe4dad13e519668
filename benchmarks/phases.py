"""The registry of phases: what is measured, in which order, and which of them must give one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CLOSURE_COUNTS: Final = (1, 10, 100)
NEAREST: Final = 5


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One thing that is measured.

    Attributes
    ----------
    name
        As in the rows.
    question
        Answers to the same question must be equal; "" where there is nothing to compare.
    about
        What is done between start and stop of the clock.
    needs
        Different nodes that it asks about; it is left out on a network with fewer.
    """

    name: str
    question: str
    about: str
    needs: int = 0


PHASES: Final = (
    Phase(name="order", question="", about="order of contraction from the bare graph"),
    Phase(name="topology", question="", about="shortcuts and triangles; of a static hierarchy, all of it"),
    Phase(name="customise", question="sample", about="new times for all arcs"),
    Phase(name="perfect_customise", question="sample", about="new times, and no arc that is not needed"),
    *(
        Phase(name=f"partial_{count}", question=f"closed_{count}", about=f"{count} random arcs closed at once")
        for count in CLOSURE_COUNTS
    ),
    Phase(name="p2p", question="p2p", about="time of one random pair (all pairs, divided)"),
    Phase(name="p2p_paths", question="p2p", about="arcs of one random pair; their sum is compared"),
    Phase(name="table_1x420_prebuilt", question="1x420", about="one incident to 420 kept stations"),
    Phase(name="table_420x1_prebuilt", question="420x1", about="420 kept stations to one incident"),
    Phase(name="table_420x50", question="420x50", about="nothing prepared"),
    Phase(name="table_420x50_prebuilt", question="420x50", about="stations kept"),
    Phase(name="table_420x1000", question="420x1000", about="nothing prepared", needs=1_000),
    Phase(name="table_420x10000", question="420x10000", about="nothing prepared", needs=10_000),
    Phase(name="nearest_5", question="nearest", about="the 5 soonest of 420 kept stations for 50 incidents"),
    Phase(name="one_to_all", question="one_to_all", about="one node to all"),
    Phase(name="closure_to_table", question="closed_table", about="one arc closed, new 420x50 table, stations kept"),
)  # fmt: skip

NAMES: Final = tuple(phase.name for phase in PHASES)
