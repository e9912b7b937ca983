//! Any text is a query or a mistake that points into it, and what is understood is read alike.
#![no_main]

use std::collections::BTreeMap;

use dateline::query::{Options, parse};
use dateline::search::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let saved = BTreeMap::from([("a".to_owned(), "query:b OR x".to_owned()), ("b".to_owned(), "y".to_owned())]);
    let today = chrono::NaiveDate::from_ymd_opt(2025, 9, 2).expect("it is a day");
    for target in [Target::Articles, Target::Statements] {
        let options = Options { target, any: false, lenient: false, today, saved: &saved, filters: &[] };
        match parse(text, &options) {
            Ok(parsed) => {
                let again = parse(&parsed.understood, &options).expect("what is printed is a query");
                assert_eq!(parsed.understood, again.understood);
            }
            Err(error) => assert!(error.text.get(error.span.clone()).is_some(), "{error}"),
        }
        for any in [false, true] {
            parse(text, &Options { any, lenient: true, ..options }).expect("a lenient reading never fails");
        }
    }
});
