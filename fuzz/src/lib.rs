//! What the fuzz targets of the readers share: each reads anything as one format, and nothing may panic, hang or fill memory.

use std::ops::ControlFlow;

use dateline::article::{Article, Context};
use dateline::input::{RawArticle, ReadOptions, Rejected, read_from};

/// Reads bytes as an input of one format, and makes articles of what it gives.
pub fn read(bytes: &[u8], format: &str) {
    let options = ReadOptions { format: Some(format.to_owned()), ..ReadOptions::default() };
    let mut accept = |member: Result<RawArticle, Rejected>| {
        if let Ok(raw) = member {
            let article = Article::from_raw(raw, &Context::default());
            std::hint::black_box(article.is_ok());
        }
        ControlFlow::Continue(())
    };
    std::hint::black_box(read_from(bytes, "fuzz", &options, &mut accept).is_ok());
}
