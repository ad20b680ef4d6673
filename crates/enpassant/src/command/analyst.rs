//! Who decides and why; and what comes of it.

use super::ledger::LedgerArgs;
use super::{Outcome, reader, usage};
use crate::output::{Color, Ink, Paint, escaped_line};
use anyhow::Result;
use jiff::Timestamp;
use ledger::{Event, Ledger, Upshot, Word};
use model::{Allowance, Decided, Decision};
use serde_json::{Value, json};
use std::io::{self, BufWriter, Write};

/// The longest reason and name, in characters; the ledger keeps no longer ones.
const LONGEST: usize = 1000;

/// Who decides, and why.
#[derive(clap::Args, Debug)]
pub(super) struct AnalystArgs {
    #[command(flatten)]
    pub(super) ledger: LedgerArgs,
    /// Why; kept with the decision
    #[arg(long, value_name = "TEXT", value_parser = said)]
    reason: String,
    /// Who decides
    #[arg(long, value_name = "NAME", env = "USER", value_parser = said)]
    by: Option<String>,
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

fn said(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("it is empty".to_owned()),
        1..=LONGEST => Ok(text.to_owned()),
        _ => Err(format!("it is longer than {LONGEST} characters")),
    }
}

/// What came of deciding.
pub(super) struct Done {
    /// What was decided, in sentences; with its number where it is kept.
    said: Vec<(Option<u64>, String)>,
    /// Decisions that stand no more.
    taken_back: Vec<Decided>,
    /// What became of campaigns.
    changes: Vec<Event>,
    /// More to say: a key for programs, its value, and a sentence for people.
    more: Option<(&'static str, Value, String)>,
}

impl AnalystArgs {
    /// Who says so, why, and that it is now.
    fn word(&self) -> Result<Word<'_>> {
        let nobody = || usage("nobody is named who decides; say it with --by NAME");
        Ok(Word {
            by: self.by.as_deref().ok_or_else(nobody)?,
            why: &self.reason,
            at: Timestamp::now(),
        })
    }

    /// Keeps decisions, and joins campaigns by them.
    pub(super) async fn decide(&self, ledger: &Ledger, decisions: &[Decision]) -> Result<Done> {
        let rarity = reader::rarity();
        let upshot = ledger.decide(decisions, self.word()?, &rarity).await?;
        let numbers = upshot.numbers.iter().map(|number| Some(*number));
        let says = decisions.iter().map(judge::decision_says);
        let said = numbers.zip(says).collect();
        Ok(Done::of(said, upshot))
    }

    /// What would come of decisions.
    pub(super) async fn rehearse(&self, ledger: &Ledger, decisions: &[Decision]) -> Result<Done> {
        let rarity = reader::rarity();
        let upshot = ledger.rehearse(decisions, self.word()?, &rarity).await?;
        let says = decisions.iter().map(judge::decision_says);
        let said = says.map(|says| (None, says)).collect();
        Ok(Done::of(said, upshot))
    }

    /// Takes a decision back; none where no such decision stands.
    pub(super) async fn undo(&self, ledger: &Ledger, number: u64) -> Result<Option<Done>> {
        let rarity = reader::rarity();
        let upshot = ledger.undo(number, self.word()?, &rarity).await?;
        Ok(upshot.map(|upshot| Done::of(vec![], upshot)))
    }
}

impl Done {
    fn of(said: Vec<(Option<u64>, String)>, upshot: Upshot) -> Self {
        Self {
            said,
            taken_back: upshot.taken_back,
            changes: upshot.changes,
            more: None,
        }
    }

    /// The same, with more to say.
    pub(super) fn with(self, key: &'static str, value: Value, says: String) -> Self {
        let more = Some((key, value, says));
        Self { more, ..self }
    }

    /// Tells it.
    pub(super) fn tell(&self, as_json: bool, color: Color) -> Result<Outcome> {
        let out = io::stdout();
        let paint = color.paint(&out);
        let mut out = BufWriter::new(out.lock());
        if as_json {
            serde_json::to_writer(&mut out, &self.json()?)?;
            writeln!(out)?;
        } else {
            self.page(&mut out, paint)?;
        }
        out.flush()?;
        Ok(Outcome::Done)
    }

