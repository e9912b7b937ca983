//! In: an index, and calls on standard input. Out: the archive as tools for language models (Model Context Protocol).
//!
//! 1. `lines`: what is no message is told so 2. `tools`: what can be called, and the answers
//!
//! Every answer is bounded in size and says how to cite what it holds; the index is only read.

mod lines;
mod tools;

use std::sync::Arc;

use chrono::NaiveDate;
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::model::{Implementation, ServerCapabilities, ServerConfig};
use rmcp::{ServerHandler, ServiceExt, tool_handler};

pub use crate::library::Library;
use lines::Lines;

/// What a model is told before it calls anything.
const INSTRUCTIONS: &str = "\
An archive of news in which statements are found by who said them, when and where. Use search_statements for what \
somebody said, search_articles for what was reported, get_article to read around a hit, speaker_profile for who \
somebody is and in which roles they were quoted.

Quote verbatim: copy `text` letter by letter, and only what stands between quotation marks in it is the speaker's own \
wording; a statement of kind `indirect` is the reporter's wording and must not be put into quotation marks. Never \
complete, correct or translate a quotation inside its marks. Cite each quotation with headline, outlet, day and its \
`reference`, copied whole: it names the statement, the file and the words, and `dateline show` verifies it against the \
file. To see who spoke of something, ask search_statements with group_by speaker. Where `confidence` is \
below 0.9, or the speaker has no name, say that the attribution is uncertain. `published` is the day of the article, \
`said_on` the day of the statement. Answers are short: `total` tells how many hits there are, `left_out` how many of \
those asked for would have made the answer too long; ask on with offset. Where nothing is found, say so: the archive is \
not the world.

The query language: words side by side must all be there; \"exact words\"; OR; -without; a NEAR/5 b; speaker:name; \
role:\"foreign minister\"; outlet:name; location:place; date:2025-06..2025-09; said:word for somebody's own words.";

/// The tools, over one archive.
#[derive(Clone)]
pub struct Tools {
    library: Arc<Library<()>>,
    today: fn() -> NaiveDate,
    router: ToolRouter<Self>,
}

impl Tools {
    pub fn new(library: Library<()>, today: fn() -> NaiveDate) -> Self {
        Self { library: Arc::new(library), today, router: Self::router() }
    }

    /// Answers calls on standard input until it ends.
    ///
    /// # Errors
    /// If the other side does not speak the protocol.
    pub async fn answer_standard_input(self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let running = self.serve(Lines::new(tokio::io::stdin(), tokio::io::stdout())).await?;
        running.waiting().await?;
        Ok(())
    }
}

#[tool_handler(router = self.router)]
impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("dateline", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }
}
