//! Queries, and what each is understood as.

use super::*;

pub(super) fn today() -> NaiveDate {
    // A Tuesday.
    NaiveDate::from_ymd_opt(2025, 9, 2).unwrap()
}

fn saved() -> BTreeMap<String, String> {
    let rows = [
        ("nuclear", "snapback OR \"enriched uranium\""),
        ("both", "query:nuclear missile"),
        ("loop", "talks query:knot"),
        ("knot", "query:loop"),
        ("broken", "talks (missile"),
        ("post/strike", "strike*"),
        ("words", "said:missile"),
    ];
    rows.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

fn parsed_with<'a>(text: &str, change: impl FnOnce(&mut Options<'a>)) -> Result<Parsed, QueryError> {
    static SAVED: std::sync::LazyLock<BTreeMap<String, String>> = std::sync::LazyLock::new(saved);
    let mut options =
        Options { target: Target::Articles, any: false, lenient: false, today: today(), saved: &SAVED, filters: &[] };
    change(&mut options);
    parse(text, &options)
}

/// Shows a question without places.
fn shown(query: &Query) -> String {
    let all = |queries: &[Query], between: &str| queries.iter().map(shown).collect::<Vec<_>>().join(between);
    let at = |scope: &Scope| match scope {
        Scope::Any => "",
        Scope::Headline => "@headline",
        Scope::Body => "@body",
        Scope::Lead => "@lead",
        Scope::Said => "@said",
    };
    match query {
        Query::Everything => "everything".into(),
        Query::Word { word, scope } => format!("~{}{}", shown_word(word), at(scope)),
        Query::Text { interval, at_least: 1, scope } => format!("{}{}", shown_interval(interval), at(scope)),
        Query::Text { interval, at_least, scope } => format!("{at_least}×{}{}", shown_interval(interval), at(scope)),
        Query::Name { field, interval } => format!("{}:{}", field.name, shown_interval(interval)),
        Query::Value { field, pattern, .. } => format!("{}={}", field.name, shown_pattern(pattern)),
        Query::Between { field, bounds, .. } => format!("{} in {}", field.name, shown_bounds(bounds)),
        Query::Has { field, .. } => format!("has {}", field.name),
        Query::And(queries) => format!("[{}]", all(queries, " & ")),
        Query::Or(queries) => format!("[{}]", all(queries, " | ")),
        Query::Not(inner) => format!("!{}", shown(inner)),
        Query::Boost(inner, factor) => format!("{}^{factor}", shown(inner)),
        Query::OneStatement(inner) => format!("one{{{}}}", shown(inner)),
    }
}

fn shown_word(word: &Word) -> String {
    if word.parts.is_empty() { word.folded.clone() } else { format!("{}={}", word.parts.join("+"), word.folded) }
}

fn shown_pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Exact(word) => word.clone(),
        Pattern::Wildcard(pattern) => format!("<{pattern}>"),
        Pattern::Regex(pattern) => format!("/{pattern}/"),
        Pattern::Fuzzy(word, distance) => format!("{word}~{distance}"),
        Pattern::AsWritten(word) => format!("'{word}'"),
        Pattern::Glob(glob) => format!("glob {glob}"),
    }
}

fn shown_interval(interval: &Interval) -> String {
    let all =
        |operands: &[Interval], between: &str| operands.iter().map(shown_interval).collect::<Vec<_>>().join(between);
    match interval {
        Interval::Word { pattern, .. } => shown_pattern(pattern),
        Interval::Compound(word) => shown_word(word),
        Interval::Inflected(word) => format!("~{}", shown_word(word)),
        Interval::Phrase(operands) => format!("\"{}\"", all(operands, " ")),
        Interval::Either(operands) => format!("({})", all(operands, "|")),
        Interval::Near { operands, within, is_ordered } => {
            format!("({})", all(operands, &format!(" {}{within} ", if *is_ordered { "before" } else { "near" })))
        }
        Interval::Same { operands, boundary } => format!("({})", all(operands, &format!(" {boundary:?} "))),
    }
}

fn shown_bounds(bounds: &Bounds) -> String {
    fn range<T: ToString>(from: &Option<T>, to: &Option<T>) -> String {
        let end = |end: &Option<T>| end.as_ref().map_or_else(String::new, T::to_string);
        format!("{}..{}", end(from), end(to))
    }
    match bounds {
        Bounds::Days(from, to) => range(from, to),
        Bounds::Instants(from, to) => range(from, to),
        Bounds::Whole(from, to) => range(from, to),
        Bounds::Fraction { from, to } => format!("{from:?}..{to:?}"),
    }
}

