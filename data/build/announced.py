"""Build supply/campuses.csv: AI campuses that were announced, with the MW that are to stand by the end of a year.

    python data/build/announced.py SOURCE_FOLDER

Of the United States the timelines of Epoch AI (chips/frontier_data_center*.csv of the folder; dates after its day are plans that it read
from permits and satellites); of Korea and Japan, and of what Epoch does not follow, the press, row by row below. supply/outlooks.csv is
written by hand.
"""

from __future__ import annotations

import re

import pandas as pd
from shared import DATA, source_folder, write_csv

EPOCH = {  # name in the timelines -> name where the coordinates stand
    "Amazon Canton Mississippi": "Amazon Madison Mega Site",
    "Amazon Ridgeland Mississippi": "Amazon Ridgeland",
    "Anthropic-Amazon Project Rainier New Carlisle Indiana": "Anthropic-Amazon New Carlisle",
    "Coreweave Helios Afton Texas": "Coreweave Helios",
    "Crusoe Goodnight Texas": "Goodnight",
    "Google New Albany Ohio": "Google New Albany",
    "Google Omaha Nebraska": "Google Omaha",
    "Meta Hyperion Holly Ridge Louisiana": "Meta Hyperion",
    "Meta Prometheus New Albany Ohio": "Meta Prometheus",
    "Microsoft Fairwater Fayetteville Georgia": "Microsoft Fairwater Atlanta",
    "Microsoft Fairwater Mount Pleasant Wisconsin": "Microsoft Fairwater Wisconsin",
    "OpenAI-Oracle Stargate Abilene Texas": "OpenAI Stargate Abilene",
    "xAI Colossus 1 Memphis Tennessee": "xAI Colossus 1",
    "xAI Colossus 2 Memphis Tennessee": "xAI Colossus 2",
}
SEEN = pd.Timestamp("2025-12-14")  # the day of Epoch's tables
EPOCH_SOURCE = ("Epoch AI, Frontier Data Centers", "2025-12-14", "https://epoch.ai/data/data-centers", "A: CC BY 4.0")
FACTS = "A-: cited facts"
EDAILY = ("Edaily, race for AI data centers of Korea", "2026-06-30", "https://en.edaily.co.kr/news/eda202606305671/")
SAKAI = (
    "The Leap, SoftBank's AI data center at Sakai",
    "2025-03-14",
    "https://theleap.id/detail/1386/7b-ai-data-center-softbank-s-bold-bet-in-japan",
)
ULSAN = (
    "Korea JoongAng Daily, SK and AWS at Ulsan", "2025-06-16",
    "https://koreajoongangdaily.joins.com/news/2025-06-16/business/tech/SK-Group-and-AWS-to-build-Koreas-largest-AI-data-center-in-Ulsan-insiders-say/2330631",
)  # fmt: skip
PRESS = [  # campus, country, lat, lon (of the place that is named), year, MW, status, (source, date, address)
    ("SK and AWS, Ulsan", "KR", 35.51, 129.37, 2027, 41, "construction", ULSAN),
    ("SK and AWS, Ulsan", "KR", 35.51, 129.37, 2029, 103, "construction", ULSAN),
    ("National AI computing center, Haenam", "KR", 34.66, 126.43, 2029, 40, "construction",
     ("Asia Today, AI data center on reclaimed land in Haenam", "2026-02-13", "https://occasionaldigest.com/tag/reclaimed/?amp=1")),
    ("Fir Hills, Haenam (first phase)", "KR", 34.66, 126.43, 2028, 500, "announced",
     ("fDi Intelligence, Stock Farm Road: first phase of 0.5 GW, 3 GW in full", "2025-05", "https://www.europesays.com/2060419")),
    ("Naver, Sejong", "KR", 36.48, 127.29, 2027, 55, "planned", EDAILY),
    ("Naver, Sejong", "KR", 36.48, 127.29, 2028, 200, "planned", EDAILY),
    ("GS, Donghae", "KR", 37.52, 129.11, 2028, 1200, "announced", EDAILY),
    ("GS, Donghae", "KR", 37.52, 129.11, 2029, 2400, "announced", EDAILY),
    ("Samsung SDS, Gumi", "KR", 36.10, 128.38, 2029, 60, "planned",
     ("Samsung SDS, AI data center in Gumi", "2026-01-12", "http://www.samsungsds.com/en/news/gumi-260112.html")),
    ("GigaStream, Nanto (first phase)", "JP", 36.58, 136.90, 2028, 400, "planned",
     ("IDC Nova, campus at Nanto: 400 MW in 2028, 3,100 MW in full without a date", "2026-01-09", "http://www.idcnova.com/html/1/59/153/4870.html")),
    ("SoftBank, Sakai", "JP", 34.57, 135.48, 2026, 150, "construction", SAKAI),
    ("SoftBank, Sakai", "JP", 34.57, 135.48, 2028, 250, "planned", SAKAI),
    ("SoftBank, Tomakomai", "JP", 42.64, 141.75, 2026, 50, "construction",
     ("Cloud News, SoftBank at Tomakomai: 50 MW at first, 300 MW later", "2025-04",
      "https://cloudnews.tech/softbank-accelerates-towards-future-digital-infrastructure-with-megaproject-in-hokkaido")),
    ("APL, Itoshima", "JP", 33.55, 130.21, 2029, 300, "planned",
     ("Digital Infrastructure Lab, APL at Itoshima and Kitakyushu", "2025-03-25", "https://di-lab.biz/en")),
    ("Vantage Frontier, Shackelford", "US", 32.74, -99.35, 2028, 1400, "construction",
     ("DeepNewz, Vantage Frontier of 1.4 GW, first building late in 2026; the end in 2028 is an assumption of ours", "2025-08",
      "https://preview.deepnewz.com/ai-products/vantage-unveils-25-billion-texas-campus-ai-data-center-spending-soars-3b71719a")),
    ("Applied Digital, Harwood", "US", 47.0, -96.9, 2027, 280, "planned",
     ("DeepNewz, Polaris Forge 2", "2025-08",
      "https://preview.deepnewz.com/ai-products/vantage-unveils-25-billion-texas-campus-ai-data-center-spending-soars-3b71719a")),
]  # fmt: skip


