"""The power system around the sites, dispatched hour by hour: what it costs, emits and lacks, and what one more GW does to it."""