#[test]
fn queries_about_articles() {
    for (text, expected) in [
        // AND, OR, NOT and brackets.
        ("missile", "~missile"),
        ("missile talks", "[~missile & ~talks]"),
        ("missile AND talks", "[~missile & ~talks]"),
        ("a OR b c", "[~a | [~b & ~c]]"),
        ("(a OR b) c", "[[~a | ~b] & ~c]"),
        ("a (b c)", "[~a & ~b & ~c]"),
        ("a OR (b OR c)", "[~a | ~b | ~c]"),
        ("a -b", "[~a & !~b]"),
        ("a NOT b OR c", "[[~a & !~b] | ~c]"),
        ("NOT a b", "[!~a & ~b]"),
        ("-a", "!~a"),
        ("NOT NOT a", "!!~a"),
        ("-(a b)", "![~a & ~b]"),
        ("a - b", "[~a & ~b]"),
        ("a --b", "[~a & ~b]"),
        ("a and b or not c", "[~a & ~and & ~b & ~or & ~not & ~c]"),
        ("(a)OR(b)", "[~a | ~b]"),
        ("\"a b\"-c", "[\"a b\" & ~c]"),
        ("", "everything"),
        ("  ", "everything"),
        ("*", "everything"),
        // Words.
        ("Marks & Spencer — deal", "[~marks & ~spencer & ~deal]"),
        ("cease-fire", "~cease+fire=ceasefire"),
        ("Iran’s", "~iran"),
        ("U.S.", "(u.s.|'US')"),
        ("U.S.-led", "\"(u.s.|'US') led\""),
        ("20:48", "\"20 48\""),
        ("9/11", "\"9 11\""),
        ("https://a.example/b", "\"https a example b\""),
        ("speaker: larijani", "[~speaker & ~larijani]"),
        ("北京", "\"北 京\""),
        ("who?", "~who"),
        ("before/after w/o and/or", "[\"before after\" & \"w o\" & \"and or\"]"),
        // Phrases.
        ("\"Snapback mechanism\"", "\"snapback mechanism\""),
        ("“a b” „c d“ «e f»", "[\"a b\" & \"c d\" & \"e f\"]"),
        ("'a b'", "[~a & ~b]"),
        ("\"talk\"", "talk"),
        ("\"cease-fire now\"", "\"cease+fire=ceasefire now\""),
        ("\"the AND of\"", "\"the and of\""),
        ("\"nuclear talk*\"", "\"nuclear <talk*>\""),
        ("\"a b\"~5", "(a near5 b)"),
        // Patterns.
        ("Sanction*", "<sanction*>"),
        ("wom?n", "<wom?n>"),
        ("larijini~", "larijini~1"),
        ("larijini~2", "larijini~2"),
        ("al-assad~", "\"al~1 assad~1\""),
        ("/sanction(s|ed)/", "/sanction(s|ed)/"),
        ("/a[/]b/ c", "[/a[/]b/ & ~c]"),
        ("a / b", "[~a & ~b]"),
        ("missile^3", "~missile^3"),
        ("\"a b\"^.5 (c d)^2", "[\"a b\"^0.5 & [~c & ~d]^2]"),
        ("headline:a^2", "~a@headline^2"),
        ("(a^2)^3", "~a^6"),
        // Proximity.
        ("missile NEAR/5 talks", "(~missile near5 ~talks)"),
        ("missile w/5 talks", "(~missile near5 ~talks)"),
        ("missile Before/5 talks", "(~missile before5 ~talks)"),
        ("a PRE/5 b", "(~a before5 ~b)"),
        ("a adj/5 b", "(~a before5 ~b)"),
        ("a SAME/S b", "(~a Sentence ~b)"),
        ("a w/p b", "(~a Paragraph ~b)"),
        ("a NEAR/5 b NEAR/5 c", "(~a near5 ~b near5 ~c)"),
        ("(a NEAR/5 b) NEAR/2 c", "((~a near5 ~b) near2 ~c)"),
        ("(a OR \"b c\" OR d*) NEAR/5 e", "((~a|\"b c\"|<d*>) near5 ~e)"),
        ("a-b NEAR/5 U.S.", "(~a+b=ab near5 (u.s.|'US'))"),
        ("a b NEAR/5 c d", "[~a & (~b near5 ~c) & ~d]"),
        ("NOT a NEAR/5 b", "!(~a near5 ~b)"),
        ("headline:(a NEAR/5 b)", "(~a near5 ~b)@headline"),
        ("lead:(a NEAR/5 b)", "(~a near5 ~b)@lead"),
        ("ATLEAST/3 missile", "3×~missile"),
        ("atleast/3 (a OR \"b c\")", "3×(~a|\"b c\")"),
        ("ATLEAST/3 a NEAR/5 b", "3×(~a near5 ~b)"),
        ("ATLEAST/3 a b", "[3×~a & ~b]"),
        ("headline:(ATLEAST/2 a)", "2×~a@headline"),
        ("ATLEAST/2 headline:a", "2×~a@headline"),
        ("CAPS(AIDS)", "'AIDS'"),
        ("CAPS(US OR \"Al Qaeda\") NEAR/5 talks", "(('US'|\"'Al' 'Qaeda'\") near5 ~talks)"),
        ("CAPS(US UK)", "['US' & 'UK']"),
        ("headline:CAPS(US)", "'US'@headline"),
        ("caps(us)", "[~caps & ~us]"),
        // Fields.
        ("headline:talks title:a body:b lead:c", "[~talks@headline & ~a@headline & ~b@body & ~c@lead]"),
        ("headline:(a OR \"b c\")", "[~a@headline | \"b c\"@headline]"),
        ("headline:a:b", "\"a b\"@headline"),
        ("headline:-a", "~a@headline"),
        ("headline:(-a)", "!~a@headline"),
        ("outlet:herald", "outlet:herald"),
        ("byline:\"Jane Doe\"", "byline:\"jane doe\""),
        ("byline:(jane doe)", "byline:(jane near1000 doe)"),
        ("byline:(jane OR joan)", "byline:(jane|joan)"),
        ("byline:(jane -doe)", "[byline:jane & !byline:doe]"),
        ("byline:(d* NEAR/2 jane)", "byline:(<d*> near2 jane)"),
        ("location:U.S.", "location:(u.s.|us)"),
        ("location:cease-fire", "location:cease+fire=ceasefire"),
        ("path:2025/**/*.txt", "path=glob 2025/**/*.txt"),
        ("language:(FA OR ar)", "[language=fa | language=ar]"),
        ("url:https://a.example/b?c:d", "url=<https://a.example/b?c:d>"),
        ("key:(a:b \"c d\")", "[key=a:b & key=c d]"),
        ("byline:* -date:*", "[has byline & !has date]"),
        ("lead:*", "[has headline | has body]"),
        // Days and numbers.
        ("date:2025-09-02", "date in 2025-09-02..2025-09-02"),
        ("published:2025-06..2025-09", "date in 2025-06-01..2025-09-30"),
        ("date:30d..", "date in 2025-08-03.."),
        ("date:..yesterday", "date in ..2025-09-01"),
        ("date:\"last week\"", "date in 2025-08-25..2025-08-31"),
        ("date:\"last week\"..today a", "[date in 2025-08-25..2025-09-02 & ~a]"),
        ("date:none", "!has date"),
        ("date:(2024 OR 2025-03)", "[date in 2024-01-01..2024-12-31 | date in 2025-03-01..2025-03-31]"),
        ("added:7d..", "added in 2025-08-26 00:00:00 UTC.."),
        ("words:>500", "words in 501.."),
        // Statements in articles: fields side by side hold of one.
        ("speaker:larijani missile", "[~missile & one{speaker:larijani}]"),
        ("speaker:larijani said:missile", "one{[speaker:larijani & ~missile@said]}"),
        ("speaker:a x role:b", "[~x & one{[speaker:a & role:b]}]"),
        ("speaker:a (role:b kind:direct)", "one{[speaker:a & role:b & kind=direct]}"),
        ("(speaker:a OR speaker:b) kind:direct", "one{[[speaker:a | speaker:b] & kind=direct]}"),
        ("speaker:a OR headline:b", "[one{speaker:a} | ~b@headline]"),
        ("said:missile", "one{~missile@said}"),
        ("said:\"a b\"", "one{\"a b\"@said}"),
        ("said:(a NEAR/3 b)", "one{(~a near3 ~b)@said}"),
        ("said:(speaker:a missile)", "one{[speaker:a & ~missile@said]}"),
        ("said:(speaker:a -missile)", "one{[speaker:a & !~missile@said]}"),
        ("said:speaker:a", "one{speaker:a}"),
        ("-said:missile", "!one{~missile@said}"),
        ("speaker:a -said:b", "[!one{~b@said} & one{speaker:a}]"),
        ("said:(speaker:a x) said:(speaker:b y)", "[one{[speaker:a & ~x@said]} & one{[speaker:b & ~y@said]}]"),
        ("said:(speaker:a x) kind:direct", "one{[speaker:a & ~x@said & kind=direct]}"),
        ("said:x^2 speaker:a", "one{[~x@said^2 & speaker:a]}"),
        ("confidence:>=0.9", "one{confidence in Some((0.9, false))..None}"),
        ("said_on:none", "one{!has said_on}"),
        ("speaker:*", "one{has speaker}"),
        ("said:*", "one{has said}"),
        // Saved queries.
        ("query:nuclear x", "[[~snapback | \"enriched uranium\"] & ~x]"),
        ("query:both", "[[~snapback | \"enriched uranium\"] & ~missile]"),
        ("query:post/strike", "<strike*>"),
        ("query:\"nuclear\" NEAR/5 x", "((~snapback|\"enriched uranium\") near5 ~x)"),
        ("speaker:a query:words", "one{[speaker:a & ~missile@said]}"),
    ] {
        match parsed_with(text, |_| {}) {
            Ok(parsed) => assert_eq!(shown(&parsed.query), expected, "{text}"),
            Err(error) => panic!("{text}\n{error}"),
        }
    }
}

