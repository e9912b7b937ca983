//! The engine's schema, made from `FIELDS`.

use std::collections::HashMap;

use tantivy::DateTime;
use tantivy::schema::{
    DateOptions, DateTimePrecision, Field, FieldType, IndexRecordOption, NumericOptions, STORED, TextFieldIndexing,
    TextOptions,
};

use super::postings::Detail;
use crate::index::fields::{FIELDS, Kind};

/// Version of the schema and of everything that decides which terms a text leaves: an index with another is rebuilt.
pub const SCHEMA_VERSION: u32 = 7;

/// Names of tokenizers in the index's metadata. `SegmentBuilder` cuts text itself: they tell it how.
pub const WORDS: &str = "dateline_words";
pub const NAMES: &str = "dateline_names";
pub const PACKED: &str = "dateline_packed";
pub const BUCKETS: &str = "dateline_buckets";

/// The engine's schema and where each of our fields stands in it.
#[derive(Clone, Debug)]
pub struct Schema {
    engine: tantivy::schema::Schema,
    /// Asked for every value of every document.
    by_name: HashMap<&'static str, Field, foldhash::fast::RandomState>,
    texts: Vec<TextField>,
}

/// A field of running text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextField {
    pub handle: Field,
    pub detail: Detail,
    /// Counted from 0 among the fields of running text.
    pub place: u8,
}

impl TextField {
    /// Returns those of a schema, in their order.
    pub fn all(schema: &tantivy::schema::Schema) -> Vec<Self> {
        let of_text = schema.fields().filter_map(|(handle, entry)| {
            let FieldType::Str(options) = entry.field_type() else { return None };
            let detail = Detail::of(entry.field_type())?;
            matches!(options.get_indexing_options()?.tokenizer(), WORDS | PACKED).then_some((handle, detail))
        });
        (0..).zip(of_text).map(|(place, (handle, detail))| Self { handle, detail, place }).collect()
    }
}

impl Schema {
    pub fn new() -> Self {
        let mut builder = tantivy::schema::Schema::builder();
        let mut by_name = HashMap::default();
        for field in FIELDS {
            let handle = add(&mut builder, field.name, field.kind);
            by_name.insert(field.name, handle);
        }
        let engine = builder.build();
        let texts = TextField::all(&engine);
        Self { engine, by_name, texts }
    }

    /// Returns the schema as the engine knows it.
    pub fn engine(&self) -> &tantivy::schema::Schema {
        &self.engine
    }

    /// Returns the engine's handle of a field of `FIELDS`.
    ///
    /// # Panics
    /// If no row of `FIELDS` has this name.
    pub fn field(&self, name: &str) -> Field {
        self.by_name[name]
    }

    /// Returns a field of running text and what is kept of its terms.
    ///
    /// # Panics
    /// If no row of `FIELDS` has this name, or it is no running text.
    pub fn text(&self, name: &str) -> TextField {
        let handle = self.field(name);
        *self.texts.iter().find(|text| text.handle == handle).expect("a field of text is indexed")
    }
}

impl Default for Schema {
    fn default() -> Self {
        Self::new()
    }
}

fn add(builder: &mut tantivy::schema::SchemaBuilder, name: &str, kind: Kind) -> Field {
    let text = |tokenizer: &str, option, norms| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer);
        TextOptions::default().set_indexing_options(indexing.set_index_option(option).set_fieldnorms(norms))
    };
    let whole = || NumericOptions::default().set_fast();
    match kind {
        Kind::Text { stored } => {
            // What is not stored is cut before it reaches the engine.
            let options = text(if stored { WORDS } else { PACKED }, IndexRecordOption::WithFreqsAndPositions, true);
            builder.add_text_field(name, if stored { options.set_stored() } else { options })
        }
        Kind::Stems => builder.add_text_field(name, text(PACKED, IndexRecordOption::WithFreqs, true)),
        Kind::Marks => builder.add_text_field(name, text(PACKED, IndexRecordOption::WithFreqsAndPositions, false)),
        Kind::Name => {
            builder.add_text_field(name, text(NAMES, IndexRecordOption::WithFreqsAndPositions, false).set_fast("raw"))
        }
        Kind::Exact | Kind::Path => {
            builder.add_text_field(name, text("raw", IndexRecordOption::Basic, false).set_fast("raw"))
        }
        Kind::Term => builder.add_text_field(name, text("raw", IndexRecordOption::Basic, false)),
        Kind::Date => builder.add_date_field(name, DateOptions::default().set_fast().set_indexed()),
        Kind::Instant => builder
            .add_date_field(name, DateOptions::default().set_fast().set_precision(DateTimePrecision::Milliseconds)),
        Kind::Whole | Kind::Hash => builder.add_u64_field(name, whole()),
        Kind::Signed => builder.add_i64_field(name, whole()),
        Kind::Fraction => builder.add_f64_field(name, whole()),
        Kind::Key => builder.add_u64_field(name, whole().set_indexed()),
        Kind::Keys => builder.add_u64_field(name, NumericOptions::default().set_indexed()),
        Kind::Buckets => builder.add_text_field(name, text(BUCKETS, IndexRecordOption::WithFreqs, false)),
        Kind::Record => builder.add_bytes_field(name, STORED),
    }
}

