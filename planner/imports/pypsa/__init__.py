"""A PyPSA network (`.nc`, or a folder of CSV files) as the zones, links and sites of a scenario."""