#[test]
fn queries_about_statements() {
    for (text, expected) in [
        ("missile", "~missile"),
        ("missile -draft", "[~missile & !~draft@said]"),
        ("NOT NOT a", "!!~a"),
        ("\"a b\" c*", "[\"a b\" & <c*>]"),
        ("said:missile", "~missile@said"),
        ("said:(speaker:a missile)", "[speaker:a & ~missile@said]"),
        ("speaker:larijani negotiations location:tehran", "[speaker:larijani & ~negotiations & location:tehran]"),
        ("headline:talks", "~talks@headline"),
        ("date:none kind:direct", "[!has date & kind=direct]"),
        ("-speaker:*", "!has speaker"),
        (
            "said:(speaker:a x) said:(speaker:b y) kind:direct",
            "[speaker:a & ~x@said & speaker:b & ~y@said & kind=direct]",
        ),
    ] {
        match parsed_with(text, |options| options.target = Target::Statements) {
            Ok(parsed) => assert_eq!(shown(&parsed.query), expected, "{text}"),
            Err(error) => panic!("{text}\n{error}"),
        }
    }
}

#[test]
fn mistakes_point_and_hint() {
    for (text, marked, message, hint) in [
        ("speeker:\"Jane Doe\" flood", "speeker", "unknown field `speeker`", "did you mean `speaker`?"),
        ("xyz:1", "xyz", "unknown field `xyz`", "write \"xyz:…\" between quotation marks"),
        ("body_stem:x", "body_stem", "unknown field `body_stem`", ""),
        ("a (b OR c", "(", "this bracket is never closed", "close it"),
        ("a) b", ")", "this bracket was never opened", ""),
        ("a ()", "()", "nothing stands between these brackets", ""),
        ("a \"b c", "\"", "this phrase is never closed", "close it"),
        ("\"—\"", "\"—\"", "no word to look for", ""),
        ("—", "—", "no word to look for", ""),
        ("headline:—", "—", "no word to look for", ""),
        // Operators without their operands.
        ("a OR", "OR", "`OR` needs something to its right", "small letters"),
        ("OR a", "OR", "`OR` needs something to its left", ""),
        ("a OR OR b", "OR", "`OR` needs something to its right", ""),
        ("a AND", "AND", "`AND` needs something to its right", ""),
        ("(AND b)", "AND", "`AND` needs something to its left", ""),
        ("NOT", "NOT", "`NOT` needs something to its right", ""),
        ("a NEAR/5", "NEAR/5", "`NEAR/5` needs something to its right", ""),
        ("w/5 a", "w/5", "`w/5` needs something to its left", ""),
        ("ATLEAST/3", "ATLEAST/3", "`ATLEAST/3` needs something to its right", ""),
        ("a || b", "||", "`||` is no operator", "write OR"),
        ("a && b", "&&", "`&&` is no operator", "write AND"),
        ("a NEAR b", "NEAR", "`NEAR` needs what follows its slash", "write NEAR/5, or `near` for the word"),
        ("a SAME/X b", "SAME/X", "`SAME/X` needs what follows its slash", "write SAME/S"),
        ("a NEAR/x b", "NEAR/x", "`NEAR/` takes a whole number from 1 to 1000", ""),
        ("a NEAR/0 b", "NEAR/0", "`NEAR/` takes a whole number from 1 to 1000", ""),
        ("a near/1001 b", "near/1001", "`NEAR/` takes a whole number from 1 to 1000", ""),
        ("a W/99999999999 b", "W/99999999999", "`W/` takes a whole number from 1 to 1000", ""),
        // What proximity cannot hold.
        ("a NEAR/5 b NEAR/3 c", "NEAR/3", "`NEAR/5` and `NEAR/3` stand side by side", "(a NEAR/5 b) NEAR/3 c"),
        ("a NEAR/5 b BEFORE/5 c", "BEFORE/5", "`NEAR/5` and `BEFORE/5` stand side by side", ""),
        ("a NEAR/5 NOT b", "NOT", "NOT cannot stand inside NEAR/5", "(a NEAR/5 b) NOT c"),
        ("a NEAR/5 -b", "-b", "NOT cannot stand inside NEAR/5", ""),
        ("-a NEAR/5 b", "-a", "NOT cannot stand inside NEAR/5", ""),
        ("a NEAR/5 (b OR (NOT c))", "(NOT c)", "NOT cannot stand inside NEAR/5", ""),
        ("a NEAR/5 (b c)", "(b c)", "AND cannot stand inside NEAR/5", ""),
        ("headline:a NEAR/5 b", "headline:a", "a field cannot stand inside NEAR/5", "headline:(a NEAR/5 b)"),
        ("a NEAR/5 ATLEAST/2 b", "ATLEAST/2", "ATLEAST cannot stand inside NEAR/5", ""),
        ("a^2 NEAR/5 b", "a^2", "a boost cannot stand inside NEAR/5", "(a NEAR/5 b)^2"),
        ("a NEAR/5 *", "*", "a `*` alone cannot stand inside NEAR/5", ""),
        ("ATLEAST/3 (a b)", "(a b)", "AND cannot stand inside ATLEAST/3", ""),
        ("byline:(a SAME/S b)", "(a SAME/S b)", "SAME cannot stand inside", ""),
        ("byline:(ATLEAST/2 a)", "(ATLEAST/2 a)", "ATLEAST cannot stand inside a field of names", ""),
        ("byline:CAPS(Doe)", "CAPS", "CAPS cannot stand inside this field", ""),
        ("CAPS(headline:US)", "headline", "a field cannot stand inside CAPS", "headline:CAPS(US)"),
        ("CAPS(sanction*)", "sanction*", "CAPS takes words and phrases", ""),
        ("CAPS(/us/)", "/us/", "CAPS takes words and phrases", ""),
        ("CAPS(us~)", "us~", "CAPS takes words and phrases", ""),
        // Fields.
        ("headline:(body:a)", "body", "a field cannot stand inside `headline:`", "side by side"),
        ("said:(headline:a)", "headline", "`headline:` is about the article", "beside"),
        ("said:(lead:a)", "lead", "`lead:` is about the article", ""),
        ("said:(a said:b)", "said", "`said:` cannot stand inside `said:( )`", ""),
        (
            "said:(speaker:a x) said:(speaker:b y) kind:direct",
            "kind:direct",
            "which statement is this about?",
            "put it inside",
        ),
        ("kind:drect", "drect", "`kind:` is never `drect`", "did you mean `direct`?"),
        ("kind:spoken", "spoken", "`kind:` is never `spoken`", "it is one of direct, mixed, indirect"),
        ("date:soon", "soon", "`soon` is not a day, month, year or range of them", "2025-06..2025-09"),
        ("date:last week", "last", "`last` is not a day, month, year or range", "write \"last week\""),
        ("date:[2025 TO 2026]", "[2025", "`[2025` is not a day", "a range is written 2025-06..2025-09"),
        ("date:7d", "7d", "`7d` is one end of a range", "write `7d..`"),
        ("date:2025..2024", "2025..2024", "the range ends before it begins", ""),
        ("words:many", "many", "`many` is not a whole number", ""),
        ("confidence:>=90", ">=90", "`>=90` is not a number from 0 to 1", ""),
        ("path:a[", "a[", "`a[` is not a pattern of paths", ""),
        ("date:\"last week", "\"", "this phrase is never closed", ""),
        // Signs.
        ("sanction!", "sanction!", "`!` does not cut words off", "write `sanction*`"),
        ("larijini~3", "~3", "`~` takes 1 or 2 edits", ""),
        ("(a b)~2", "~2", "`~` follows a word or a phrase", ""),
        ("\"a b\"~", "~", "`~` after a phrase takes a whole number", "NEAR/5"),
        ("\"a\"~5", "\"a\"~5", "one word has no distance", ""),
        ("a*~", "a*~", "a wildcard cannot stand inside `~`", ""),
        ("missile^x", "^x", "`^` takes a number", "missile^3"),
        ("missile^0", "^0", "`^` takes a number", ""),
        ("\"a b\"^", "^", "`^` takes a number", ""),
        ("\"the * of\"", "*", "a `*` alone stands for no word", "BEFORE/n"),
        ("北京*", "*", "wildcards stand for letters", ""),
        ("/a b/", "/", "this regular expression is never closed", ""),
        ("/home/user", "/home/user", "a regular expression ends at the second slash", ""),
        ("/(a/", "/(a/", "this regular expression cannot be read: unclosed group", ""),
        // Saved queries.
        ("query:nuclaer", "query:nuclaer", "there is no saved query `nuclaer`", "did you mean `nuclear`?"),
        ("query:loop", "query:loop", "the saved query leads to itself: loop → knot → loop", ""),
        ("query:broken", "(", "this bracket is never closed (in the saved query `broken`)", ""),
    ] {
        let error = match parsed_with(text, |_| {}) {
            Err(error) => error,
            Ok(parsed) => panic!("{text} is understood as {}", parsed.understood),
        };
        assert!(error.to_string().starts_with(message), "{text}\n{error}");
        assert_eq!(&error.text[error.span.clone()], marked, "{text}\n{error}");
        let given = error.hint().unwrap_or_default();
        assert!(given.contains(hint), "{text}: {given}");
    }
}

