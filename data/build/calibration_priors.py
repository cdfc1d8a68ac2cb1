"""What the fits start from: priors of the fitted parameters, figures that are stated instead, and the words for their sources."""

from __future__ import annotations

from collections.abc import Mapping

Prior = Mapping[str, tuple[float, float, str]]

ML3 = "fitted on ML.ENERGY v3 (Apache-2.0)"
ML2 = "fitted on ML.ENERGY v2 (Apache-2.0), 2024 engine"
IX = "fitted on InferenceX (SemiAnalysis, 2025-09 to 2026-07); its rows are not passed on"
OLDER = "error that 68 % of the rows stay within whose chip and model were left out, ML.ENERGY v2 and v3 (Apache-2.0) and Splitwise (MIT)"
ASSUMED = "planning assumption, from general knowledge; verify"

# name: (prior, relative width of the prior, unit); a width of 0 keeps the value.
TODAY = {
    "weight_efficiency": (0.85, 0.1, "fraction"),
    "weight_efficiency_fp8": (0.8, 0.1, "fraction"),
    "weight_efficiency_fp4": (0.7, 0.15, "fraction"),
    "cache_efficiency": (0.8, 0.1, "fraction"),
    "compute_efficiency": (0.8, 0.2, "fraction"),
    "compute_efficiency_moe": (0.5, 0.3, "fraction"),
    "spread_wait": (0.3, 1.0, "ratio"),
    "int4_kernels": (1.5, 0.5, "ratio"),
    "compute_tuned": (1.3, 0.4, "ratio"),
    "fp4_exponent": (0.7, 0.5, "exponent"),
    "routing_skew": (0.8, 0.15, "exponent"),
    "link_efficiency": (0.35, 0.3, "fraction"),
    "link_tuned": (1.3, 0.4, "ratio"),
    "step_ms": (1.1, 0.5, "ms"),
    "launch_us": (25.0, 0.5, "us per layer"),
    "launch_moe_us": (38.0, 0.5, "us per layer"),
    "launch_index_us": (10.0, 1.0, "us per layer"),
    "launch_chips_us": (6.0, 0.5, "us per layer and doubling of chips"),
    "launch_chips_moe_us": (15.0, 0.5, "us per layer and doubling of chips"),
    "launch_spread_us": (10.0, 0.5, "us per layer and doubling of chips"),
    "launch_width_exponent": (0.3, 0.7, "exponent"),
    "overhead_tuned": (0.9, 0.3, "ratio"),
    "host_us": (100.0, 0.5, "us per sequence^exponent"),
    "host_exponent": (0.85, 0.1, "exponent"),
    "request_ms": (6.0, 0.7, "ms per request"),
    "speculation_gain": (0.7, 0.5, "ratio"),
    "speculation_load": (4.0, 1.0, "sequences per chip"),
    "speculation_exponent": (0.5, 0.5, "exponent"),
    "prefill_efficiency": (1.0, 0.3, "ratio"),
    "prefill_sharpness": (3.0, 0.5, "exponent"),
}
FAMILY = {  # against Hopper
    "family_Blackwell.overhead": (1.0, 0.3, "ratio"),
    "family_Blackwell.kernels": (1.0, 0.3, "ratio"),
    "family_CDNA3.overhead": (1.5, 0.3, "ratio"),
    "family_CDNA3.kernels": (1.3, 0.3, "ratio"),
    "family_CDNA4.overhead": (1.2, 0.3, "ratio"),
    "family_CDNA4.kernels": (1.2, 0.3, "ratio"),
}
THROUGHPUT_2025 = {
    "weight_efficiency": (0.85, 0.1, "fraction"),
    "cache_efficiency": (0.9, 0.03, "fraction"),
    "compute_efficiency": (0.8, 0.06, "fraction"),
    "compute_efficiency_moe": (0.5, 0.3, "fraction"),
    "compute_spread_fp8": (0.05, 0.6, "ratio"),
    "routing_skew": (0.82, 0.1, "exponent"),
    "experts8_touched": (1.8, 0.4, "ratio"),
    "experts8_all": (0.3, 0.6, "ratio"),
    "link_efficiency": (0.35, 0.1, "fraction"),
    "step_ms": (1.2, 0.4, "ms"),
    "launch_us": (25.0, 0.4, "us per layer"),
    "launch_moe_us": (34.0, 0.5, "us per layer"),
    "launch_fp4_factor": (0.6, 0.5, "ratio"),
    "launch_chips_us": (8.0, 0.5, "us per layer and doubling of chips"),
    "launch_chips_moe_us": (14.0, 0.5, "us per layer and doubling of chips"),
    "launch_blackwell_factor": (1.4, 0.3, "ratio"),
    "launch_width_exponent": (0.3, 0.7, "exponent"),
    "host_us": (100.0, 0.4, "us per sequence^exponent"),
    "host_exponent": (0.86, 0.05, "exponent"),
    "host_hybrid_us": (67.0, 0.6, "us per sequence^exponent"),
    "request_ms": (6.0, 0.7, "ms per request"),
    "request_vision_ms": (30.0, 0.8, "ms per request"),
    "request_hybrid_ms": (40.0, 0.7, "ms per request"),
}
CAMPAIGN = {
    "host_wait_ms": (22.0, 0.3, "ms"),
    "host_wait_vision_ms": (100.0, 0.8, "ms per request"),
    "pipeline_ms": (40.0, 0.5, "ms"),
    "input_tokens_gpqa": (200.0, 0.0, "tokens"),
    "input_tokens_lm-arena-chat": (100.0, 0.0, "tokens"),
    "input_tokens_chat": (100.0, 0.0, "tokens"),
    "input_tokens_code": (260.0, 0.5, "tokens"),
    "input_tokens_sourcegraph-fim": (2000.0, 0.3, "tokens"),
    "input_tokens_image-chat": (800.0, 0.3, "tokens"),
    "input_tokens_video-chat": (1600.0, 0.3, "tokens"),
}
ENGINE = {
    "launch_factor": (8.0, 0.7, "ratio"),
    "host_factor": (1.5, 0.7, "ratio"),
    "host_exponent": (1.1, 0.15, "exponent"),
}
# additive, so the width is absolute; fractions of the family's watts
POWER = {
    "memory": (0.8, 1.0, "fraction of family"),
    "compute": (0.7, 1.0, "fraction of family"),
    "overhead": (0.2, 1.0, "fraction of family"),
    "speculative": (0.0, 1.0, "fraction of family"),
    "fp4": (0.0, 1.0, "fraction of family"),
}
FAMILY_W = {
    "family_Blackwell.watts": (1000.0, 300.0, "W"),
    "family_CDNA3.watts": (1000.0, 300.0, "W"),
    "family_CDNA4.watts": (1000.0, 300.0, "W"),
}
POWER_2025 = {
    "memory": (0.7, 1.0, "fraction of family"),
    "experts8": (0.7, 1.0, "fraction of family"),
    "compute": (0.9, 1.0, "fraction of family"),
    "overhead": (0.3, 1.0, "fraction of family"),
    "state": (0.5, 1.0, "fraction of family"),
    "fp4": (0.0, 1.0, "fraction of family"),
}
DIFFUSION_TIME = {
    "linear_efficiency": (0.6, 0.15, "fraction"),
    "attention_efficiency": (0.4, 0.2, "fraction"),
    "blackwell_factor": (0.7, 0.2, "ratio"),
    "link_ulysses": (3.0, 0.7, "ratio"),
    "link_ring": (1.0, 0.7, "ratio"),
    "launch_us": (150.0, 0.8, "us per layer and step"),
    "launch_parallel_us": (50.0, 0.8, "us per layer, step and doubling of chips"),
    "launch_ring_us": (50.0, 0.8, "us per layer, step and further chip of the ring"),
    "launch_overlap": (2.0, 0.3, "exponent"),
    "decode_s_per_megapixel": (0.03, 1.0, "s"),
}
DIFFUSION_POWER = {
    "power_linear": (1.0, 0.25, "fraction of rated"),
    "power_attention": (0.9, 0.25, "fraction of rated"),
    "power_blackwell": (0.9, 0.25, "ratio"),
    "power_link": (0.5, 0.25, "fraction of rated"),
    "power_launch": (0.15, 0.5, "fraction of rated"),
    "power_decode": (0.9, 0.25, "fraction of rated"),
}
VIDEO_POWER = {
    "video_base": (0.3, 0.5, "fraction of rated"),
    "video_busy": (0.7, 0.5, "fraction of rated"),
    "video_half_gflop": (250.0, 1.0, "GFLOP per layer and chip"),
    "video_steepness": (1.0, 0.3, "exponent"),
    "video_per_doubling": (0.08, 1.0, "fraction of rated"),
    "video_blackwell": (0.08, 1.0, "fraction of rated"),
}
NODE_RATED = {
    "rated_host_w": (50.0, 0.7, "W per node"),
    "rated_processor": (0.4, 0.7, "W per rated W of the host processors"),
    "rated_card_w": (10.0, 0.7, "W per accelerator"),
    "rated_tuned": (0.8, 0.2, "ratio"),
    "rated_asic": (0.8, 0.3, "ratio"),
    "rated_language": (1.0, 0.2, "ratio"),
    "rated_vision": (1.0, 0.2, "ratio"),
    "rated_volume": (1.0, 0.2, "ratio"),
    "rated_encoder": (1.0, 0.2, "ratio"),
    "rated_recommendation": (1.0, 0.2, "ratio"),
    "rated_speech": (1.0, 0.2, "ratio"),
    "rated_diffusion": (1.0, 0.2, "ratio"),
    "rated_graph": (1.0, 0.2, "ratio"),
}

