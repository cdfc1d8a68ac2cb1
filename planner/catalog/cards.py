"""The front door to `models/`: every card by kind and name."""

from planner.catalog.cards_base import Card, Figure, pick
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
from planner.catalog.cards_power import CoolingCard, PowerCard, cooling_systems, power_technologies

__all__ = [
    "Card",
    "ChipCard",
    "CoolingCard",
    "Figure",
    "LlmCard",
    "NodeCard",
    "PowerCard",
    "WorkloadCard",
    "chip",
    "chips",
    "cooling_systems",
    "llm",
    "llms",
    "nodes",
    "pick",
    "power_technologies",
    "workload",
    "workloads",
]