#[test]
fn filters_are_read_as_their_field() {
    for (field, value, expected) in [
        ("speaker", "larijani", "[~x & one{[said_on in 2025-01-01.. & speaker:larijani]}]"),
        ("speaker", "Ali Larijani", "[~x & one{[said_on in 2025-01-01.. & speaker:(ali near1000 larijani)]}]"),
        (
            "speaker",
            "\"Ali Larijani\" OR Kosvat",
            "[~x & one{[said_on in 2025-01-01.. & speaker:(\"ali larijani\"|kosvat)]}]",
        ),
        ("since", "2025-06", "[~x & date in 2025-06-01.. & one{said_on in 2025-01-01..}]"),
        ("until", "2025-06", "[~x & date in ..2025-06-30 & one{said_on in 2025-01-01..}]"),
        ("until", " yesterday ", "[~x & date in ..2025-09-01 & one{said_on in 2025-01-01..}]"),
        ("date", "last week", "[~x & date in 2025-08-25..2025-08-31 & one{said_on in 2025-01-01..}]"),
        ("path", "my dir/*", "[~x & path=glob my dir/* & one{said_on in 2025-01-01..}]"),
        ("said", "missile", "[~x & one{[said_on in 2025-01-01.. & ~missile@said]}]"),
        ("query", "post/strike", "[~x & <strike*> & one{said_on in 2025-01-01..}]"),
    ] {
        let filters = [(field.to_owned(), value.to_owned())];
        let parsed = parsed_with("x said_on:2025..", |options| options.filters = &filters);
        assert_eq!(shown(&parsed.unwrap().query), expected, "{field}={value}");
    }
    for (field, value, marked) in [
        ("speeker", "x", "speeker"),
        ("speaker", "a) OR (b", ")"),
        ("speaker", " ", " "),
        ("date", "soon", "soon"),
        ("since", "soon", "soon"),
        ("since", "none", "none"),
        ("until", "30d..", "30d.."),
        ("until", "2025-01..2025-02", "2025-01..2025-02"),
        ("said", "headline:x", "headline"),
        ("outlet", "a SAME/S b", "outlet:a SAME/S b"),
    ] {
        let filters = [(field.to_owned(), value.to_owned())];
        let error = parsed_with("x", |options| options.filters = &filters).unwrap_err();
        assert_eq!((&error.text[error.span.clone()], error.part), (marked, Part::Filter), "{field}={value}");
    }
}

