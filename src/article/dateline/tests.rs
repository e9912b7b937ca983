use super::*;

/// Text; places with countries, day, agency and what follows.
type Row<'r> = (&'r str, &'r [(&'r str, &'r str)], &'r str, &'r str, &'r str);

const ROWS: &[Row<'_>] = &[
    ("TEHRAN – Iran’s top official said", &[("Tehran", "IR")], "", "", "Iran’s"),
    ("PARIS, March 3 (Reuters) - The bank", &[("Paris", "FR")], "3.3.", "Reuters", "The"),
    ("BEIRUT/JERUSALEM — The ministers", &[("Beirut", "LB"), ("Jerusalem", "IL")], "", "", "The"),
    ("WASHINGTON (AP) — The Senate", &[("Washington", "US")], "", "AP", "The"),
    ("NEW YORK, N.Y., Sept 2 (AP) -- The city", &[("New York", "US")], "2.9.", "AP", "The"),
    ("WASHINGTON (AP) _ The Senate", &[("Washington", "US")], "", "AP", "The"),
    ("BEIJING, Sept. 2 (Xinhua) -- China", &[("Beijing", "CN")], "2.9.", "Xinhua", "China"),
    ("LONDON, 2 Sept — “We will”, he said", &[("London", "GB")], "2.9.", "", "“We"),
    ("HIGHMOOR, Jan. 30, 2025 — President Roe", &[("Highmoor", "")], "30.1.2025", "", "President"),
    ("PORTLAND, Maine — The mayor", &[("Portland", "US")], "", "", "The"),
    ("CAMBRIDGE, England, May 1 - The dons", &[("Cambridge", "GB")], "1.5.", "", "The"),
    ("PORT-AU-PRINCE, Haiti (AP) — A ferry", &[("Port-au-Prince", "HT")], "", "AP", "A"),
    ("TOLMIN, Kestrovia — Four men", &[("Tolmin", "")], "", "", "Four"),
    ("SABE TOWN, Lower Sabe – Mothers at", &[("Sabe Town", "")], "", "", "Mothers"),
    ("LISBON/PUERTO ALMENA — Negotiators from", &[("Lisbon", "PT"), ("Puerto Almena", "")], "", "", "Negotiators"),
    ("TEHRAN - IRNA - The minister", &[("Tehran", "IR")], "", "IRNA", "The"),
    ("TEHRAN, (MNA) – The minister", &[("Tehran", "IR")], "", "MNA", "The"),
    ("TEHRAN (Tasnim) – The minister", &[("Tehran", "IR")], "", "Tasnim", "The"),
    ("GENEVA (Meridian Wire) — They met", &[("Geneva", "CH")], "", "Meridian Wire", "They"),
    ("ISLAMABAD: The minister said", &[("Islamabad", "PK")], "", "", "The"),
    ("Paris – The minister said", &[("Paris", "FR")], "", "", "The"),
    ("Berlin, 2. September (dpa) - Der Minister", &[("Berlin", "DE")], "2.9.", "dpa", "Der"),
    ("PARIS, 2 septembre (AFP) - Le ministre", &[("Paris", "FR")], "2.9.", "AFP", "Le"),
    ("МОСКВА, 2 сентября (ТАСС) — Министр", &[("Москва", "RU")], "2.9.", "ТАСС", "Министр"),
    ("تهران - ایرنا - وزیر گفت", &[("تهران", "IR")], "", "ایرنا", "وزیر"),
    ("THE HAGUE, Netherlands (AP) — Judges", &[("The Hague", "NL")], "", "AP", "Judges"),
    ("UNITED NATIONS (Reuters) - The council", &[("United Nations", "US")], "", "Reuters", "The"),
    ("ROME and PARIS — The ministers", &[("Rome", "IT"), ("Paris", "FR")], "", "", "The"),
    ("BEIRUT—Lebanon’s army", &[("Beirut", "LB")], "", "", "Lebanon’s"),
    ("PELO – Water was struck", &[("Pelo", "")], "", "", "Water"),
    ("SEOUL, Tuesday — The court", &[("Seoul", "KR")], "", "", "The"),
    ("LONDON March 3 - The bank", &[("London", "GB")], "3.3.", "", "The"),
    ("MONDAY MORNING, Ill. — A town", &[], "", "", ""),
];

#[test]
fn datelines_are_read_whole() {
    for &(text, places, day, agency, next) in ROWS {
        let found = opening(text);
        if places.is_empty() {
            assert_eq!(found, None, "{text}");
            continue;
        }
        let found = found.unwrap_or_else(|| panic!("no dateline in {text}"));
        let read: Vec<(&str, &str)> =
            found.places.iter().map(|place| (&*place.name, place.country.as_deref().unwrap_or(""))).collect();
        assert_eq!(read, places, "{text}");
        let printed = found.day.map_or(String::new(), |day| {
            format!("{}.{}.{}", day.day, day.month, day.year.map_or(String::new(), |year| year.to_string()))
        });
        assert_eq!(printed, day, "{text}");
        assert_eq!(found.agency.as_deref().unwrap_or(""), agency, "{text}");
        assert!(text[found.end..].trim_start().starts_with(next), "{text}: {}", &text[found.end..]);
    }
}

