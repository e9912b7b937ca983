//! In: how sure the words are, how sure the way to the name is. Out: a probability that means what it says.

/// Product of both scores, and the share of statements right there: content and name, measured on marked articles.
///
/// Both scores are a little too modest: a statement whose cue and whose speaker are plain confirms itself.
const CURVE: &[(f32, f32)] =
    &[(0.0, 0.0), (0.3, 0.3), (0.5, 0.55), (0.7, 0.76), (0.785, 0.9), (0.9, 0.95), (0.95, 0.97), (1.0, 0.99)];

/// Returns the probability that this speaker said these words.
pub(super) fn confidence(words: f32, name: f32) -> f32 {
    let score = (words * name).clamp(0.0, 1.0);
    let upper = CURVE.iter().position(|(at, _)| score <= *at).unwrap_or(CURVE.len() - 1).max(1);
    let ((x0, y0), (x1, y1)) = (CURVE[upper - 1], CURVE[upper]);
    let confidence = y0 + (y1 - y0) * (score - x0) / (x1 - x0);
    // Two decimals are all that the measure can tell.
    (confidence * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_rises_within_bounds() {
        let values: Vec<f32> = (0..=100).map(|step| confidence(step as f32 / 100.0, 1.0)).collect();
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{values:?}");
        assert_eq!((values[0], values[100]), (0.0, 0.99));
        assert!(confidence(0.9, 0.5) < confidence(0.9, 0.9));
        assert!(confidence(2.0, 2.0) <= 1.0);
    }
}