#[test]
fn the_last_day_is_not_before_the_first() {
    for (since, until, expected) in [
        ("2025-09-02", "2025-06-30", Some("`since` is 2025-09-02, which is later than `until`: 2025-06-30")),
        ("2025-09", "2025-08", Some("`since` is 2025-09-01, which is later than `until`: 2025-08-31")),
        ("7d", "30d", Some("`since` is 2025-08-26, which is later than `until`: 2025-08-03")),
        ("2025-09", "2025-09", None),
        ("2025-09-02", "2025-09-02", None),
    ] {
        let filters = [("since".to_owned(), since.to_owned()), ("until".to_owned(), until.to_owned())];
        let read = parsed_with("x", |options| options.filters = &filters);
        assert_eq!(read.err().map(|error| error.mistake.to_string()).as_deref(), expected, "{since} {until}");
        // Where mistakes are left out, one day remains.
        let lenient = parsed_with("x", |options| (options.lenient, options.filters) = (true, &filters)).unwrap();
        assert_eq!(lenient.dropped.len(), usize::from(expected.is_some()), "{since} {until}");
    }
}

#[test]
fn names_of_other_systems_lead_to_ours() {
    for (text, hint) in [
        ("since:2025", "write date:2025-09-02.."),
        ("UNTIL:2025", "write date:..2025-09-02"),
        ("said_by:varga", "write speaker:varga"),
        ("speeker:varga", "did you mean `speaker`?"),
        ("fnord:varga", "write \"fnord:…\" between quotation marks for the words"),
    ] {
        let error = parsed_with(text, |_| {}).unwrap_err();
        assert_eq!(error.hint().as_deref(), Some(hint), "{text}");
    }
}

