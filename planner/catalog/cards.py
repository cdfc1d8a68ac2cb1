"""The front door to `models/`: every card by kind and name."""

from planner.catalog.cards_base import Card, Figure, GenericCard, cooling_systems, pick, power_technologies, read_cards
from planner.catalog.cards_compute import (
    ChipCard,
    LlmCard,
    NodeCard,
    WorkloadCard,
    chip,
    chips,
    llm,
    llms,
    nodes,
    workload,
    workloads,
)

__all__ = [
    "Card",
    "ChipCard",
    "Figure",
    "GenericCard",
    "LlmCard",
    "NodeCard",
    "WorkloadCard",
    "chip",
    "chips",
    "cooling_systems",
    "llm",
    "llms",
    "nodes",
    "pick",
    "power_technologies",
    "read_cards",
    "workload",
    "workloads",
]