    fn json(&self) -> Result<Value> {
        let kept = self.said.iter();
        let kept = kept.map(|(number, says)| json!({ "id": number, "says": says }));
        let changes = self.changes.iter();
        let changes = changes.map(|event| serde_json::from_str::<Value>(&event.body));
        let taken_back = self.taken_back.iter().map(|decided| decided.id);
        let mut told = json!({
            "decisions": kept.collect::<Vec<_>>(),
            "taken_back": taken_back.collect::<Vec<_>>(),
            "changes": changes.collect::<Result<Vec<_>, _>>()?,
        });
        if let Some((key, value, _)) = &self.more {
            told[*key] = value.clone();
        }
        Ok(told)
    }

    fn page(&self, out: &mut impl Write, paint: Paint) -> Result<()> {
        for (number, says) in &self.said {
            match number {
                Some(number) => {
                    let head = paint.text(Ink::Strong, &format!("decision {number}"));
                    writeln!(out, "{head}: {says}")?;
                }
                None => writeln!(out, "to be decided: {says}")?,
            }
        }
        for decided in &self.taken_back {
            let says = judge::decision_says(&decided.decision);
            writeln!(out, "decision {} is taken back: {says}", decided.id)?;
        }
        if let Some((_, _, says)) = &self.more {
            writeln!(out, "{says}")?;
        }
        if self.changes.is_empty() {
            writeln!(out, "no campaign changes")?;
        }
        for event in &self.changes {
            writeln!(out, "  {}", change(&serde_json::from_str(&event.body)?))?;
        }
        Ok(())
    }
}

/// A change of a campaign in a line: which, what, and about which domain.
fn change(body: &Value) -> String {
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    let domain = match text("domain") {
        "" => String::new(),
        domain => format!("{}: ", names::defanged(domain)),
    };
    // Sentences of the ledger have what is hostile in them escaped already; a second time does no harm.
    format!(
        "{} {:<18} {:<9} {domain}{}",
        text("campaign"),
        text("name"),
        text("change"),
        escaped_line(text("says")),
    )
}

/// A decision in a line.
pub(super) fn line(decided: &Decided) -> String {
    let (by, why) = (escaped_line(&decided.by), escaped_line(&decided.why));
    let day = decided.at.strftime("%Y-%m-%d %H:%M");
    let says = judge::decision_says(&decided.decision);
    let undone = match &decided.undone {
        None => String::new(),
        Some(undone) => format!(
            "; taken back by {} on {}: {}",
            escaped_line(&undone.by),
            undone.at.strftime("%Y-%m-%d"),
            escaped_line(&undone.why)
        ),
    };
    format!("{:>3}  {day}  {by}: {says}: {why}{undone}", decided.id)
}

/// A decision for programs. The value of which domains may share is left out: it may be data on a person.
pub(super) fn written(decided: &Decided) -> Value {
    let undone = decided
        .undone
        .as_ref()
        .map(|undone| json!({ "by": undone.by, "at": undone.at.to_string(), "why": undone.why }));
    json!({
        "id": decided.id,
        "at": decided.at.to_string(),
        "by": decided.by,
        "why": decided.why,
        "says": judge::decision_says(&decided.decision),
        "decision": body(&decided.decision),
        "undone": undone,
    })
}

fn body(decision: &Decision) -> Value {
    let texts = |domains: &[names::DomainName]| -> Vec<String> {
        domains.iter().map(ToString::to_string).collect()
    };
    match decision {
        Decision::Together(domains) => json!({ "kind": "together", "domains": texts(domains) }),
        Decision::Apart { one, other } => {
            json!({ "kind": "apart", "one": texts(one), "other": texts(other) })
        }
        Decision::NoEvidence(pivot) => {
            json!({ "kind": "no-evidence", "pivot": pivot.kind.as_str() })
        }
        Decision::Attribution {
            campaign,
            set,
            confirmed,
        } => {
            let kind = if *confirmed {
                "confirmed-attribution"
            } else {
                "rejected-attribution"
            };
            json!({ "kind": kind, "campaign": campaign.0, "set": set })
        }
        Decision::Confirmed {
            domain,
            organisation,
        } => json!({
            "kind": "confirmed",
            "domain": domain.as_str(),
            "organisation": organisation.as_str(),
        }),
        Decision::Benign {
            domain,
            organisation,
            allow,
        } => json!({
            "kind": "benign",
            "domain": domain.as_str(),
            "organisation": organisation.as_str(),
            "allow": match allow {
                Allowance::Name => json!("name"),
                Allowance::Registrant(pivot) => json!({ "registrant": pivot.kind.as_str() }),
                Allowance::Pattern(pattern) => json!({ "pattern": pattern.as_str() }),
            },
        }),
    }
}
