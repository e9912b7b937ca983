use chrono::Local;
use clap::Parser;
use dateline::index::Place;
use dateline::output::{TEXT, neutralise};
use dateline::search::{self, Archive, Hit, OnDisk, Reference, Referred, Since, refer};

use super::{Common, Run, terminal};
use crate::error::{Exit, Hinted};

/// Show an article or a statement, whole, with its statements marked
#[derive(Parser)]
#[command(
    after_help = "A permanent reference, as JSON and citations hold it, may stand for the id: it is followed to where the \
                        words stand by now. In either case the file is compared with what was read from it, and where \
                        it is changed or gone, standard error says so.\n\n\
                        Examples:\n  dateline show 5f1c0a9b3d2e4477\n  \
                        dateline show 5f1c0a9b3d2e4477.8a01bc55 --format json\n  \
                        dateline show 5f1c0a9b3d2e4477.8a01bc55 --format bibtex\n  \
                        dateline show 'dateline:5f1c0a9b3d2e4477 2025/ferry.txt:1 hash:90ab12cd34ef5678'"
)]
pub struct Show {
    /// Id of an article or a statement, or a permanent reference
    #[arg(value_name = "ID|REFERENCE", required = true)]
    reference: Vec<String>,
}

impl Run for Show {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let reference: Reference = self.reference.join(" ").parse()?;
        let output = common.output(TEXT);
        let archive = Archive::open(&Place::new(&common.index))?;
        let Some(Referred { article: stored, mut statements, since }) = refer(&archive, &reference)? else {
            return Err(unknown(&reference).into());
        };
        if let Some(wanted) = reference.statement {
            statements.retain(|statement| statement.id == wanted);
        }
        let place = neutralise(&stored.article.path);
        match since {
            Since::AsCited => {}
            Since::Moved => anstream::eprintln!("moved: it is {} in {place} by now", stored.article.id),
            Since::Reworded => anstream::eprintln!("changed since it was cited: {place}"),
        }
        if let Some(warning) = warning(archive.on_disk(&stored)?) {
            anstream::eprintln!("{warning}: {place}");
        }
        if statements.is_empty() && reference.statement.is_some() {
            return Err(Hinted {
                message: format!("{} has no such statement", stored.article.id),
                hint: "its id changes with its words; query -s finds it again".into(),
            }
            .into());
        }
        let screen = terminal::screen(common.color);
        match output.article {
            Some(write) => {
                terminal::print(output.is_for_people, |out| write(out, &stored.article, &statements, &screen))?;
            }
            // What is written hit by hit can cite one hit that nobody searched for.
            None => {
                let hit = Hit::alone(stored, reference.statement.and_then(|_| statements.pop()));
                let page = search::search(&archive, &hit.as_request(Local::now().date_naive()))?;
                terminal::print(output.is_for_people, |out| output.write_named(out, hit, &page, None, &screen))?;
            }
        }
        Ok(Exit::Done)
    }
}

/// Returns what to say of the file that an article was read from, where it is not as it was.
fn warning(on_disk: OnDisk) -> Option<&'static str> {
    match on_disk {
        OnDisk::AsIndexed => None,
        OnDisk::AmongChanges => Some("as indexed, in a file that changed"),
        OnDisk::Changed => Some("changed since it was indexed"),
        OnDisk::Gone => Some("gone since it was indexed"),
        OnDisk::Unreadable => Some("cannot be compared with what was indexed"),
    }
}

fn unknown(reference: &Reference) -> Hinted {
    let hint = match reference.cited {
        None => "an id alone does not tell which words it meant; the permanent reference does, or query finds them",
        Some(_) => "its words are gone from the archive, or changed and moved; query finds what became of them",
    };
    Hinted { message: format!("no article has the id {}", reference.article), hint: hint.into() }
}