STATED = {
    "power": {
        "idle_cold_fraction": (
            0.11,
            "fraction of rated",
            "H100 70-80 of 700 W, A100 59-62 of 400 W, H200 74-80 of 700 W",
            "measured",
        ),
        "idle_loaded_fraction": (
            0.165,
            "fraction of rated",
            "H100 114-116 of 700 W, A100 71 of 400 W with a model loaded",
            "measured",
        ),
        "load_knee": (
            0.1,
            "fraction",
            "below the smallest measured load the replica is busy only part of the time",
            "assumed",
        ),
        "cap_exponent": (
            0.5,
            "exponent",
            "H200 node at 500, 450, 350 W: 82, 76, 65 % of throughput (MLPerf v4.1)",
            "measured",
        ),
        "engine_offset": (0.0, "fraction of family", "today's engine is the reference", "modelled"),
    },
    "family_Hopper": {
        "overhead": (1.0, "ratio", "Hopper is the reference", "modelled"),
        "kernels": (1.0, "ratio", "Hopper is the reference", "modelled"),
        "watts": (700.0, "W", "Hopper is the reference: rated power of H100 and H200", "datasheet"),
    },
    "power_2025": {"speculative": (0.0, "fraction of family", "not run", "modelled")},
    "throughput": {
        "memory_fill": (0.9, "fraction", ASSUMED + "; share of memory that weights and cache may fill", "assumed"),
        "cache_low_bit": (
            0.5,
            "ratio",
            "cache in 8 bit where weights have 8 or 4 bits, as the measured engines ran",
            "assumed",
        ),
        "compute_spread_fp8": (1.0, "ratio", "the fault of 2025 is gone", "modelled"),
        "launch_fp4_factor": (1.0, "ratio", "no kernels of their own any more", "modelled"),
        "launch_blackwell_factor": (1.0, "ratio", "the families say it", "modelled"),
    },
    "engine_2025": {
        "memory_fill": (0.9, "fraction", ASSUMED + "; share of memory that weights and cache may fill", "assumed"),
        "cache_low_bit": (1.0, "ratio", "the measured engine kept its cache in 16 bit", "assumed"),
        "spread_wait": (0.0, "ratio", "the fault of 8-bit experts covers it", "modelled"),
        "int4_kernels": (1.0, "ratio", "not run", "modelled"),
        "compute_tuned": (1.0, "ratio", "one engine", "modelled"),
        "link_tuned": (1.0, "ratio", "one engine", "modelled"),
        "overhead_tuned": (1.0, "ratio", "one engine", "modelled"),
        "fp4_exponent": (0.0, "exponent", "4-bit weights were unpacked to 16 bit", "modelled"),
        "launch_index_us": (0.0, "us per layer", "no such model ran", "modelled"),
        "launch_spread_us": (
            0.0,
            "us per layer and doubling of chips",
            "the fault of 8-bit experts covers it",
            "modelled",
        ),
        "speculation_gain": (0.0, "ratio", "not run", "modelled"),
        "speculation_load": (1.0, "sequences per chip", "not run", "modelled"),
        "speculation_exponent": (1.0, "exponent", "not run", "modelled"),
        "prefill_efficiency": (1.0, "ratio", "not run", "modelled"),
        "prefill_sharpness": (3.0, "exponent", "not run", "modelled"),
    },
    "training": {
        "scale_reference_chips": (
            16384.0,
            "chips",
            "the Llama 3.1 405B run, whose MFU the workload card carries",
            "published",
        ),
        "mfu": (
            0.35,
            "fraction",
            "Epoch AI runs of known hardware and hours (CC-BY-4.0): constant of least median error",
            "measured",
        ),
    },
    "node": {
        "slope": (
            1.145,
            "ratio",
            "11 capped runs of an 8 x H200 node, MLPerf v4.1 (derived, unverified by MLCommons)",
            "measured",
        ),
        "host_w": (200.0, "W per node", ASSUMED, "assumed"),
        "board_per_rated_w": (
            0.247,
            "W per rated W",
            "base of the same fit, 1.586 kW, less the host; A100, H100, B200 idle nodes agree",
            "measured",
        ),
        "board_rated_limit_w": (700.0, "W", "B200 nodes have no larger base than H200 nodes", "measured"),
        "card_w": (
            10.0,
            "W per accelerator",
            "idle node of 8 H100 PCIe 0.67 kW less 1.145 x idle accelerators",
            "measured",
        ),
        "fan_factor": (
            1.09,
            "ratio",
            "air-cooled against immersed nodes of the same kind, 8-10 % (MLPerf Training logs)",
            "published",
        ),
        "fabric_share": (
            0.05,
            "fraction of IT power",
            "planned 3-8 %; one switch for 8 nodes measured at 1.2 %, submitters state 14-35 %",
            "assumed",
        ),
        "storage_share": (0.02, "fraction of IT power", ASSUMED, "assumed"),
        "provisioning_factor": (
            0.83,
            "fraction",
            "largest measured / rated node: H100 8.56 of 10.2 kW; LBNL 0.83; Meta 0.80",
            "published",
        ),
        "standby_w": (13.0, "W per accelerator", ASSUMED + "; 100 W for a parked node of 8", "assumed"),
    },
}