#[test]
fn plain_words_are_counted_where_nothing_else_is_asked() {
    for (text, any, expected) in [
        ("what did the minister say", false, 5),
        ("wheat", false, 1),
        ("cease-fire talks, wheat?", false, 3),
        ("", false, 0),
        ("wheat OR barley", false, 0),
        ("wheat -barley exports", false, 0),
        ("wheat \"barley exports\"", false, 0),
        ("wheat speaker:varga", false, 0),
        ("what did the minister say", true, 0),
    ] {
        assert_eq!(parsed_with(text, |options| options.any = any).unwrap().plain_words, expected, "{text}");
    }
}

#[test]
fn plain_words_keep_quotation_marks_alone() {
    for (text, expected, understood) in [
        ("who said AND why?", "[~who | ~said | ~and | ~why]", "who OR said OR and OR why"),
        ("speaker:a (b", "[~speaker | ~a | ~b]", "speaker OR a OR b"),
        (
            "the \"snapback mechanism\" wom?n",
            "[~the | \"snapback mechanism\" | ~wom | ~n]",
            "the OR \"snapback mechanism\" OR wom OR n",
        ),
        ("a \"b", "[~a | ~b]", "a OR b"),
        (
            "NEAR/5 cease-fire U.S.",
            "[~near | ~5 | ~cease+fire=ceasefire | (u.s.|'US')]",
            "near OR 5 OR cease-fire OR U.S.",
        ),
        ("x", "~x", "x"),
        ("", "everything", "*"),
    ] {
        let parsed = parsed_with(text, |options| options.any = true).unwrap();
        assert_eq!(shown(&parsed.query), expected, "{text}");
        assert_eq!(parsed.understood, understood, "{text}");
        assert_eq!(shown(&parsed_with(&parsed.understood, |_| {}).unwrap().query), expected, "{text}");
    }
    assert!(parsed_with("— ?", |options| options.any = true).is_err());
}

