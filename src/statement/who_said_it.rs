//! Tables of mentions and whom they lead to: `{…}` marks the mention, `[…]` the words said.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::coreference::resolve;
use super::{Analysis, Attribution, Statement, StatementField, StatementKind, Texts};
use crate::article::{Article, Published, Span};
use crate::language::{LANGUAGES, Lexicon};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| (LANGUAGES[0].lexicon)());

fn resolved(body: &str, attributions: Vec<Attribution>) -> Vec<Statement> {
    let day = "2025-09-03".parse().unwrap();
    let published = Some(Published { day, time: None, utc_offset_minutes: None });
    let article = Article { published, ..Article::of_lines(body) };
    let dateline_end = body.find(" — ").filter(|_| body.starts_with("OST")).map_or(0, |dash| dash + " — ".len());
    let text = Analysis::new(&article.body, &article.paragraphs, &LEXICON);
    resolve(&article, &Texts { headline: None, body: &text, dateline: Span::new(0, dateline_end) }, attributions)
}

fn attribution(content: Vec<Span>, mention: Option<Span>) -> Attribution {
    Attribution { field: StatementField::Body, kind: StatementKind::Direct, content, cue: None, mention, score: 1.0 }
}

/// Reads the marks of a row; each `[…]` is a statement of the `{…}` that stands next to it in order.
fn marked(row: &str) -> (String, Vec<Attribution>) {
    let (mut body, mut mentions, mut contents) = (String::new(), Vec::new(), Vec::new());
    let mut start = 0;
    for c in row.chars() {
        match c {
            '{' | '[' => start = body.len(),
            '}' => mentions.push(Span::new(start, body.len())),
            ']' => contents.push(Span::new(start, body.len())),
            _ => body.push(c),
        }
    }
    assert_eq!(mentions.len(), contents.len(), "{row}");
    let attributions = mentions
        .into_iter()
        .zip(contents)
        .map(|(mention, content)| attribution(vec![content], Some(mention)))
        .collect();
    (body, attributions)
}

/// Returns name, kind and role of the last statement of a row.
fn told(row: &str) -> (String, String, String) {
    let (body, attributions) = marked(row);
    let statements = resolved(&body, attributions);
    let speaker = statements.last().unwrap().speaker.as_ref().unwrap();
    let kind = format!("{:?}", speaker.kind).to_lowercase();
    (speaker.name.clone().unwrap_or_default(), kind, speaker.role.clone().unwrap_or_default())
}