#[test]
fn other_openings_are_no_datelines() {
    let rows = [
        "NOTE – This story was changed.",
        "UPDATE 1 - The bank said so.",
        "EDITOR'S NOTE — This is the third of a series.",
        "EDITOR’S NOTE — This is the third of a series.",
        "BREAKING: The president resigns.",
        "BREAKING NEWS — The president resigns.",
        "NATO – The alliance met on Monday.",
        "US - The president spoke.",
        "The dam - built in 1975 - holds.",
        "Iran - a country of many peoples - votes.",
        "The minister, who is 54, said — and meant — it.",
        "On Tuesday, March 3 — the day of the vote — it rained.",
        "By Jane Roe, March 3 - The dam holds.",
        "Jane Roe - The dam holds.",
        "“Paris – The city” is a book.",
        "WHAT WOULD IT DO?",
        "Q: Is it true — at all?",
        "In Paris — The city of light — it rained.",
        "A man - tall - came.",
        "PARIS",
        "PARIS –",
        "",
        "–",
        "THE BANK RAISED ITS RATE - THE MARKETS FELL.",
    ];
    for text in rows {
        assert_eq!(opening(text), None, "{text}");
    }
}

#[test]
fn a_dateline_apart_needs_no_dash() {
    let rows = [
        ("SALVADOR, Feb 26 -", Some(("Salvador", "BR"))),
        ("PORT MALLOW, March 2", Some(("Port Mallow", ""))),
        ("WASHINGTON, March 26 - Senate writers worked on a 37-", Some(("Washington", "US"))),
        ("Chicago, March 16 -", Some(("Chicago", "US"))),
        ("RICHMOND, Va. Feb 26 -", Some(("Richmond", "US"))),
        ("ROME, March 13, Reuter -", Some(("Rome", "IT"))),
        ("****LONDON, March 5 -", Some(("London", "GB"))),
        ("BOSTON, March 187 -", Some(("Boston", "US"))),
        ("La paz, march 4 -", Some(("La paz", "BO"))),
        ("JOHANNESBURG March 13 -", Some(("Johannesburg", "ZA"))),
        ("March 16", None),
        ("", None),
    ];
    for (text, expected) in rows {
        let found = apart(text).map(|opening| opening.places[0].clone());
        let found = found.as_ref().map(|place| (&*place.name, place.country.as_deref().unwrap_or("")));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_dateline_may_stand_behind_a_summary() {
    let rows = [
        ("PARIS – It rained.\n\nIt stopped.", Some("PARIS –")),
        ("The summary of the day.\n\nPARIS – It rained.", Some("PARIS –")),
        ("The summary of the day.\n\nParis – It rained.", None),
        ("It rained.\n\nIt stopped.\n\nIt snowed.\n\nPARIS – It rained.", None),
    ];
    for (body, expected) in rows {
        let found = find(body, &super::super::sentence::paragraphs(body)).map(|(_, span)| span.of(body));
        assert_eq!(found, expected, "{body:?}");
    }
}

#[test]
fn metadata_name_a_place() {
    let rows = [
        ("Tehran", Some(("Tehran", "IR"))),
        ("Portland, Maine", Some(("Portland", "US"))),
        ("aboard the ferry, off Marrowmere", Some(("aboard the ferry", ""))),
        ("", None),
        ("12", None),
    ];
    for (text, expected) in rows {
        let places = location(text);
        let found = places.first().map(|place| (&*place.name, place.country.as_deref().unwrap_or("")));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_line_of_place_and_day_is_a_dateline() {
    let rows = [
        ("PORT SELWYN, Marrowmere, May 6, 2025", true),
        ("HIGHMOOR, Nov. 20, 2025", true),
        ("Paris, 2 September 2025", true),
        ("PORT SELWYN", false),
        ("Jane Roe, 2 September 2025", false),
        ("2 September 2025", false),
    ];
    for (text, expected) in rows {
        assert_eq!(line(text).is_some(), expected, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "([A-Z]{2,9}|[a-z]{1,5}|[,./()\\-–—_: ]|March 3|\\PC){0,24}") {
        if let Some(found) = opening(&text) {
            proptest::prop_assert!(text.is_char_boundary(found.end) && found.end > 0);
            proptest::prop_assert!(!found.places.is_empty());
        }
        apart(&text);
        line(&text);
    }
}
