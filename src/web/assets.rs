//! What pages need besides themselves, inside the binary.

use axum::http::header::{CACHE_CONTROL, HeaderValue};

use super::dispatch::Asked;
use super::outgoing::Outgoing;
use super::problem::Problem;
use std::io::Write;
use std::sync::LazyLock;

/// One file of the program.
pub struct Asset {
    pub name: &'static str,
    content_type: &'static str,
    content: &'static str,
}

pub const STYLE: Asset = Asset {
    name: "dateline.css",
    content_type: "text/css; charset=utf-8",
    content: include_str!("assets/dateline.css"),
};
pub const SCRIPT: Asset = Asset {
    name: "dateline.js",
    content_type: "text/javascript; charset=utf-8",
    content: include_str!("assets/dateline.js"),
};
pub const ICON: Asset =
    Asset { name: "icon.svg", content_type: "image/svg+xml", content: include_str!("assets/icon.svg") };

/// Every asset.
pub const ASSETS: &[&Asset] = &[&STYLE, &SCRIPT, &ICON];

/// Addresses of the assets. Each holds the hash of its content, so that a browser keeps them until they change.
pub struct Addresses {
    pub style: String,
    pub script: String,
    pub icon: String,
}

pub static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| {
    let address = |asset: &Asset| {
        format!("/assets/{}?v={:016x}", asset.name, xxhash_rust::xxh3::xxh3_64(asset.content.as_bytes()))
    };
    Addresses { style: address(&STYLE), script: address(&SCRIPT), icon: address(&ICON) }
});

/// Answers `/assets/NAME`.
pub fn asset(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == asked.segment()) else {
        return Err(Problem::not_found("there is no such file"));
    };
    out.content_type(asset.content_type);
    out.header(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    out.write_all(asset.content.as_bytes())?;
    Ok(())
}