#[test]
fn mentions_lead_to_names() {
    let rows = [
        // Nothing but an office is no name; where one person holds it, it leads there.
        ("{The Prime Minister} said [it rained].", "", "unnamed"),
        ("Prime Minister Jane Roe sat. {The Prime Minister} said [it rained].", "Jane Roe", "person"),
        // Surnames, given names and titles lead to the full name.
        ("Jane Roe arrived. {Roe} said [it rained].", "Jane Roe", "person"),
        ("{Mr. Doe} said [it rained]. John Doe left.", "John Doe", "person"),
        ("Sen. Lena Brandt came. {Brandt} said [it rained].", "Lena Brandt", "person"),
        ("Juana Peña Soto came. {Ms. Peña Soto} said [it rained].", "Juana Peña Soto", "person"),
        ("{Robert “Bob” Stahl} said [it rained].", "Robert “Bob” Stahl", "person"),
        // Months are surnames, too, and offices may open a sentence or be short.
        ("{Theresa May} said [it rained].", "Theresa May", "person"),
        ("In {May Jane Roe} said [it rained].", "Jane Roe", "person"),
        ("{Shadow defence secretary Jane Roe} said [it rained].", "Jane Roe", "person"),
        ("{Norland defence secretary Jane Roe} said [it rained].", "Jane Roe", "person"),
        ("{Songwriter Guy Stahl} said [it rained].", "Guy Stahl", "person"),
        ("{Labour MP Jane Roe} said [it rained].", "Jane Roe", "person"),
        ("{MPs} said [it rained].", "", "group"),
        ("Jane Roe went with a fellow Norwegian. {She} said [it rained].", "Jane Roe", "person"),
        // A full stop ends the sentence, not the name.
        ("[It rained], said {Nora Ore}.", "Nora Ore", "person"),
        ("[It rained], said {Jan Stahl Jr.}", "Jan Stahl Jr.", "person"),
        // Particles and the Arabic article belong to the name, with it or without.
        ("{Ursula von der Leyen} said [it rained].", "Ursula von der Leyen", "person"),
        ("Ursula von der Leyen came. {Von der Leyen} said [it rained].", "Ursula von der Leyen", "person"),
        ("Oscar de la Roe came. {De la Roe} said [it rained].", "Oscar de la Roe", "person"),
        ("{Norland President Karim al-Sadeq} said [it rained].", "Karim al-Sadeq", "person"),
        ("Karim al-Sadeq came. {al-Sadeq} said [it rained].", "Karim al-Sadeq", "person"),
        ("Karim al-Sadeq came. {Sadeq} said [it rained].", "Karim al-Sadeq", "person"),
        ("Paul d’Arcy came. {d’Arcy} said [it rained].", "Paul d’Arcy", "person"),
        ("They came al dente. {She} said [it rained].", "", "unnamed"),
        // Knights go by their given names.
        ("Sir Crispin Vale came. {Sir Crispin} said [it rained].", "Crispin Vale", "person"),
        ("Crispin Vale came. {Mr Crispin} said [it rained].", "Crispin", "person"),
        ("Owners Gwen and Rafe Stahl came. {Gwen} said [it rained]. Gwen Stahl left.", "Gwen Stahl", "person"),
        ("{Prime Minister Jane Roe} said [it was a sad day for it].", "Jane Roe", "person"),
        // Two people of one surname never merge.
        ("Jane Doe and John Doe came. {Mr. Doe} said [it rained].", "John Doe", "person"),
        ("Jane Doe and John Doe came. {Mrs. Doe} said [it rained].", "Jane Doe", "person"),
        ("{President Doe} said [it rained]. He left with Jane Doe, the first lady.", "Doe", "person"),
        // Pronouns.
        ("Jane Roe met John Doe. {She} said [it rained].", "Jane Roe", "person"),
        ("Jane Roe met John Doe. {He} said [it rained].", "John Doe", "person"),
        ("Nobody came. {She} said [it rained].", "", "unnamed"),
        ("John Doe left. {She} said [it rained].", "", "unnamed"),
        ("Voters came. {They} said [it rained].", "", "group"),
        ("Kari Lund, a baker, came. Her bread was warm. {She} said [it rained].", "Kari Lund", "person"),
        // The dateline names nobody.
        ("{OST, Norland — Foreign Minister Jane Roe} said [it rained].", "Jane Roe", "person"),
        ("{OST, Norland — Norland’s top official} said [it rained].", "", "unnamed"),
        // Relatives.
        ("They met Jane Roe, {who} said [it rained].", "Jane Roe", "person"),
        ("They met Jane Roe, the mayor of Ost, {who} said [it rained].", "Jane Roe", "person"),
        ("They met voters {who} said [it rained].", "", "group"),
        // Possessives and what belongs to somebody.
        ("John Doe came. {Doe’s} claim [that it rained] was wrong.", "John Doe", "person"),
        ("John Doe came. {Doe’s lawyer} said [it rained].", "", "unnamed"),
        ("John Doe came. {His wife, Jane Roe,} said [it rained].", "Jane Roe", "person"),
        ("John Doe came. {A spokesman for Doe} said [it rained].", "", "unnamed"),
        ("John Doe came. {Aides to Doe} said [it rained].", "", "group"),
        ("John Doe came. {Doe and his aides} said [it rained].", "", "group"),
        ("John Doe came. {the Doe campaign} said [it rained].", "Doe campaign", "organisation"),
        ("Norland’s foreign minister, {Jane Roe}, said [it rained].", "Jane Roe", "person"),
        // Descriptions.
        ("Norland Sen. Jane Roe came. John Doe left. {The senator} said [it rained].", "Jane Roe", "person"),
        ("Jane Roe wrote a letter. {The senior official} said [it rained].", "Jane Roe", "person"),
        (
            "{Norland’s top diplomat} said [it rained]. Jane Roe, the foreign minister of Norland, wrote it.",
            "Jane Roe",
            "person",
        ),
        ("{Norland’s top diplomat} said [it rained]. Jane Roe, a baker, heard it.", "", "unnamed"),
        ("{A senior official} said [it rained].", "", "unnamed"),
        ("John Doe spoke. {The head of the Norland Bank} said [it rained].", "", "unnamed"),
        ("John Doe, Norland’s chairman, spoke. {The chairman of the Ost Bank} said [it rained].", "", "unnamed"),
        ("John Doe, a baker, spoke. {The Dean of Ost} said [it rained].", "", "unnamed"),
        ("{Analysts} said [it rained].", "", "group"),
        ("{Norland officials} said [it rained].", "", "group"),
        ("{Iranians} said [it rained].", "", "group"),
        // Bodies and documents.
        ("{The Ministry of Trade} said [it rained].", "Ministry of Trade", "organisation"),
        ("A {Norland Times poll} showed [that it rained].", "Norland Times poll", "document"),
        ("Norland Steel Corp met. {The company} said [it rained].", "Norland Steel Corp", "organisation"),
        ("{Petrolex, Norland’s oil company,} said [it rained].", "Petrolex", "organisation"),
        ("{The firm, Petrolex,} said [it rained].", "Petrolex", "organisation"),
        ("The oil giant Petrolex met. {Petrolex} said [it rained].", "Petrolex", "organisation"),
        // A company goes by the beginning of its name, a person by its end.
        ("Renwick Corp International met. {Renwick} said [it rained].", "Renwick Corp International", "organisation"),
        ("Renwick Tool Co met. {Renwick Tool} said [it rained].", "Renwick Tool Co", "organisation"),
        ("Renwick Tool Co met. {Renwick} said [it rained].", "Renwick Tool Co", "organisation"),
        (
            "Renwick Tool Co met its founder John Renwick by the sea. {Renwick} said [it rained].",
            "John Renwick",
            "person",
        ),
        ("Renwick Tool Co met. {Mr. Renwick} said [it rained].", "Renwick", "person"),
        ("The Renwick Foundation met. {Renwick} said [it rained].", "Renwick", "person"),
        ("Kari Lund met. {LUND} said [it rained].", "Kari Lund", "person"),
        ("{The Ost Rundschau newspaper} said [it rained].", "Ost Rundschau", "organisation"),
        ("The weekly Rundschau came. {The Ost weekly Rundschau} said [it rained].", "Rundschau", "organisation"),
        ("{The official Ostag news agency} said [it rained].", "Ostag", "organisation"),
        (
            "The Norland news agency Ostag came. {The Norland news agency Ostag} said [it rained].",
            "Ostag",
            "organisation",
        ),
        ("A rally of NORD OST met many banks. {OST} said [it rained].", "NORD OST", "organisation"),
        ("{Banner Industries Inc} said [it rained].", "Banner Industries Inc", "organisation"),
        (
            "Consul Restaurant Corp met its many banks. {Consul} said [it rained].",
            "Consul Restaurant Corp",
            "organisation",
        ),
        ("{General Jane Roe} said [it rained].", "Jane Roe", "person"),
        ("{East Germany} said [it rained].", "East Germany", "organisation"),
        ("{Petrolex founder Jane Roe} said [it rained].", "Jane Roe", "person"),
        ("{Stahl & Brandt} said [it rained].", "Stahl & Brandt", "organisation"),
        ("Stahl & Brandt met. {Stahl} said [it rained].", "Stahl & Brandt", "organisation"),
        ("{The Sunday Times} said [it rained].", "Sunday Times", "organisation"),
        ("{The report} said [it rained].", "", "document"),
        ("The Norland Weather Bureau met. {The bureau} said [it rained].", "Norland Weather Bureau", "organisation"),
    ];
    for (row, name, kind) in rows {
        let (told_name, told_kind, _) = told(row);
        assert_eq!((told_name.as_str(), told_kind.as_str()), (name, kind), "{row}");
    }
}

