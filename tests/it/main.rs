//! The program as people run it. One module a topic; `scene` gives each test its own folder and index.

mod alerts;
mod archive;
mod broken;
mod command_line;
mod corrections;
mod damage;
mod example_article;
mod extract;
mod faults;
mod formats;
mod goldens;
mod groups;
mod ingest;
mod inventory;
mod kill;
mod marked;
mod query;
mod readme;
mod rebuild;
mod recipes;
mod reference;
mod reuters;
mod scenarios;
mod scene;
mod sequences;
mod speakers;
mod tree;
mod watch;
#[cfg(feature = "web")]
mod web;
