//! The language of a text, as ISO 639-1.

use whatlang::Lang;

/// So much of a text is looked at: two paragraphs tell.
const SAMPLE_CHARS: usize = 600;

/// Fewer letters are a name or two, of no language for certain.
const FEWEST_LETTERS: usize = 60;

/// So few tell a language that has a script to itself.
const FEWEST_PROOFS: usize = 6;

/// Last letter of the Latin alphabets of Europe.
const LAST_LATIN: char = '\u{24f}';

/// Tables of figures have fewer letters, and their abbreviations look like any language.
const LETTERS_PER_DIGIT: usize = 6;

/// Returns the language of a text; none where it cannot be told for certain.
pub(super) fn detect(headline: Option<&str>, body: &str) -> Option<String> {
    let sample = first_chars(body, SAMPLE_CHARS);
    if is_english(sample) {
        return Some("en".to_owned());
    }
    let joined;
    let text = match headline {
        Some(headline) if sample.len() < SAMPLE_CHARS / 2 => {
            joined = format!("{headline}\n{sample}");
            joined.as_str()
        }
        _ => sample,
    };
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    let digits = text.chars().filter(|character| character.is_numeric()).count();
    let is_prose = letters >= FEWEST_LETTERS && letters >= digits * LETTERS_PER_DIGIT;
    let has_other_script = text.chars().any(|character| character.is_alphabetic() && character > LAST_LATIN);
    if !is_prose && !has_other_script {
        return None;
    }
    if !has_other_script && is_english_in_notes(text) {
        return Some("en".to_owned());
    }
    let info = whatlang::detect(text)?;
    // Where one language has a script to itself, the script is proof.
    let is_proven = info.script().langs().len() == 1;
    let is_certain = if is_proven { letters >= FEWEST_PROOFS } else { is_prose && info.is_reliable() };
    is_certain.then(|| two_letters(info.lang())).flatten().map(str::to_owned)
}

/// Returns the two-letter code of a language that an input names: `en-GB`, `eng`, `English`.
pub(super) fn code_of(name: &str) -> Option<String> {
    let name = name.trim();
    let primary = name.split(['-', '_', ' ', ',', ';']).next()?.to_ascii_lowercase();
    let is_code = primary.bytes().all(|byte| byte.is_ascii_lowercase());
    match primary.len() {
        2 if is_code => Some(primary),
        3 if is_code => Lang::from_code(&primary).and_then(two_letters).map(str::to_owned),
        _ => {
            let named = Lang::all()
                .iter()
                .find(|lang| lang.eng_name().eq_ignore_ascii_case(&primary) || lang.name().eq_ignore_ascii_case(name));
            named.copied().and_then(two_letters).map(str::to_owned)
        }
    }
}

/// Returns what the language of a two-letter code is called in English.
pub fn language_name(code: &str) -> Option<&'static str> {
    Lang::all().iter().find(|lang| two_letters(**lang) == Some(code)).map(|lang| lang.eng_name())
}

fn first_chars(text: &str, count: usize) -> &str {
    if text.len() <= count {
        return text;
    }
    if text.as_bytes()[..count].is_ascii() {
        return &text[..count];
    }
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// Words that no other language has in such numbers; a quarter of running English text is among them.
const RUNNING: [&str; 38] = [
    "after", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has", "have", "he", "his",
    "in", "is", "it", "its", "not", "of", "on", "or", "said", "than", "that", "the", "their", "they", "this", "to",
    "was", "were", "which", "who", "with", "would",
];

/// Words of English news that hardly any other language has.
const TELLING: [&str; 199] = [
    "about", "above", "added", "african", "agency", "agreed", "also", "american", "any", "approved", "approves",
    "because", "been", "before", "below", "between", "both", "bought", "british", "buy", "buys", "canada", "canadian",
    "chairman", "chief", "company", "could", "cut", "cuts", "day", "days", "deal", "declares", "did", "does", "down",
    "due", "during", "each", "earlier", "eight", "ended", "ends", "expects", "fall", "falls", "fell", "fifth", "files",
    "first", "five", "foreign", "four", "from", "full", "gave", "gets", "given", "gives", "growth", "held", "higher",
    "him", "house", "how", "income", "increase", "into", "japan", "last", "less", "loss", "lower", "made", "makes",
    "many", "merger", "might", "money", "month", "months", "more", "much", "must", "named", "new", "next", "nine",
    "now", "off", "offer", "offers", "official", "oil", "only", "other", "our", "out", "output", "own", "owned",
    "paid", "pay", "payable", "payout", "pays", "plans", "policy", "price", "prices", "prior", "purchase", "quarter",
    "raised", "raises", "rates", "reached", "reduce", "regular", "reports", "results", "rises", "rose", "rules",
    "said", "sale", "same", "says", "second", "see", "seek", "seeks", "sees", "sell", "sells", "sets", "seven",
    "share", "shares", "she", "should", "signs", "since", "six", "sold", "some", "spending", "stake", "states",
    "strike", "such", "suit", "supply", "takes", "tax", "tender", "than", "the", "their", "them", "then", "there",
    "these", "they", "third", "this", "those", "three", "through", "today", "told", "tonnes", "took", "trade",
    "trading", "treasury", "two", "unit", "united", "until", "up", "votes", "wants", "well", "were", "what", "when",
    "where", "which", "while", "won", "workers", "world", "would", "year", "years", "yet", "you", "your",
];

const LONGEST_LISTED: usize = 8;

/// Bytes with capitals as small letters, and all white space of ASCII as a space.
const LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        letters[byte] = if letter.is_ascii_whitespace() { b' ' } else { letter.to_ascii_lowercase() };
        byte += 1;
    }
    letters
};