def main() -> None:
    folder = source_folder() / "chips"
    rows = [
        *_epoch(
            pd.read_csv(folder / "frontier_data_center_timelines.csv"),
            pd.read_csv(folder / "frontier_data_centers.csv"),
        )
    ]
    for campus, country, lat, lon, year, mw, status, (source, date, url) in PRESS:
        kind = "assumed" if "assumption of ours" in source else "published"
        rows.append((campus, year, country, lat, lon, mw, status, source, date, url, FACTS, kind))
    columns = ["campus", "year", "country", "lat", "lon", "mw", "status", "source", "date", "url", "licence", "kind"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["country", "campus", "year"])
    write_csv(table, DATA / "supply" / "campuses.csv")


def _epoch(times: pd.DataFrame, places: pd.DataFrame):
    """Rows of Epoch's campuses in the United States: the last MW of every year in which they change."""
    known = places.set_index("name")
    times = times.assign(day=pd.to_datetime(times["date"], format="%m/%d/%Y")).sort_values("day")
    for name, place in EPOCH.items():
        own = times[(times["name"] == name) & (times["power_mw"] > 0)]
        lat, lon = (_degrees(known.at[place, axis]) for axis in ("latitude", "longitude"))
        before = 0.0
        for year, mw in own.groupby(own["day"].dt.year)["power_mw"].last().items():
            if mw == before:
                continue
            before = float(mw)
            day = own[own["day"].dt.year == year]["day"].iloc[-1]
            status = "built" if day <= SEEN else "construction"
            yield (
                name,
                int(year),
                "US",
                lat,
                lon,
                float(mw),
                status,
                *EPOCH_SOURCE,
                "published" if day <= SEEN else "modelled",
            )


def _degrees(text: str) -> float:
    """Degrees of '32°35'25"N', two digits."""
    degrees, minutes, seconds, side = re.match(r"""\s*(\d+)°(\d+)'([\d.]+)"+\s*([NSEW])""", text).groups()
    found = int(degrees) + int(minutes) / 60 + float(seconds) / 3600
    return round(-found if side in "SW" else found, 2)


if __name__ == "__main__":
    main()
