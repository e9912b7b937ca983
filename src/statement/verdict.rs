//! Features by which a draft is judged as a whole: by its cue, its shape and its rivals; and its mention.

use super::attribution::{Draft, coordinated, rivals};
use super::cue::COLON_FRAME;
use super::features::TakeFeatures;
use super::unit::{Tag, Unit};

/// Collects the features by which the mention of a draft is judged.
pub fn mention_features(units: &[Unit], draft: &Draft, features: &mut impl TakeFeatures) {
    let Some(mention) = draft.mention else { return };
    let cue = &draft.cue;
    let kind = cue.frame << 4 | cue.form;
    let lemma = u32::from(cue.lemma);
    let subject = units[mention.indices()].iter().find(|unit| unit.part.is_subject());
    let subject = subject.map_or(0, |unit| unit.part as u32);
    let (first, last) = (units[mention.start], units[mention.end - 1]);
    let after = mention.start > cue.unit;
    let between = if after { cue.unit + 1..mention.start } else { mention.end..cue.unit };
    let distance = between.len().min(9) as u32;
    let mut marks = 0;
    for unit in &units[between] {
        marks |= match unit.tag {
            Tag::Comma => 1,
            Tag::That | Tag::Relative | Tag::QuestionWord => 2,
            Tag::Coordinator => 4,
            Tag::To => 8,
            Tag::Stop | Tag::Question => 16,
            Tag::LongQuote | Tag::ShortQuote => 32,
            Tag::Preposition => 64,
            tag if tag.is_finite() || tag.is_verb() => 128,
            _ => 0,
        };
    }
    let side = u32::from(after);
    let content_after = u32::from(draft.content[0].start > cue.unit);
    let level = |probability: f32| (probability.clamp(0.0, 0.999) * 10.0) as u32;
    let label_level = level(draft.label_probability.sqrt());
    features.push(551, kind, cue.auxiliaries);
    features.push(552, kind, distance << 1 | side);
    features.push(553, marks, distance << 1 | side);
    features.push(554, first.tag as u32 | (last.tag as u32) << 8, side);
    features.push(555, subject << 4 | distance, side);
    features.push(556, subject, kind);
    features.push(557, lemma, side << 4 | cue.form);
    features.push(558, lemma, cue.auxiliaries);
    features.push(559, label_level, side);
    features.push(560, cue.frame << 8 | last.tag as u32, side << 1 | content_after);
    features.push(561, cue.frame << 8 | marks, side << 8 | subject);
    features.push(562, mention.len().min(12) as u32, first.tag as u32);
    features.push(563, kind << 8 | cue.before as u32, subject);
    features.push(564, last.code, side);
    features.push(565, level(draft.cue_probability), label_level);
}

