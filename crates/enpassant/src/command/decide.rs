//! `decide`: what a detection is.

use super::analyst::AnalystArgs;
use super::ledger::ask;
use super::{Outcome, reader, usage};
use crate::output::{Cell, Color, Column, Table, counted, escaped_line, ink};
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use ledger::{Detection, Ledger};
use model::{Allowance, Decision, NamePattern, OrganisationId};
use names::DomainName;
use serde_json::json;
use std::io::{self, BufWriter, Write};

/// Say that a detection is what it seems, or that it is harmless
///
/// What is harmless is let pass, and with it what is allowed besides, now and later: there are events of it, but nobody is told,
/// and `detections` lists it only with --all. What is confirmed counts as an alert, whatever its score. Each decision is kept
/// with who, when and why; `campaign undo` takes it back.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant decide examp1e-bank[.]example confirmed --reason 'it asks for passwords'
  enpassant decide 4711 benign --reason 'our reseller' --allow registrant
  enpassant decide 4711 benign --reason 'our shops' --allow 'bank-shop-*.example' --preview")]
pub(super) struct Decide {
    /// The detection: its id, or its registrable domain
    detection: String,
    /// What it is
    #[arg(value_enum)]
    ruling: Ruling,
    /// Whom it imitates, where it imitates several
    #[arg(long, value_name = "ID")]
    organisation: Option<String>,
    /// What a harmless one allows: `name`, this domain; `registrant`, whatever the same registrant has; or a pattern of names
    ///
    /// In a pattern `*` stands for any letters of one label: bank-shop-*.example.
    #[arg(long, value_name = "name|registrant|PATTERN", value_parser = allow, default_value = "name")]
    allow: Allow,
    /// List what it would let pass of what was detected so far, and decide nothing
    #[arg(long)]
    preview: bool,
    #[command(flatten)]
    analyst: AnalystArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Ruling {
    /// It does imitate the organisation.
    Confirmed,
    /// It is harmless.
    Benign,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Allow {
    Name,
    Registrant,
    Pattern(NamePattern),
}

fn allow(text: &str) -> Result<Allow, String> {
    match text {
        "name" => Ok(Allow::Name),
        "registrant" => Ok(Allow::Registrant),
        text => match reader::refanged(text).parse() {
            Ok(pattern) => Ok(Allow::Pattern(pattern)),
            Err(fault) => Err(fault.to_string()),
        },
    }
}

/// How many detections a preview lists.
const PREVIEW: usize = 1000;

impl Decide {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        if self.ruling == Ruling::Confirmed && (self.preview || self.allow != Allow::Name) {
            return Err(usage("--allow and --preview go with `benign`"));
        }
        let analyst = &self.analyst;
        if self.preview {
            let (count, listed) = ask(async {
                let ledger = analyst.ledger.open().await?;
                let decision = self.decision(&ledger).await?;
                Ok(ledger.would_pass(&decision, PREVIEW).await?)
            })?;
            return self.told(count, &listed, color);
        }
        let done = ask(async {
            let ledger = analyst.ledger.open().await?;
            let decision = self.decision(&ledger).await?;
            let before = ledger.would_pass(&decision, 0).await?.0;
            let done = analyst
                .decide(&ledger, std::slice::from_ref(&decision))
                .await?;
            Ok(match self.ruling {
                Ruling::Confirmed => done,
                Ruling::Benign => {
                    let says = format!("{} let pass", counted(before, "detection"));
                    done.with("let_pass", json!(before), says)
                }
            })
        })?;
        done.tell(analyst.json, color)
    }

    async fn decision(&self, ledger: &Ledger) -> Result<Decision> {
        let (domain, organisation) = self.detection(ledger).await?;
        if self.ruling == Ruling::Confirmed {
            return Ok(Decision::Confirmed {
                domain,
                organisation,
            });
        }
        let allow = match &self.allow {
            Allow::Name => Allowance::Name,
            Allow::Pattern(pattern) if pattern.matches(domain.as_str()) => {
                Allowance::Pattern(pattern.clone())
            }
            Allow::Pattern(_) => bail!("the pattern does not fit {} itself", domain.defanged()),
            Allow::Registrant => {
                let registrant = ledger.registrant(&domain, &reader::rarity()).await?;
                let unknown = || {
                    let domain = domain.defanged();
                    format!("no look has shown who registered {domain}, or too many have the same")
                };
                Allowance::Registrant(registrant.with_context(unknown)?)
            }
        };
        Ok(Decision::Benign {
            domain,
            organisation,
            allow,
        })
    }

    /// The domain, and the organisation that it imitates.
    async fn detection(&self, ledger: &Ledger) -> Result<(DomainName, OrganisationId)> {
        let shown = escaped_line(&self.detection);
        let mut found = match self.detection.parse() {
            Ok(id) => ledger.detection(id).await?.into_iter().collect(),
            Err(_) => {
                ledger
                    .detections_of(&reader::domain(&self.detection)?)
                    .await?
            }
        };
        found.retain(|detection| !detection.test);
        if let Some(id) = &self.organisation {
            found.retain(|detection| detection.detail.organisation == *id);
        }
        let detection = match found.as_slice() {
            [one] => one,
            [] => {
                let of = self.organisation.as_deref().map(escaped_line);
                let of = of.map_or_else(String::new, |id| format!(" that imitates {id}"));
                bail!("there is no detection {shown}{of}; `enpassant detections --all` lists them")
            }
            several => {
                let of = several
                    .iter()
                    .map(|one| escaped_line(&one.detail.organisation));
                let of: Vec<String> = of.collect();
                return Err(usage(format!(
                    "{shown} imitates {}; say which with --organisation",
                    of.join(" and ")
                )));
            }
        };
        let detail = &detection.detail;
        let domain = detail.registrable.parse();
        let domain =
            domain.with_context(|| format!("detection {shown} has no domain to rule on"))?;
        Ok((domain, OrganisationId::new(&detail.organisation)?))
    }

    /// The preview.
    fn told(&self, count: u64, listed: &[Detection], color: Color) -> Result<Outcome> {
        const COLUMNS: &[Column] = &[
            Column::new("ID", 6),
            Column::new("FIRST SEEN", 16),
            Column::new("TIER", 5),
            Column::new("NAME", 0),
        ];
        let out = io::stdout();
        let paint = color.paint(&out);
        let mut out = BufWriter::new(out.lock());
        if self.analyst.json {
            let told = json!({ "would_let_pass": count, "detections": listed });
            serde_json::to_writer(&mut out, &told)?;
            writeln!(out)?;
            out.flush()?;
            return Ok(Outcome::Done);
        }
        writeln!(out, "{} would be let pass", counted(count, "detection"))?;
        let table = Table::new(COLUMNS, paint);
        if !listed.is_empty() {
            table.heading(&mut out)?;
        }
        for detection in listed {
            let detail = &detection.detail;
            let tier = detection.counts_for;
            let text = tier.map_or_else(String::new, |tier| tier.to_string());
            let cells = [
                Cell::plain(detection.id.to_string()),
                Cell::plain(detection.first_seen.strftime("%Y-%m-%d %H:%M").to_string()),
                Cell::new(ink(tier), text),
                Cell::plain(names::defanged(&detail.unicode).to_string()),
            ];
            table.row(&mut out, &cells)?;
        }
        if count > listed.len() as u64 {
            writeln!(out, "and {} more", count - listed.len() as u64)?;
        }
        out.flush()?;
        Ok(Outcome::Done)
    }
}