# What today's engines were not measured with, and take from the engine of 2025.
CARRIED = {
    "throughput": {
        "request_vision_ms": "ms per request", "host_hybrid_us": "us per sequence^exponent", "request_hybrid_ms": "ms per request",
    },
    "power": {"state": "fraction of family"},
}  # fmt: skip
SOURCES = {
    "throughput": IX,
    "engine_2025": ML3,
    "campaign": ML3 + " and v2; effective values of the measurements, not used in planning",
    "power": IX,
    "power_2025": ML3 + " and v2 and Splitwise (MIT)",
    **dict.fromkeys(("family_Blackwell", "family_CDNA3", "family_CDNA4"), IX),
    "family_Ampere": "fitted on ML.ENERGY v2 (Apache-2.0) and Splitwise (MIT), engines of 2023 and 2024",
    "engine_2024": ML2,
    "engine_2023": "fitted on Splitwise (MIT), 2023 engine",
    "diffusion": ML3 + " and v2",
    "node": "fitted on MLPerf Inference and Training Power logs (Apache-2.0; derived, unverified by MLCommons)",
    "uncertainty": "error that 68 % of the points stay within that were left out of the fit, InferenceX",
}
SPECIAL_SOURCES = {
    **dict.fromkeys(("request_vision_ms", "host_hybrid_us", "request_hybrid_ms", "state"), ML3 + ", engine of 2025"),
    **dict.fromkeys(("power_older_engines", "throughput_older_engines"), OLDER),
    "load_floor": IX + "; deployments at four loads or more",
    "load_exponent": IX + "; deployments at four loads or more",
    "tuned_share": IX + "; share of its points on one node",
    "watts_per_rated": IX + "; mean over the measured families",
    "scale_exponent": "exponent of chips: MFU within chip and benchmark, GPT-3 and Llama 3.1 405B, MLPerf Training (derived)",
    "cap_exponent_training": "median over the power-limit sweeps of Zeus (Apache-2.0)",
    "nameplate_per_tdp": "median over the node cards with a data sheet",
}