#[test]
fn what_is_understood_is_spelt_one_way() {
    for (text, expected) in [
        ("  missile,  AND talks ", "missile talks"),
        ("(a OR b) (c d) NOT e", "(a OR b) c d -e"),
        ("NOT (a b) NOT a w/5 b", "NOT (a b) NOT a NEAR/5 b"),
        ("“Snapback  mechanism”^2", "\"Snapback mechanism\"^2"),
        ("title:(a OR b)^3", "headline:(a OR b)^3"),
        ("author:(Jane Doe)", "byline:(Jane Doe)"),
        ("date:30d.. date:2025-01-01..2025-12-31 date:2025-06", "date:2025-08-03.. date:2025 date:2025-06"),
        ("words:>500 confidence:>0.5", "words:501.. confidence:>0.5"),
        ("query:both", "(snapback OR \"enriched uranium\") missile"),
        ("a NOT NOT b", "a NOT (-b)"),
        ("a NOT --AND", "a NOT --AND"),
        ("caps(us) CAPS(us OR \"Al Qaeda\")", "caps us CAPS(us OR \"Al Qaeda\")"),
        ("atleast/3 (a OR b) ATLEAST/2 headline:c", "ATLEAST/3 (a OR b) ATLEAST/2 headline:c"),
        ("key:\"c d\" language:FA", "key:\"c d\" language:fa"),
    ] {
        assert_eq!(parsed_with(text, |_| {}).unwrap().understood, expected, "{text}");
    }
    let parsed = parsed_with("a w/5 b OR c w/5 d OR e PRE/2 f", |_| {}).unwrap();
    assert_eq!(
        parsed.notes,
        ["w/5 is read as NEAR/5, in either order; BEFORE/5 keeps the order", "PRE/2 is read as BEFORE/2"]
    );
}

#[test]
fn examples_of_operators_are_understood() {
    for operator in OPERATORS {
        assert!(!operator.examples.is_empty(), "{}", operator.usage);
        for (text, _) in operator.examples {
            for target in [Target::Articles, Target::Statements] {
                if let Err(error) = parsed_with(text, |options| options.target = target) {
                    panic!("{}: {error}", operator.usage);
                }
            }
        }
    }
}

