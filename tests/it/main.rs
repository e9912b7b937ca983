//! The program as people run it. One module a topic; `scene` gives each test its own folder and index.

#[cfg(feature = "web")]

mod alerts;
mod archive;
mod broken;
mod command_line;
mod corrections;
mod damage;
mod example_article;
mod example_statements;
mod extract;
mod formats;
mod goldens;
mod ingest;
mod inventory;
mod marked;
mod query;
mod readme;
mod rebuild;
mod recipes;
mod reference;
mod reuters;
mod scenarios;
mod scene;
mod speakers;
mod watch;
mod web;
