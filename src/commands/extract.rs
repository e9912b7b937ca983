use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::anyhow;
use clap::Parser;
use dateline::extract::{self, ExtractOptions, Extracted, Input};
use dateline::input::{ReadOptions, Rejected};
use dateline::output::{JSON_LINES, Output, neutralise};
use dateline::statement::Extractor;

use super::arguments::{Threads, Walking};
use super::{Common, Run, terminal};
use crate::error::{Exit, Hinted};

/// Show what would be indexed, as JSON lines
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline extract news/2025-09-02.txt --format text\n  \
                        dateline extract news | jq -r '.statements[] | .speaker.name'\n  \
                        zcat wire.jsonl.gz | dateline extract -")]
pub struct Extract {
    /// Files and folders to read; - is standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    walking: Walking,
    #[command(flatten)]
    threads: Threads,
}

impl Run for Extract {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let output = common.output(JSON_LINES);
        let Some(write_article) = output.article else { return Err(no_place_for_articles(output).into()) };
        let options = ExtractOptions {
            threads: self.threads.count(),
            walk: self.walking.options(),
            read: ReadOptions::default(),
        };
        let inputs = self.paths.into_iter().map(|path| match path.to_str() {
            Some("-") => Input::Stream { shown: "-".into(), bytes: Box::new(io::stdin()) },
            _ => Input::Path(path),
        });
        let screen = terminal::screen(common.color);
        let prepare = |record: Result<Extracted, Rejected>| {
            record.map(|Extracted { article, statements }| {
                let mut bytes = Vec::new();
                write_article(&mut bytes, &article, &statements, &screen).map(|()| bytes)
            })
        };
        let [before, between, after] = output.article_list;
        let mut rejected = 0_u64;
        let mut failure = None;
        terminal::print(output.is_for_people, |out| {
            out.write_all(before.as_bytes())?;
            let mut is_first = true;
            let mut deliver = |out: &mut dyn Write, record: Result<io::Result<Vec<u8>>, Rejected>| match record {
                Ok(bytes) => {
                    if !std::mem::take(&mut is_first) {
                        out.write_all(between.as_bytes())?;
                    }
                    out.write_all(&bytes?)
                }
                Err(reason) => {
                    rejected += 1;
                    anstream::eprintln!("rejected: {}", neutralise(&reason.to_string()));
                    Ok(())
                }
            };
            let mut written = Ok(());
            let ended = extract::run(inputs.collect(), &options, &Extractor::new(), prepare, |record| {
                written = deliver(out, record);
                if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            failure = ended.err();
            written?;
            out.write_all(after.as_bytes())
        })?;
        match failure {
            Some(error) => Err(anyhow!(error)),
            None if rejected > 0 => Ok(Exit::SomeRejected),
            None => Ok(Exit::Done),
        }
    }
}

/// Says that a form of output cannot hold a whole article.
fn no_place_for_articles(output: &Output) -> Hinted {
    Hinted {
        message: format!("whole articles cannot be written as {}", output.name),
        hint: "use --format jsonl, json or text".into(),
    }
}
