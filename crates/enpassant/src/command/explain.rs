//! `explain`: whose look-alike is this, how, how sure, and what speaks against.

mod align;
mod story;

use super::list::ListArgs;
use super::{Outcome, note, today};
use crate::knowledge::{self, SuffixArgs};
use crate::output::{CandidateRow, Color, Format, Rows, escaped_line};
use anyhow::Result;
use judge::{Bar, Desk, Judge, Sifter, Verdict, Weights};
use model::{Candidate, Origin};
use names::DomainName;
use resemble::{Catalogue, Guard};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use story::Story;

/// Say whose look-alike a name is: how, how sure, and what speaks against
///
/// Without a watchlist, the services of the built-in catalogue (`enpassant watchlist services`) stand for the
/// organisations. Everything that resembles is told, also below every tier. In JSON and CSV the source is
/// `argument`, and the line counts the names.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: enpassant explain micorsoft-login.com")]
pub(super) struct Explain {
    /// Whom to guard
    #[arg(short, long, value_name = "FILE", env = "ENPASSANT_WATCHLIST")]
    watchlist: Option<PathBuf>,
    #[command(flatten)]
    suffixes: SuffixArgs,
    #[command(flatten)]
    list: ListArgs,
    /// Names, defanged or not
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

impl Explain {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let (guard, judge) = (self.guard()?, Judge::new(Weights::embedded()));
        let today = today();
        let sifter = Sifter {
            guard: &guard,
            judge: &judge,
            bar: Bar::none(),
            today: &today,
        };
        let out = io::stdout();
        let paint = color.paint(&out);
        let mut out = BufWriter::new(out.lock());
        let mut outcome = Outcome::Done;
        let mut explained = vec![];
        for (place, text) in self.names.iter().enumerate() {
            match text.replace("[.]", ".").parse::<DomainName>() {
                Ok(name) => explained.push(explain(&sifter, name, place as u64 + 1)),
                Err(fault) => {
                    note(format_args!(
                        "error: `{}` is not a name: {fault}",
                        escaped_line(text)
                    ));
                    outcome = Outcome::Failed;
                }
            }
        }
        if self.list.format == Format::Table {
            for explained in &explained {
                let story = Story {
                    sifter: &sifter,
                    paint,
                    own_watchlist: self.watchlist.is_some(),
                };
                out.write_all(story.tell(explained).as_bytes())?;
            }
            out.flush()?;
            return Ok(outcome);
        }
        let mut rows = Rows::of::<CandidateRow<'_>>(out, self.list.format, paint);
        for (candidate, _) in explained
            .iter()
            .flat_map(|explained| explained.found.iter().flatten())
        {
            rows.row(&CandidateRow::from(candidate))?;
        }
        rows.finish()?;
        Ok(outcome)
    }

    fn guard(&self) -> Result<Guard> {
        let (catalogue, suffixes) = (Catalogue::embedded(), self.suffixes.load()?);
        let watchlist = match &self.watchlist {
            Some(path) => knowledge::watchlist(path, &catalogue, &suffixes)?.0,
            None => knowledge::services(&catalogue),
        };
        Ok(knowledge::guard(watchlist, catalogue, suffixes))
    }
}

/// A name, and all that it resembles.
struct Explained {
    name: DomainName,
    /// Strongest first; `None` where the name is a guarded organisation's own.
    found: Option<Vec<(Candidate, Verdict)>>,
}

fn explain(sifter: &Sifter<'_>, name: DomainName, line: u64) -> Explained {
    let origin = Origin::Line {
        source: Arc::from("argument"),
        line,
    };
    let found = sifter.every(&name, &origin, &mut Desk::default());
    Explained { name, found }
}