/// Returns a word of at most eight bytes as a number, capitals as small letters.
const fn as_number(word: &[u8]) -> u64 {
    let mut number = 0;
    let mut index = 0;
    while index < word.len() {
        number = number << 8 | LETTERS[word[index] as usize] as u64;
        index += 1;
    }
    number
}

/// What the lists say of a word.
#[derive(Clone, Copy)]
struct Listed {
    word: u64,
    is_running: bool,
    is_telling: bool,
}

/// Most of the places are free, so that a word is found, or not, at once.
const PLACES: usize = 1 << 10;

/// Both lists, each word at the place that its number gives or at the next free one.
static LISTED: [Listed; PLACES] = {
    let mut table = [Listed { word: 0, is_running: false, is_telling: false }; PLACES];
    let mut index = 0;
    while index < RUNNING.len() + TELLING.len() {
        let is_telling = index >= RUNNING.len();
        let word = as_number(if is_telling { TELLING[index - RUNNING.len()] } else { RUNNING[index] }.as_bytes());
        let mut place = place_of(word);
        while table[place].word != 0 && table[place].word != word {
            place = (place + 1) % PLACES;
        }
        table[place].word = word;
        table[place].is_running |= !is_telling;
        table[place].is_telling |= is_telling;
        index += 1;
    }
    table
};

const fn place_of(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - PLACES.ilog2())) as usize
}

/// Looks up a word of so many bytes by its number, of which a longer one has its end alone.
fn listed(number: u64, length: usize) -> Listed {
    let number = if length <= LONGEST_LISTED { number } else { 0 };
    let mut place = place_of(number);
    while LISTED[place].word != 0 && LISTED[place].word != number {
        place = (place + 1) % PLACES;
    }
    LISTED[place]
}

/// Whether the text is English beyond doubt. Most news is, and asking for its trigrams costs more than all else that
/// is done to an article.
fn is_english(text: &str) -> bool {
    /// In English news one of them is always near.
    const PROOFS: [u64; 2] = [as_number(b"the"), as_number(b"said")];
    let (mut words, mut running, mut proofs) = (0, 0, 0);
    let (mut word, mut length) = (0u64, 0);
    let mut end_word = |word: u64, length: usize| {
        if length > 0 {
            let listed = listed(word, length);
            words += 1;
            running += u32::from(listed.is_running);
            proofs += u32::from(PROOFS.contains(&listed.word));
        }
    };
    for byte in text.bytes() {
        let letter = LETTERS[byte as usize];
        if letter != b' ' {
            word = word << 8 | u64::from(letter);
            length += 1;
            continue;
        }
        end_word(word, length);
        (word, length) = (0, 0);
    }
    end_word(word, length);
    // In few words, more of them must be common.
    let share = if words >= 20 { 18 } else { 25 };
    words >= 8 && proofs >= 1 && running * 100 >= words * share
}

/// Whether headlines and tables, which have no sentences, are English beyond doubt.
fn is_english_in_notes(text: &str) -> bool {
    let (mut words, mut known, mut telling) = (0, 0, 0);
    for word in text.split_ascii_whitespace() {
        let word = word.trim_matches(|character: char| !character.is_alphanumeric());
        if word.is_empty() || word.starts_with(char::is_numeric) {
            continue;
        }
        words += 1;
        let listed = listed(as_number(word.as_bytes()), word.len());
        known += u32::from(listed.is_running || listed.is_telling);
        telling += u32::from(listed.is_telling);
    }
    words >= 8 && telling >= 3 && known * 5 >= words
}