/// Collects the features by which a draft is judged once all drafts of its paragraph are known.
pub fn verdict_features(units: &[Unit], drafts: &[Draft], index: usize, features: &mut impl TakeFeatures) {
    let draft = &drafts[index];
    let level = |probability: f32| (probability.clamp(0.0, 0.999) * 20.0) as u32;
    let cue = &draft.cue;
    let cue_level = level(draft.cue_probability);
    let label_level = level(draft.label_probability.sqrt());
    let lemma = u32::from(cue.lemma);
    let units_of_content: usize = draft.content.iter().map(|range| range.len()).sum();
    let length = match units_of_content {
        0..=3 => units_of_content as u32,
        4..=5 => 4,
        6..=9 => 5,
        10..=16 => 6,
        _ => 7,
    };
    let first = draft.content[0];
    let begins = units[first.start].tag as u32;
    let last = draft.content[draft.content.len() - 1];
    let behind = units.get(last.end).map_or(Tag::Outside, |unit| unit.tag) as u32;
    let quoted =
        u32::from(draft.content.iter().any(|range| units[range.indices()].iter().any(|unit| unit.tag.is_quote())));
    let all_quoted =
        u32::from(draft.content.iter().all(|range| units[range.indices()].iter().all(|unit| unit.tag.is_quote())));
    let pieces = draft.content.len().min(3) as u32;
    let side = u32::from(first.start > cue.unit);
    let mention = draft.mention.map_or(Tag::Outside, |range| units[range.end - 1].tag) as u32;
    let mention_side = draft.mention.map_or(2, |range| u32::from(range.start > cue.unit));
    let shape = begins << 16 | length << 8 | quoted << 4 | side;
    features.push(501, cue_level, 0);
    features.push(502, label_level, 0);
    features.push(503, cue_level, label_level);
    features.push(504, cue.frame, cue_level);
    features.push(505, cue.frame, label_level);
    features.push(506, lemma, 0);
    features.push(507, shape, cue.frame);
    features.push(508, mention << 8 | mention_side, cue.frame);
    features.push(509, begins << 8 | behind, cue.frame);
    features.push(510, quoted << 8 | all_quoted << 4 | pieces, cue.frame);
    features.push(511, length << 4 | quoted, lemma);
    features.push(512, begins, lemma);
    features.push(513, mention, lemma);
    features.push(514, u32::from(cue.frame == COLON_FRAME) << 8 | mention, begins);
    let part = units[cue.unit].part as u32;
    let begins_part = units[first.start].part as u32;
    let ends = units[last.end - 1].tag as u32;
    let before_content = first.start.checked_sub(1).map_or(Tag::Outside, |at| units[at].tag) as u32;
    let heads = draft.content.iter().flat_map(|range| &units[range.indices()]).filter(|unit| unit.part.heads_clause());
    let heads = heads.fold(0u32, |heads, unit| heads | 1 << unit.part as u32);
    let mention_part = draft.mention.map_or(0, |range| units[range.end - 1].part as u32);
    let ends_sentence = u32::from(last.end >= cue.end || units[last.end].tag == Tag::Stop);
    features.push(530, part << 8 | begins_part, cue.frame);
    features.push(531, begins << 8 | before_content, cue.frame << 1 | side);
    features.push(532, heads, cue.frame);
    features.push(533, heads, begins << 8 | length);
    features.push(534, mention_part << 8 | part, cue.frame);
    features.push(535, behind << 8 | ends, length);
    features.push(536, ends_sentence << 8 | behind, label_level);
    // Both levels together, in coarser steps.
    let fifths = ((cue_level / 4) << 4) | (label_level / 4);
    let tenths = ((cue_level / 2) << 8) | (label_level / 2);
    features.push(537, lemma, fifths);
    features.push(538, lemma, cue.auxiliaries << 4 | cue.form);
    features.push(539, cue.frame << 8 | cue.form, cue.auxiliaries << 8 | mention);
    features.push(540, quoted << 2 | all_quoted << 1 | side, tenths);
    features.push(541, length << 8 | begins, fifths);
    features.push(542, cue.before as u32 | (cue.after as u32) << 8, cue.frame);
    // Inside the content of another draft, or around another's cue?
    let inside = |outer: &Draft, unit: usize| outer.content.iter().any(|range| range.contains(unit));
    let rivals = rivals(drafts, index);
    let (mut around, mut within) = (0u32, 0u32);
    for other in rivals.iter().filter(|other| other.cue.unit != cue.unit) {
        let strength = 1 + level(other.cue_probability * other.label_probability.sqrt()) / 3;
        if inside(other, cue.unit) {
            around = around.max(strength);
        }
        if inside(draft, other.cue.unit) {
            within = within.max(strength);
        }
    }
    let shared = rivals.iter().any(|other| coordinated(other, draft));
    features.push(520, u32::from(shared), around);
    features.push(521, u32::from(shared) << 8 | cue_level, cue.before as u32);
    features.push(515, around, 0);
    features.push(516, within, 0);
    features.push(517, around << 8 | cue_level, 0);
    features.push(518, around << 8 | cue.frame, within);
    features.push(519, within << 8 | cue_level, 0);
}
