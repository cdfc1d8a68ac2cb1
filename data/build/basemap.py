"""Build basemap/*.geojson: small outlines for maps. Run: python data/build/basemap.py SOURCE_FOLDER"""

from __future__ import annotations

import geopandas as gpd
from shared import COUNTRY, DATA, source_folder

LAYERS = {  # name: (source file, columns kept and renamed, simplification in degrees)
    "countries": ("kr_jp_us_50m", {"iso3": "country", "name": "name"}, 0.01),
    "us_states": ("us_states", {"name": "name"}, 0.02),
    "kr_provinces": ("kr_provinces", {"code": "code", "name": "name_local", "name_eng": "name"}, 0.01),
    "jp_prefectures": ("jp_prefectures", {"prefecture": "name_local", "zone": "zone"}, 0.01),
    "jp_areas": ("jp_utility_areas", {"zone": "zone"}, 0.01),
    "context": ("east_asia_context_50m", {"name": "name"}, 0.02),
}


def main() -> None:
    folder = source_folder() / "basemap"
    (DATA / "basemap").mkdir(exist_ok=True)
    for name, (file, columns, degrees) in LAYERS.items():
        layer = gpd.read_file(folder / f"{file}.geojson")[[*columns, "geometry"]].rename(columns=columns)
        if "country" in layer:
            layer["country"] = layer["country"].map(COUNTRY)
        layer["geometry"] = layer.simplify(degrees).make_valid().buffer(0)
        path = DATA / "basemap" / f"{name}.geojson"
        layer.to_file(path, driver="GeoJSON", COORDINATE_PRECISION=3)
        print(f"{path.name}: {len(layer)} features, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
