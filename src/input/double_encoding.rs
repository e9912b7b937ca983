//! UTF-8 that was taken for windows-1252 and encoded once more: `cafÃ©`, `donâ€™t`. Undone where it is certain.

use encoding_rs::WINDOWS_1252;

use super::RawArticle;

/// Undoes the second encoding of an article whose whole text went through it; returns whether it did.
pub(super) fn repair(article: &mut RawArticle) -> bool {
    let RawArticle { headline, published, dateline, location, outlet, byline, body, .. } = article;
    let names = [headline, published, dateline, location, outlet].into_iter().flatten().chain(byline);
    let mut texts: Vec<&mut String> = names.chain([body]).filter(|text| !text.is_ascii()).collect();
    let mut repaired = Vec::with_capacity(texts.len());
    for text in &texts {
        let Some(undone) = undo(text) else { return false };
        repaired.push(undone);
    }
    if !repaired.iter().any(|text| text.chars().any(is_telling)) {
        return false;
    }
    for (text, repaired) in texts.iter_mut().zip(repaired) {
        **text = repaired;
    }
    true
}

/// Undoes the second encoding of a text, of which every character beyond ASCII must have come from it.
fn undo(text: &str) -> Option<String> {
    // Nearly every text that is right ends here: no first byte of a character in UTF-8 looks like its first one.
    let first = text.chars().find(|character| !character.is_ascii())?;
    if !('Â'..='ô').contains(&first) {
        return None;
    }
    let (bytes, _, is_lossy) = WINDOWS_1252.encode(text);
    if is_lossy {
        return None;
    }
    let undone = String::from_utf8(bytes.into_owned()).ok()?;
    undone.chars().all(is_of_news).then_some(undone)
}

/// Whether a character stands in news of alphabets; `É` before a no-break space would else be a letter of phonetics.
fn is_of_news(character: char) -> bool {
    matches!(character,
        '\0'..='\u{7F}'
        | '\u{A0}'..='\u{17F}'
        // Romanian.
        | '\u{218}'..='\u{21B}'
        // Greek, Cyrillic, Hebrew and Arabic.
        | '\u{386}'..='\u{3CE}'
        | '\u{400}'..='\u{45F}' | '\u{490}'..='\u{491}'
        | '\u{5D0}'..='\u{5EA}'
        | '\u{60C}'..='\u{6D5}'
        // Quotation marks, dashes, dots, signs of currency, ™.
        | '\u{2009}'..='\u{203A}' | '\u{20AA}'..='\u{20BF}' | '\u{2122}')
}

/// Whether a character cannot have been a capital letter before a mark, as in `AMANHÃ…`.
fn is_telling(character: char) -> bool {
    let mut bytes = [0; 4];
    match character.encode_utf8(&mut bytes).as_bytes() {
        // In windows-1252: … ‹ ‘ ’ “ ” – — ™ › no-break space « soft hyphen ® »
        [_, second] => {
            !matches!(second, 0x85 | 0x8B | 0x91..=0x94 | 0x96 | 0x97 | 0x99 | 0x9B | 0xA0 | 0xAB | 0xAD | 0xAE | 0xBB)
        }
        other => other.len() > 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_twice_is_undone_where_that_is_certain() {
        let rows = [
            ("the cafÃ© in Port Almena", Some("the café in Port Almena")),
            ("â€œWe donâ€™t,â€\u{9d} she said", Some("“We don’t,” she said")),
            ("tolls of Â£40 and 20 â‚¬", Some("tolls of £40 and 20 €")),
            ("amanhÃ£ Ã\u{a0}s dez", Some("amanhã às dez")),
            ("ÐŸÐ¾Ñ€Ñ‚ Ð¾Ñ‚ÐºÑ€Ñ‹Ñ‚", Some("Порт открыт")),
            ("Ð¢Ð¾Ð»ÑŒÐºÐ¾", Some("Только")),
            // Nothing to undo.
            ("the cafe in Port Almena", None),
            ("the café in Port Almena", None),
            ("“We don’t,” she said", None),
            // Right beside wrong: which of them is meant cannot be told.
            ("the cafÃ© and the café", None),
            ("the cafÃ© – closed", None),
            // A character that windows-1252 has not.
            ("cafÃ© Ж", None),
            // Words that only look like it.
            ("FICA PARA AMANHÃ", None),
            ("FICA PARA AMANHÃ…", None),
            ("“AMANHÔ", None),
            ("AMANHÃ” e", None),
            ("LIBERTÉ\u{a0}!", None),
            ("la liberté\u{a0}»", None),
            ("Ã", None),
        ];
        for (text, expected) in rows {
            let mut article = RawArticle { body: text.to_owned(), ..RawArticle::default() };
            let is_repaired = repair(&mut article);
            assert_eq!(is_repaired.then_some(article.body.as_str()), expected, "{text}");
            assert!(is_repaired || article.body == text, "{text}");
        }
    }

    #[test]
    fn an_article_is_repaired_as_a_whole_or_not_at_all() {
        let article = |headline: &str| RawArticle {
            headline: Some(headline.into()),
            byline: vec!["JosÃ© Roe".into()],
            body: "A cafÃ©.".into(),
            ..RawArticle::default()
        };
        let mut twice = article("At the cafÃ©");
        assert!(repair(&mut twice));
        assert_eq!(
            (twice.headline.as_deref(), &twice.byline[..], &twice.body[..]),
            (Some("At the café"), &["José Roe".to_owned()][..], "A café.")
        );
        let mut mixed = article("At the café");
        assert!(!repair(&mut mixed));
        assert_eq!(mixed, article("At the café"));
    }
}