#[test]
fn roles_are_told_as_given() {
    let rows = [
        (
            "{Jane Roe, a spokeswoman for the Ministry of Trade,} said [it rained].",
            "spokeswoman for the Ministry of Trade",
        ),
        ("{Norland Foreign Minister Jane Roe} said [it rained].", "Norland Foreign Minister"),
        ("{campaign manager Jane Roe} said [it rained].", "campaign manager"),
        ("{Shadow defence secretary Jane Roe} said [it rained].", "Shadow defence secretary"),
        ("{Norland Motors chairman Dr. Jane Roe} said [it rained].", "Norland Motors chairman"),
        ("To the company, {Rep. Jane Roe, D-Ost,} said [it rained].", "Rep. D-Ost"),
        ("{Rep. Jane Roe (D-Ost)} said [it rained].", "Rep. (D-Ost)"),
        ("Norland’s foreign minister, {Jane Roe}, said [it rained].", "Norland’s foreign minister"),
        ("{Jane Roe, 25,} said [it rained].", ""),
        ("{Mr. Doe} said [it rained].", ""),
        ("{Jane Roe, who heads the Institute for Rain,} said [it rained].", "heads the Institute for Rain"),
        ("John Doe came. {His wife, Jane Roe,} said [it rained].", ""),
        ("{A spokesman for the ministry} said [it rained].", "spokesman for the ministry"),
    ];
    for (row, role) in rows {
        assert_eq!(told(row).2, role, "{row}");
    }
}