/// Returns a printed day and time as the engine keeps it: as if Greenwich had printed it, so that filters and charts
/// go by the printed calendar. What lies outside its nanoseconds, 1677 to 2262, becomes their first or last second.
pub fn printed(day: chrono::NaiveDate, time: Option<chrono::NaiveTime>) -> DateTime {
    let seconds = day.and_time(time.unwrap_or_default()).and_utc().timestamp();
    DateTime::from_timestamp_secs(seconds.clamp(i64::MIN / NANOS_A_SECOND, i64::MAX / NANOS_A_SECOND))
}

const NANOS_A_SECOND: i64 = 1_000_000_000;

/// Returns the number of a printed day in the column `day`, from 1; without one 0.
pub fn day_number(day: Option<chrono::NaiveDate>) -> u64 {
    day.map_or(0, |day| day_number_of(printed(day, None)))
}

/// Returns the number of the day of a moment that the engine keeps.
pub fn day_number_of(moment: DateTime) -> u64 {
    days(moment).abs_diff(days(DateTime::MIN)) + 1
}

/// Returns the printed day that has a number; none where that is 0, or no day's.
pub fn numbered_day(number: u64) -> Option<chrono::NaiveDate> {
    let day = days(DateTime::MIN).checked_add_unsigned(number.checked_sub(1)?)?;
    let seconds = day.checked_mul(SECONDS_A_DAY)?.clamp(i64::MIN / NANOS_A_SECOND, i64::MAX / NANOS_A_SECOND);
    Some(printed_day(DateTime::from_timestamp_secs(seconds)))
}

fn days(moment: DateTime) -> i64 {
    moment.into_timestamp_secs().div_euclid(SECONDS_A_DAY)
}

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// Returns the printed day and time that the engine keeps.
pub fn printed_day(date: DateTime) -> chrono::NaiveDate {
    chrono::DateTime::from_timestamp(date.into_timestamp_secs(), 0).unwrap_or_default().date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_the_engine_cannot_count_stay_in_order() {
        let days = [(1, 1, 1), (1600, 1, 1), (1970, 1, 1), (2025, 3, 3), (2300, 1, 1), (9999, 12, 31)];
        let kept: Vec<DateTime> = days
            .into_iter()
            .filter_map(|(year, month, day)| chrono::NaiveDate::from_ymd_opt(year, month, day))
            .map(|day| printed(day, None))
            .collect();
        assert_eq!(kept.len(), days.len());
        assert!(kept.is_sorted(), "{kept:?}");
        assert_eq!(printed_day(kept[3]).to_string(), "2025-03-03");
        let numbers: Vec<u64> = kept.iter().map(|date| day_number(Some(printed_day(*date)))).collect();
        assert_eq!(numbers[..3], [1, 1, 106_753], "{numbers:?}");
        assert!(numbers.is_sorted(), "{numbers:?}");
        for (date, number) in kept.iter().zip(&numbers) {
            assert_eq!(numbered_day(*number), Some(printed_day(*date)));
        }
        assert_eq!(numbered_day(0), None);
        assert!(numbered_day(u64::MAX).is_none_or(|day| day == printed_day(kept[5])));
    }
}
