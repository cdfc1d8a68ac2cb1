"""Weather files as hours that a site can stand in: air for its cooling, sun and wind for its plants."""

FORMATS = ("epw", "tmy3", "era5", "open-meteo")