#[test]
fn relays_are_told() {
    let rows = [
        ("{Jane Roe} was quoted by the Norland News Agency as saying [it rained].", "Jane Roe", "Norland News Agency"),
        ("The {Norland News Agency}, citing Jane Roe, said [it rained].", "Jane Roe", "Norland News Agency"),
        ("{Jane Roe} said [it rained].", "Jane Roe", ""),
    ];
    for (row, name, relay) in rows {
        let (body, attributions) = marked(row);
        let statement = resolved(&body, attributions).pop().unwrap();
        let speaker = statement.speaker.unwrap();
        let found = (speaker.name.unwrap_or_default(), statement.relayed_by.unwrap_or_default());
        assert_eq!((found.0.as_str(), found.1.as_str()), (name, relay), "{row}");
    }
}

#[test]
fn repeated_words_have_ids_of_their_own() {
    let (body, attributions) = marked("{Roe} said [it rained]. {Doe} said [It rained]. {Roe} said [it snowed].");
    let ids: Vec<u32> = resolved(&body, attributions).iter().map(|statement| statement.id.0).collect();
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
}

/// Words that the reader of names has something to say about.
const WORDS: &[&str] = &[
    "Jane",
    "Roe",
    "Mr.",
    "Sen.",
    "the",
    "The",
    "of",
    "and",
    "who",
    "he",
    "She",
    "said",
    "citing",
    ",",
    ".",
    "“",
    "”",
    "'s",
    "’s",
    "(",
    ")",
    "D-Ost",
    "Ministry",
    "minister",
    "official",
    "his",
    "aides",
    "poll",
    "Monday",
    "May",
    "2",
    "2025",
    "—",
    "\n\n",
    "/",
    "&",
    "Jr.",
    "é",
    "Ø",
    "quoted",
    "by",
    "King",
    "25",
    "𝒥",
    "it",
    "they",
    "President",
    "one",
    "'",
    "A",
    "IN",
    "NATO",
];

proptest! {
    #[test]
    fn nothing_panics_and_names_are_of_the_article(
        picked in prop::collection::vec(0..WORDS.len(), 1..60),
        cuts in prop::collection::vec((0_usize..60, 1_usize..8, 0_usize..60, 1_usize..8), 1..6),
    ) {
        let mut body = String::new();
        let mut bounds = Vec::new();
        for &word in &picked {
            let start = body.len();
            body.push_str(WORDS[word]);
            bounds.push((start, body.len()));
            body.push(' ');
        }
        let span = |first: usize, count: usize| {
            let first = first % bounds.len();
            Span::new(bounds[first].0, bounds[(first + count - 1).min(bounds.len() - 1)].1)
        };
        let attributions: Vec<Attribution> = cuts
            .iter()
            .map(|&(content, length, mention, width)| {
                let mention = (mention % 5 != 0).then(|| span(mention, width));
                attribution(vec![span(content, length)], mention)
            })
            .collect();
        let first = resolved(&body, attributions.clone());
        prop_assert_eq!(&first, &resolved(&body, attributions));
        for statement in &first {
            prop_assert!((0.0..=1.0).contains(&statement.confidence));
            if let Some(name) = statement.speaker.as_ref().and_then(|speaker| speaker.name.as_ref()) {
                prop_assert!(name.split(' ').all(|word| body.contains(word)), "{} is not in {}", name, body);
            }
        }
    }

    #[test]
    fn any_text_is_read(body in "\\PC{0,200}") {
        let whole = Span::new(0, body.len());
        resolved(&body, vec![attribution(vec![whole], Some(whole))]);
    }
}
