//! The program as people run it. One module a topic; `scene` gives each test its own folder and index.

mod command_line;
mod extract;
mod goldens;
mod ingest;
mod readme;
mod scene;