/// Returns the ISO 639-1 code of a language.
fn two_letters(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Afr => "af",
        Lang::Amh => "am",
        Lang::Ara => "ar",
        Lang::Aze => "az",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Guj => "gu",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jav => "jv",
        Lang::Jpn => "ja",
        Lang::Kan => "kn",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lat => "la",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mal => "ml",
        Lang::Mar => "mr",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Ori => "or",
        Lang::Pan => "pa",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Sin => "si",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Sna => "sn",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Tgl => "tl",
        Lang::Tha => "th",
        Lang::Tuk => "tk",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Vie => "vi",
        Lang::Yid => "yi",
        Lang::Zul => "zu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_or_left_open() {
        let rows = [
            (
                "The minister said that the ferry would sail again in the spring, and that it was safe to board it.",
                Some("en"),
            ),
            (
                "Der Minister sagte, dass die Fähre im Frühjahr wieder fahren werde und dass niemand sich sorgen müsse.",
                Some("de"),
            ),
            (
                "Le ministre a déclaré que le traversier reprendrait la mer au printemps et que personne ne devait s’inquiéter.",
                Some("fr"),
            ),
            (
                "El ministro dijo que el transbordador volvería a navegar en primavera y que nadie tenía que preocuparse, pero los vecinos de la isla no lo creen y piden una investigación de lo ocurrido en el puerto.",
                Some("es"),
            ),
            (
                "وزیر گفت که کشتی در بهار دوباره به دریا خواهد رفت و هیچ کس نباید نگران باشد چون همه چیز آماده است",
                Some("fa"),
            ),
            ("وقال الوزير إن العبارة ستعود إلى البحر في الربيع ولا ينبغي لأحد أن يقلق لأن كل شيء جاهز", Some("ar")),
            ("Министр сказал, что паром снова выйдет в море весной и что никому не следует беспокоиться.", Some("ru")),
            (
                "大臣は、フェリーは春に再び出航し、誰も心配する必要はないと述べた。すべての準備が整っている。",
                Some("ja"),
            ),
            ("장관은 여객선이 봄에 다시 운항할 것이며 아무도 걱정할 필요가 없다고 말했다.", Some("ko")),
            ("Arden Corp said it sold its mill in Ost to Marrow Inc, a maker of paper.", Some("en")),
            // Words that English has too, and an English name.
            (
                "Der Sänger von The Ferry will an diesem Abend in Ost singen, und er war so heiser, dass ihn nicht einmal der Chor in der ersten Reihe hörte.",
                Some("de"),
            ),
            // Notes without a sentence.
            ("ARDEN CORP SAYS IT AND INVESTOR MARROW REACHED AGREEMENT ON SALE OF SHARES", Some("en")),
            (
                "Arden Mill raises quarterly payout. Qtly div three cts vs two cts prior. Pay May one. Record April 17",
                Some("en"),
            ),
            ("Arden Corp <ARD> sagt Pay-TV-Deal mit Marrow Trading ab, zahlt Dividende von drei Cent im Quartal", None),
            ("Arden Corp Q1", None),
            (
                "Shr loss 85 cts vs loss 88 cts. Net loss 2,410,000 vs 2,466,000. Revs 24.0 mln vs 23.9 mln. Avg shrs 2,452,300.",
                None,
            ),
            ("1.2 3.4 5.6 7.8 9.0 1.2 3.4 5.6", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(detect(None, text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_of_languages_become_codes() {
        let rows = [
            ("en", Some("en")),
            ("en-GB", Some("en")),
            ("pt_BR", Some("pt")),
            ("eng", Some("en")),
            ("pes", Some("fa")),
            ("German", Some("de")),
            ("Deutsch", Some("de")),
            ("EN", Some("en")),
            ("xx1", None),
            ("Klingon", None),
            ("", None),
        ];
        for (name, expected) in rows {
            assert_eq!(code_of(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn english_words_are_sorted_and_short() {
        for words in [&RUNNING[..], &TELLING] {
            assert!(words.is_sorted() && words.iter().all(|word| word.len() <= LONGEST_LISTED));
        }
        let listed = |word: &[u8]| listed(as_number(word), word.len());
        assert!(listed(b"The").is_running && listed(b"The").is_telling && listed(b"QUARTER").is_telling);
        assert!(listed(b"of").is_running && !listed(b"of").is_telling && listed(b"Mallow").word == 0);
    }
}
