//! `campaigns`: what belongs together, as a list and one by one.

mod whole;

use super::Outcome;
use super::ledger::ask;
use super::reader::{self, ReaderArgs};
use crate::output::{Cell, Color, Column, Ink, Paint, Table, escaped_line};
use anyhow::Result;
use ledger::Ledger;
use model::{Campaign, Viewer};
use render::Validity;
use serde_json::Value;
use std::io::{self, BufWriter, Write};

/// Say which domains belong together: all campaigns, or one in full
///
/// The list has the youngest first: how many domains a campaign has, how many of them are alerts, how far the furthest has come, and
/// from when to when it was active. In full: its domains and why any of them was raised, what ties them and how strongly, who
/// may be behind it with what speaks for and against, what happened, and what analysts decided.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant campaigns
  enpassant campaigns 1f6a                                    (the beginning of an id)
  enpassant campaigns examp1e[.]example --tlp green           (one of its domains; persons withheld)
  enpassant campaigns 1f6a --json
  enpassant campaigns 1f6a --indicators > indicators.csv      (what to search mail and web logs for)")]
pub(super) struct Campaigns {
    /// One of them: its id or the beginning of it, an id that it had before, or one of its domains
    #[arg(value_name = "ID|DOMAIN")]
    campaign: Option<String>,
    #[command(flatten)]
    reader: ReaderArgs,
    /// List at most so many; 0 for all
    #[arg(long, default_value_t = 1000)]
    limit: usize,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// What there is to search for of the one campaign, as CSV; names in it are real
    #[arg(long, requires = "campaign", conflicts_with = "json")]
    indicators: bool,
}

impl Campaigns {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let viewer = self.reader.viewer()?;
        let out = io::stdout();
        let paint = color.paint(&out);
        let mut out = BufWriter::new(out.lock());
        match &self.campaign {
            Some(written) => self.one(&mut out, written, &viewer, paint)?,
            None => self.all(&mut out, &viewer, paint)?,
        }
        out.flush()?;
        Ok(Outcome::Done)
    }

    fn one(
        &self,
        out: &mut impl Write,
        written: &str,
        viewer: &Viewer,
        paint: Paint,
    ) -> Result<()> {
        let (campaign, mut decisions) = ask(async {
            let ledger = self.reader.open().await?;
            reader::judged(&ledger, written, viewer).await
        })?;
        // Reasons may name anybody; what of them others may read is in the timeline.
        if !viewer.sees_persons() || viewer.organisations.is_some() {
            decisions.clear();
        }
        if self.indicators {
            let indicators = render::indicators(&campaign, viewer, &Validity::USUAL);
            out.write_all(render::indicators_csv(&indicators).as_bytes())?;
            return Ok(());
        }
        if self.json {
            let mut value = render::campaign(&campaign, viewer);
            value["decisions"] = decisions.iter().map(super::analyst::written).collect();
            return json(out, &value);
        }
        whole::write(out, &campaign, &decisions, viewer, paint)?;
        Ok(())
    }

    fn all(&self, out: &mut impl Write, viewer: &Viewer, paint: Paint) -> Result<()> {
        let (campaigns, more) = ask(async {
            let ledger = self.reader.open().await?;
            self.read(&ledger).await
        })?;
        if self.json {
            let mut value = render::campaigns(&campaigns, viewer);
            value["not_listed"] = more.into();
            return json(out, &value);
        }
        let table = Table::new(COLUMNS, paint);
        let mut concerned = campaigns
            .iter()
            .filter(|it| render::concerns(it, viewer))
            .peekable();
        if concerned.peek().is_some() {
            table.heading(out)?;
        }
        for campaign in concerned {
            table.row(out, &row(&render::for_people(campaign, viewer).campaign))?;
        }
        if more > 0 {
            super::note(format_args!("{more} more; --limit 0 lists all"));
        }
        Ok(())
    }

    /// The youngest, and how many there are besides.
    async fn read(&self, ledger: &Ledger) -> Result<(Vec<Campaign>, usize)> {
        let mut ids = ledger.campaign_ids(self.reader.organisation()).await?;
        let limit = if self.limit == 0 {
            ids.len()
        } else {
            self.limit.min(ids.len())
        };
        let more = ids.len() - limit;
        ids.truncate(limit);
        let rarity = reader::rarity();
        let mut campaigns = vec![];
        for id in &ids {
            // One that is gone was joined to another since.
            campaigns.extend(ledger.campaign(id, &rarity).await?);
        }
        Ok((campaigns, more))
    }
}

const COLUMNS: &[Column] = &[
    Column::new("ID", 8),
    Column::new("NAME", 20),
    Column::new("DOMAINS", 7),
    Column::new("ALERTS", 6),
    Column::new("STAGE", 15),
    Column::new("FIRST", 10),
    Column::new("LAST", 10),
    Column::new("AIMED AT", 0),
];

fn row(campaign: &Campaign) -> [Cell; 8] {
    let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
    let (first, last) = campaign
        .active()
        .map(|(first, last)| (day(first), day(last)))
        .unwrap_or_default();
    let alerts = campaign.alerts();
    let ink = if alerts > 0 { Ink::Alert } else { Ink::Plain };
    let organisations = campaign.organisations();
    let aimed: Vec<String> = organisations
        .iter()
        .map(|id| escaped_line(id.as_str()))
        .collect();
    [
        Cell::plain(campaign.id.to_string()),
        Cell::plain(&campaign.name),
        Cell::plain(campaign.members.len().to_string()),
        Cell::new(ink, alerts.to_string()),
        Cell::plain(campaign.stage().map_or("", |stage| stage.as_str())),
        Cell::plain(first),
        Cell::plain(last),
        Cell::plain(aimed.join(", ")),
    ]
}

fn json(out: &mut impl Write, value: &Value) -> Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    Ok(writeln!(out)?)
}
