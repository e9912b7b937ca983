//! In: names, roles and days as statements give them. Out: persons, each with all of its names and roles.
//!
//! 1. take names apart 2. compare roles 3. read the officials 4. join the names of one person 5. apply corrections
//!
//! All of it is applied when a query asks, so that a new alias or officials file rewrites nothing in the index.

mod authority;
mod corrections;
mod joining;
mod name;
mod officials;
mod role;
mod table;

pub use authority::{Authority, HeldOffice, Holder, NameUse, Person, Quoted, RoleUse};
pub use corrections::{
    AliasCorrection, ApartCorrection, BadGlob, CompiledCorrections, Corrections, DateCorrection, PlaceCorrection,
    SpeakerCorrection,
};
pub use name::{ARTICLES, Likeness, Name, fold_name, leave_bare, write_sound};
pub use officials::{Office, Official, Officials, OfficialsError};
pub use role::Role;
