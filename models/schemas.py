"""The documents that go in and out, and their JSON Schemas: versioned, published by `dispatch schema`."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from models.casualty import CasualtyPlan
from models.codec import schema_of
from models.doctrine import Doctrine
from models.errors import InputError
from models.inquiry import Explanation
from models.medical import TriageRules
from models.plan import Plan
from models.relief import Needs, ReliefRates
from models.relief_plan import ReliefPlan, ReliefRequest
from models.request import Request
from models.sheltering import ShelterPlan
from models.supply_plan import SupplyPlan
from models.world import District

DOCUMENTS: Final = MappingProxyType[str, type[Any]](
    {
        "request": Request,
        "plan": Plan,
        "explanation": Explanation,
        "world": District,
        "doctrine": Doctrine,
        "relief": ReliefRates,
        "needs": Needs,
        "shelter-plan": ShelterPlan,
        "relief-request": ReliefRequest,
        "relief-plan": ReliefPlan,
        "supply-plan": SupplyPlan,
        "triage": TriageRules,
        "casualty-plan": CasualtyPlan,
    }
)
"""Documents whose JSON Schema is published."""


def json_schema(document: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one of `DOCUMENTS`."""
    if document not in DOCUMENTS:
        raise InputError("no schema {name!r}; there are {known}", name=document, known=", ".join(DOCUMENTS))
    schema = schema_of(DOCUMENTS[document])
    version = f"rescue-dispatch/{document}/1"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": version,
        **schema,
        "properties": {**schema["properties"], "schema": {"const": version}},
    }
