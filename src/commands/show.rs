use clap::Parser;
use dateline::article::ArticleId;
use dateline::index::Place;
use dateline::output::{TEXT, neutralise};
use dateline::search::{Archive, OnDisk};
use dateline::statement::StatementId;

use super::extract::no_place_for_articles;
use super::{Common, Run, terminal};
use crate::error::{Exit, Hinted};

/// Show an article or a statement, whole, with its statements marked
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline show 5f1c0a9b3d2e4477\n  \
                        dateline show 5f1c0a9b3d2e4477.8a01bc55 --format json")]
pub struct Show {
    /// Id of an article or a statement, as query prints it
    #[arg(value_name = "ID", value_parser = Asked::parse)]
    id: Asked,
}

/// What an id names.
#[derive(Clone, Copy)]
struct Asked {
    article: ArticleId,
    statement: Option<StatementId>,
}

impl Asked {
    fn parse(text: &str) -> Result<Self, String> {
        let form = || "an id is 16 hexadecimal digits, and 8 more after a dot for a statement".to_owned();
        let (article, statement) = match text.split_once('.') {
            Some((article, statement)) => (article, Some(statement)),
            None => (text, None),
        };
        let is_hexadecimal =
            |digits: &str, count| digits.len() == count && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hexadecimal(article, 16) || statement.is_some_and(|digits| !is_hexadecimal(digits, 8)) {
            return Err(form());
        }
        Ok(Self {
            article: ArticleId(u64::from_str_radix(article, 16).map_err(|_| form())?),
            statement: statement
                .map(|digits| u32::from_str_radix(digits, 16).map(StatementId))
                .transpose()
                .map_err(|_| form())?,
        })
    }
}

impl Run for Show {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let output = common.output(TEXT);
        let Some(write_article) = output.article else { return Err(no_place_for_articles(output).into()) };
        let archive = Archive::open(&Place::new(&common.index))?;
        let Some((stored, mut statements)) = archive.whole_article(self.id.article)? else {
            return Err(unknown(&format!("no article has the id {}", self.id.article)).into());
        };
        if let Some(wanted) = self.id.statement {
            statements.retain(|statement| statement.id == wanted);
            if statements.is_empty() {
                return Err(unknown(&format!("no statement of {} has that id", self.id.article)).into());
            }
        }
        if let Some(warning) = warning(archive.on_disk(&stored)?) {
            anstream::eprintln!("{warning}: {}", neutralise(&stored.article.path));
        }
        let screen = terminal::screen(common.color);
        terminal::print(output.is_for_people, |out| write_article(out, &stored.article, &statements, &screen))?;
        Ok(Exit::Done)
    }
}

/// Returns what to say of the file that an article was read from, where it is not as it was.
fn warning(on_disk: OnDisk) -> Option<&'static str> {
    match on_disk {
        OnDisk::AsIndexed => None,
        OnDisk::Changed => Some("changed since it was indexed"),
        OnDisk::Gone => Some("gone since it was indexed"),
        OnDisk::Unreadable => Some("cannot be compared with what was indexed"),
    }
}

fn unknown(message: &str) -> Hinted {
    Hinted {
        message: message.to_owned(),
        hint: "an id changes where its file is moved or its words are; query finds it again".into(),
    }
}
