"""What the fits start from: priors of the fitted parameters, figures that are stated instead, and the words for their sources."""

from __future__ import annotations

from collections.abc import Mapping

Prior = Mapping[str, tuple[float, float, str]]

ML3 = "fitted on ML.ENERGY v3 (Apache-2.0)"
ML2 = "fitted on ML.ENERGY v2 (Apache-2.0), 2024 engine"
ASSUMED = "planning assumption, from general knowledge; verify"

# name: (prior, relative width of the prior, unit); a width of 0 keeps the value.
THROUGHPUT = {
    "weight_efficiency": (0.85, 0.1, "fraction"),
    "cache_efficiency": (0.9, 0.03, "fraction"),
    "compute_efficiency": (0.8, 0.06, "fraction"),
    "compute_efficiency_moe": (0.5, 0.3, "fraction"),
    "routing_skew": (0.82, 0.1, "exponent"),
    "experts8_touched": (1.8, 0.4, "ratio"),
    "experts8_all": (0.3, 0.6, "ratio"),
    "data_parallel_experts8_factor": (20.0, 0.6, "ratio"),
    "link_efficiency": (0.35, 0.1, "fraction"),
    "step_ms": (1.2, 0.4, "ms"),
    "launch_us": (25.0, 0.4, "us per layer"),
    "launch_moe_us": (34.0, 0.5, "us per layer"),
    "launch_mxfp4_factor": (0.6, 0.5, "ratio"),
    "launch_chips_us": (8.0, 0.5, "us per layer and doubling of chips"),
    "launch_chips_moe_us": (14.0, 0.5, "us per layer and doubling of chips"),
    "launch_blackwell_factor": (1.4, 0.3, "ratio"),
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
# additive, so the width is absolute
POWER = {
    "memory": (0.7, 1.0, "fraction of rated"),
    "memory_per_gbs_per_w": (0.3, 1.0, "fraction of rated"),
    "experts8": (0.7, 1.0, "fraction of rated"),
    "compute": (0.9, 1.0, "fraction of rated"),
    "compute_per_tflops_per_w": (0.0, 1.0, "fraction of rated"),
    "overhead": (0.3, 1.0, "fraction of rated"),
    "state": (0.5, 1.0, "fraction of rated"),
    "mxfp4": (0.0, 1.0, "fraction of rated"),
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
        "engine_offset": (0.0, "fraction of rated", "today's engine is the reference", "modelled"),
        "specific_low": (0.55, "ratio", "A100: dense rate per rated watt against the H100", "datasheet"),
        "specific_high": (1.61, "ratio", "B200: bandwidth per rated watt against the H100", "datasheet"),
    },
    "throughput": {
        "memory_fill": (0.9, "fraction", ASSUMED + "; share of memory that weights and cache may fill", "assumed")
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
        "standby_w": (
            13.0,
            "W per accelerator",
            ASSUMED + "; 100 W for a parked node of 8",
            "assumed",
        ),
    },
}

SOURCES = {
    "throughput": ML3,
    "campaign": ML3 + " and v2; effective values of the measurements, not used in planning",
    "power": ML3 + " and v2 and Splitwise (MIT)",
    "engine_2024": ML2,
    "engine_2023": "fitted on Splitwise (MIT), 2023 engine",
    "diffusion": ML3 + " and v2",
    "node": "fitted on MLPerf Inference and Training Power logs (Apache-2.0; derived, unverified by MLCommons)",
    "uncertainty": "robust standard deviation of the errors on left-out models or chips",
}
SPECIAL_SOURCES = {
    "scale_exponent": "exponent of chips: MFU within chip and benchmark, GPT-3 and Llama 3.1 405B, MLPerf Training (derived)",
    "load_floor": ML3 + ", one deployment at many batches",
    "cap_exponent_training": "median over the power-limit sweeps of Zeus (Apache-2.0)",
    "nameplate_per_tdp": "median over the node cards with a data sheet",
}