#[test]
fn bounds_are_kept_quickly() {
    let started = std::time::Instant::now();
    for text in [
        "(".repeat(10_000),
        format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("{}a", "NOT ".repeat(10_000)),
        format!("{}a", "said:(".repeat(10_000)),
        "word ".repeat(200_000),
        "a".repeat(1 << 20),
        "\"".repeat(100_001),
        "a OR ".repeat(20_000),
        "/".repeat(1 << 20),
        format!("/{}/", "(".repeat(50_000)),
        "-(".repeat(20_000),
    ] {
        assert!(parsed_with(&text, |_| {}).is_err(), "{}", &text[..20]);
    }
    // A saved query that doubles at each of fifty steps.
    let mut saved = BTreeMap::from([("q0".to_owned(), "a".to_owned())]);
    for step in 1..50 {
        saved.insert(format!("q{step}"), format!("query:q{0} query:q{0}", step - 1));
    }
    let options =
        Options { target: Target::Articles, any: false, lenient: false, today: today(), saved: &saved, filters: &[] };
    assert!(matches!(
        *parse("query:q49", &options).unwrap_err().mistake,
        Mistake::TooLong { .. } | Mistake::TooManyParts { .. } | Mistake::TooDeep { .. }
    ));
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

proptest::proptest! {
    #[test]
    fn what_is_understood_is_understood_alike(
        text in "([a-z]{1,3}|AND|OR|NOT|-|\\(|\\)|\"|“|«|»|NEAR/2|w/s|ATLEAST/2|CAPS\\(|said:|headline:|speaker:|date:|words:|key:|\
                 2025|\\.\\.|none|\\*|\\?|~|~2|\\^2|/a/|U\\.S\\.|cease-fire|’s|don't|é|北|، | | | ){1,14}",
        is_about_statements: bool,
    ) {
        let target = if is_about_statements { Target::Statements } else { Target::Articles };
        if let Ok(first) = parsed_with(&text, |options| options.target = target) {
            let again = parsed_with(&first.understood, |options| options.target = target);
            let again = again.unwrap_or_else(|error| panic!("{text}\n{}\n{error}", first.understood));
            assert_eq!(shown(&first.query), shown(&again.query), "{text}\n{}", first.understood);
            assert_eq!(first.understood, again.understood, "{text}");
        }
        let lenient = parsed_with(&text, |options| (options.target, options.lenient) = (target, true)).unwrap();
        let again = parsed_with(&lenient.understood, |options| options.target = target).unwrap();
        assert_eq!(shown(&lenient.query), shown(&again.query), "{text}\n{}", lenient.understood);
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,40}", any: bool) {
        match parsed_with(&text, |options| options.any = any) {
            Ok(parsed) => {
                let again = parsed_with(&parsed.understood, |_| {});
                let again = again.unwrap_or_else(|error| panic!("{text}\n{}\n{error}", parsed.understood));
                assert_eq!(shown(&parsed.query), shown(&again.query), "{text}\n{}", parsed.understood);
            }
            Err(error) => {
                assert!(error.text.get(error.span.clone()).is_some(), "{text}: {:?}", error.span);
                assert!(error.to_string().starts_with(&error.mistake.to_string()));
            }
        }
        assert!(parsed_with(&text, |options| (options.any, options.lenient) = (any, true)).is_ok(), "{text}");
    }
}

#[test]
fn a_lenient_reading_tells_what_it_left_out() {
    for (text, understood, dropped) in [
        ("missile talks", "missile talks", &[][..]),
        ("speeker:larijani flood", "larijani flood", &["`speeker:` was left out: unknown field `speeker`"]),
        ("a (b OR c", "a b OR c", &["`(` was left out: this bracket is never closed"]),
        ("a \"b c", "a b c", &["`\"` was left out: this phrase is never closed"]),
        ("a OR", "a", &["`OR` was left out: `OR` needs something to its right"]),
        ("date:soon a", "a", &["`date:soon` was left out"]),
        ("a query:broken b", "a b", &["`query:broken` was left out: this bracket is never closed"]),
        (
            "a NEAR/5 (NOT b)",
            "a",
            &["`(NOT b)` was left out", "`NEAR/5` was left out: `NEAR/5` needs something to its right"],
        ),
        ("—", "*", &["`—` was left out: no word to look for"]),
    ] {
        let parsed = parsed_with(text, |options| options.lenient = true).unwrap();
        assert_eq!(parsed.understood, understood, "{text}");
        assert_eq!(parsed.dropped.len(), dropped.len(), "{text}: {:?}", parsed.dropped);
        for (given, expected) in parsed.dropped.iter().zip(dropped) {
            assert!(given.starts_with(expected), "{text}: {given}");
        }
    }
    let deep = format!("{}peace", "(".repeat(5000));
    let parsed = parsed_with(&deep, |options| options.lenient = true).unwrap();
    assert_eq!(parsed.understood, "peace");
    assert_eq!(parsed.dropped.last().unwrap(), "the query was read as plain words");
    let filters = [("speeker".to_owned(), "x".to_owned()), ("outlet".to_owned(), "herald".to_owned())];
    let parsed = parsed_with("a", |options| (options.lenient, options.filters) = (true, &filters)).unwrap();
    assert_eq!(parsed.understood, "a outlet:herald");
    assert_eq!(parsed.dropped, ["`speeker:x` was left out: unknown field `speeker`"]);
}
