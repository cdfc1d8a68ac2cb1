"""The studio: a folder of scenarios and runs as pages of a browser on this machine, and as tools of an assistant."""
