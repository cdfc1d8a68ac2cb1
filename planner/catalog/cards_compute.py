"""The cards that the chip power core reads: chips, nodes, language models, workloads."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from planner.base.constants import MODELS
from planner.catalog import levels
from planner.catalog.cards_base import Card, pick, read_folder
from planner.catalog.own_cards import joined

CHIP_UNITS = {
    "tdp_w": "W",
    "idle_w": "W",
    "idle_loaded_w": "W",
    "bf16_dense_tflops": "TFLOP/s",
    "fp8_dense_tflops": "TFLOP/s",
    "fp4_dense_tflops": "TFLOP/s",
    "int8_dense_tops": "TOP/s",
    "fp64_tflops": "TFLOP/s",
    "memory_gb": "GB",
    "bandwidth_gbs": "GB/s",
    "scaleup_gbs": "GB/s",
    "scaleup_chips": "chips",
    "node_chips": "chips",
    "sequences_per_chip": "count",
    "tuned_share": "fraction",
    "process_nm": "nm",
    "price_usd": "USD",
}
NODE_UNITS = {"n_chips": "chips", "nameplate_w": "W", "idle_w": "W", "busy_low_w": "W", "busy_high_w": "W"}
LLM_UNITS = {
    "total_params_b": "billion",
    "active_params_b": "billion",
    "n_layers": "count",
    "hidden": "count",
    "n_kv_heads": "count",
    "head_dim": "count",
    "attn_layers": "count",
    "kv_bytes_per_token_bf16": "B/token",
    "sliding_window_layer_frac": "fraction",
    "sliding_window_tokens": "tokens",
    "n_experts": "count",
    "top_k": "count",
}
WORKLOAD_UNITS = {
    "input_tokens": "tokens",
    "output_tokens": "tokens",
    "batch": "count",
    "latency_limit_ms": "ms",
    "target_utilisation": "fraction",
    "mfu": "fraction",
    "availability": "fraction",
    "params_b": "billion",
    "tokens_per_unit": "tokens",
    "layers": "count",
    "hidden": "count",
    "passes": "count",
    "megapixels": "million pixels",
    "steps": "count",
    "requests_per_s": "1/s",
    "flop_per_byte": "FLOP/B",
    "network_latency_ms": "ms",
    "pausable": "fraction",
    "restart_overhead": "fraction",
}


Measured = Literal["power", "throughput", "training"]
Precision = Literal["bf16", "fp8", "mxfp4", "nvfp4", "int4"]


class ChipCard(Card):
    """An accelerator. `scaleup_chips` is the largest group that can hold one model; all TFLOP/s are dense.

    family : the architecture, whose chips share what was measured of one of them (`data/chips/families.csv`).
    form : a module on a board with a switch, or a PCIe card.
    measured : what was measured of this very chip: accelerator watts in serving, throughput in serving, node watts in training.
    layouts : beside tensor parallelism, what is known to run: prompts on chips of their own (split), experts spread over many
        chips with attention in data parallel (spread).
    trains : false for chips that are sold for inference only.
    Its figure `sequences_per_chip` is the most that was measured per chip in serving: a service is not planned beyond it;
    `tuned_share` is the share of measured points whose engine the chip's maker tunes (TensorRT-LLM, ATOM).
    """

    vendor: str
    family: str
    form: Literal["module", "pcie"] = "module"
    measured: tuple[Measured, ...] = ()
    layouts: tuple[Literal["split", "spread"], ...] = ()
    device_class: str
    design_country: str
    foundry: str
    foundry_country: str
    process_name: str | None = None
    memory_type: str
    memory_country: str
    release_date: str
    release_year: int
    availability: str
    trains: bool = True
    spec_confidence: Literal["A", "B", "C"]


class NodeCard(Card):
    """A node or rack that carries `n_chips` of a chip."""

    chip: str
    vendor: str
    scope: Literal["node", "rack"]
    cooling: str
    host_cpus: str | None = None
    spec_confidence: Literal["A", "B", "C"]
    licence: str


class LlmCard(Card):
    """A language model: what its layers hold, read and compute.

    token_index : attention reads tokens that an index picks (as in DeepSeek-V3.2 and V4), which takes launches of its own.
    speculative : it was published with a head that drafts further tokens.
    """

    architecture: Literal["dense", "moe", "hybrid_mamba"]
    vision: bool = False
    token_index: bool = False
    speculative: bool = False
    precision: Precision | None = None


class WorkloadCard(Card):
    """A use of chips. `form` says how work becomes chip-hours; `model` is the language model it plans with by default.

    Work that `waits` runs at any hour of its stage and may pause; other work follows the hours of its users.
    """

    form: Literal["training", "llm", "diffusion", "policy", "simulation"]
    work_unit: str
    shape: Literal["flat", "conversation", "coding"]
    waits: bool
    model: str | None = None
    precision: Precision | None = None


def _read_chips(folder: Path) -> dict[str, ChipCard]:
    return read_folder(ChipCard, folder, CHIP_UNITS)


def _read_nodes(folder: Path) -> dict[str, NodeCard]:
    return read_folder(NodeCard, folder, NODE_UNITS)


def _read_llms(folder: Path) -> dict[str, LlmCard]:
    return read_folder(LlmCard, folder, LLM_UNITS)


def _read_workloads(folder: Path) -> dict[str, WorkloadCard]:
    return read_folder(WorkloadCard, folder, WORKLOAD_UNITS)


@cache
def _chips(folder: Path) -> dict[str, ChipCard]:
    return _read_chips(folder)


def chips(folder: Path = MODELS / "chips") -> dict[str, ChipCard]:
    """Every chip card by name, the user's own too, with the figures that a scenario moves (`levels.py`)."""
    return levels.cards("chips", joined("chips", _chips(folder), _read_chips))


@cache
def _nodes(folder: Path) -> dict[str, NodeCard]:
    return _read_nodes(folder)


def nodes(folder: Path = MODELS / "nodes") -> dict[str, NodeCard]:
    """Every node and rack card by name, the user's own too."""
    return joined("nodes", _nodes(folder), _read_nodes)


@cache
def _llms(folder: Path) -> dict[str, LlmCard]:
    return _read_llms(folder)


def llms(folder: Path = MODELS / "llm") -> dict[str, LlmCard]:
    """Every language model card by name, the user's own too."""
    return joined("llm", _llms(folder), _read_llms)


@cache
def _workloads(folder: Path) -> dict[str, WorkloadCard]:
    return _read_workloads(folder)


def workloads(folder: Path = MODELS / "workloads") -> dict[str, WorkloadCard]:
    """Every workload card by name, the user's own too, with the figures that a scenario moves."""
    return levels.cards("workloads", joined("workloads", _workloads(folder), _read_workloads))


def chip(name: str) -> ChipCard:
    """The chip of that name, or an error with the nearest names."""
    return pick("chip", name, chips())


def llm(name: str) -> LlmCard:
    """The language model of that name, or an error with the nearest names."""
    return pick("language model", name, llms())


def workload(name: str) -> WorkloadCard:
    """The workload of that name, or an error with the nearest names."""
    return pick("workload", name, workloads())
