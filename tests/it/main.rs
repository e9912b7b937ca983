//! The program as people run it. One module a topic; `scene` gives each test its own folder and index.

#[cfg(feature = "web")]
mod agreement;
mod alerts;
mod archive;
mod bounds;
mod broken;
mod command_line;
#[cfg(feature = "web")]
mod connections;
mod copies;
mod corrections;
mod damage;
#[cfg(feature = "web")]
mod deadlines;
mod example_article;
mod extract;
mod faults;
mod formats;
mod goldens;
mod groups;
mod ingest;
mod inventory;
mod kill;
#[cfg(any(feature = "web", feature = "mcp"))]
mod library;
mod marked;
#[cfg(all(feature = "mcp", feature = "web"))]
mod mcp;
mod query;
mod readers;
mod readme;
mod rebuild;
mod recipes;
mod reference;
mod reference_said;
mod references;
mod reuters;
mod scenarios;
mod scene;
mod sequences;
#[cfg(feature = "web")]
mod served;
mod sidecars;
mod speakers;
mod tree;
mod watch;
#[cfg(feature = "web")]
mod web;
