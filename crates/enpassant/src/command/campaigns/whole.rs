//! One campaign in full, for people.

use crate::command::analyst;
use crate::output::{Cell, Column, Ink, Paint, Table, counted, escaped_line, ink};
use model::{Basis, Campaign, Centre, Decided, Hypothesis, Link, Member, Tie, Viewer, Witness};
use names::defanged;
use std::io::{self, Write};

/// The most rows of a section; the JSON has them all.
const MOST: usize = 200;

/// Writes what `viewer` may see of a campaign.
pub(super) fn write(
    out: &mut impl Write,
    campaign: &Campaign,
    decisions: &[Decided],
    viewer: &Viewer,
    paint: Paint,
) -> io::Result<()> {
    let timeline = render::timeline_text(campaign, viewer);
    let shown = render::for_people(campaign, viewer);
    let campaign = &shown.campaign;
    Page { out, paint }.head(campaign, viewer, &shown.withheld)?;
    let mut page = Page { out, paint };
    page.members(&campaign.members)?;
    page.centre(&campaign.centre)?;
    page.links(&campaign.links)?;
    page.behind(&campaign.hypotheses)?;
    page.heading("What happened")?;
    let lines: Vec<&str> = timeline.lines().collect();
    page.some(&lines, |page, line| writeln!(page.out, "  {line}"))?;
    if !decisions.is_empty() {
        page.heading("What analysts decided")?;
        for decided in decisions {
            writeln!(out, "  {}", analyst::line(decided))?;
        }
    }
    Ok(())
}

struct Page<'o, W> {
    out: &'o mut W,
    paint: Paint,
}

const MEMBERS: &[Column] = &[
    Column::new("  THERE SINCE", 13),
    Column::new("TIER", 5),
    Column::new("STAGE", 15),
    Column::new("DOMAIN", 36),
    Column::new("IMITATES", 0),
];

const CENTRE: &[Column] = &[
    Column::new("  BITS", 6),
    Column::new("HERE", 4),
    Column::new("IN ALL", 6),
    Column::new("WHAT", 34),
    Column::new("VALUE", 0),
];

impl<W: Write> Page<'_, W> {
    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", self.paint.text(Ink::Strong, text))
    }

    /// Writes some of many, and how many are left out.
    fn some<T>(
        &mut self,
        all: &[T],
        mut write: impl FnMut(&mut Self, &T) -> io::Result<()>,
    ) -> io::Result<()> {
        for one in all.iter().take(MOST) {
            write(self, one)?;
        }
        match all.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => writeln!(self.out, "  and {more} more, which --json has"),
        }
    }

    fn head(
        &mut self,
        campaign: &Campaign,
        viewer: &Viewer,
        withheld: &[String],
    ) -> io::Result<()> {
        let (id, name) = (&campaign.id, &campaign.name);
        let title = self.paint.text(Ink::Strong, &format!("{name} ({id})"));
        writeln!(self.out, "{title}  TLP:{}", viewer.tlp)?;
        let domains = counted(campaign.members.len() as u64, "domain");
        let organisations = campaign.organisations();
        let aimed: Vec<String> = organisations
            .iter()
            .map(|id| escaped_line(id.as_str()))
            .collect();
        let aimed = match aimed.as_slice() {
            [] => "nobody that may be named here".to_owned(),
            aimed => aimed.join(", "),
        };
        let alerts = match campaign.alerts() {
            0 => "no alerts".to_owned(),
            some => {
                let alerts = counted(some as u64, "alert");
                self.paint.text(Ink::Alert, &alerts)
            }
        };
        writeln!(self.out, "  {domains} aimed at {aimed}; {alerts}")?;
        let harmless = campaign.members.len() - campaign.pursued().len();
        if harmless == campaign.members.len() && harmless > 0 {
            let says =
                "an analyst ruled all of it harmless and lets it pass: nothing is to be done";
            writeln!(self.out, "  {}", self.paint.text(Ink::Strong, says))?;
        } else if harmless > 0 {
            let harmless = counted(harmless as u64, "domain");
            writeln!(
                self.out,
                "  {harmless} of them ruled harmless by an analyst, and let pass"
            )?;
        }
        if let Some((first, last)) = campaign.active() {
            let (first, last) = (first.strftime("%Y-%m-%d"), last.strftime("%Y-%m-%d"));
            let stage = campaign.stage().map_or_else(
                || "none of them was looked at yet".to_owned(),
                |stage| format!("the furthest stands at {stage}"),
            );
            writeln!(self.out, "  active from {first} to {last}; {stage}")?;
        }
        for says in withheld {
            writeln!(self.out, "  {}", self.paint.text(Ink::Faint, says))?;
        }
        Ok(())
    }

    fn members(&mut self, members: &[Member]) -> io::Result<()> {
        self.heading("Domains")?;
        let table = Table::new(MEMBERS, self.paint);
        table.heading(self.out)?;
        self.some(members, |page, member| page.member(&table, member))
    }

    fn member(&mut self, table: &Table, member: &Member) -> io::Result<()> {
        let tier = member.aims.iter().filter_map(model::Aim::raised).max();
        let stage = member.stages.iter().map(|reached| reached.stage).max();
        let aims = member.aims.iter().map(|aim| {
            let organisation = escaped_line(aim.organisation.as_str());
            format!("{organisation} ({})", aim.imitated.replace('.', "[.]"))
        });
        let aims: Vec<String> = aims.collect();
        let domain = defanged(&member.domain.to_unicode()).to_string();
        let cells = [
            Cell::plain(format!("  {}", member.first.strftime("%Y-%m-%d"))),
            match tier {
                Some(tier) => Cell::new(ink(Some(tier)), tier.to_string()),
                None if member.is_let_pass() => Cell::new(Ink::Faint, "pass"),
                None => Cell::plain(""),
            },
            Cell::plain(stage.map_or("", |stage| stage.as_str())),
            Cell::plain(domain),
            Cell::plain(aims.join(", ")),
        ];
        table.row(self.out, &cells)?;
        for aim in &member.aims {
            let why = match &aim.promoted {
                _ if aim.let_pass => {
                    let organisation = escaped_line(aim.organisation.as_str());
                    format!("harmless to {organisation}: an analyst lets it pass")
                }
                Some(why) if aim.is_promoted() => format!("promoted because it {why}"),
                Some(why) => format!("an alert by itself, and it {why}"),
                None => continue,
            };
            writeln!(self.out, "{:15}{}", "", self.paint.text(Ink::Faint, &why))?;
        }
        Ok(())
    }

    fn centre(&mut self, centre: &[Centre]) -> io::Result<()> {
        if centre.is_empty() {
            return Ok(());
        }
        self.heading("What they share")?;
        let table = Table::new(CENTRE, self.paint);
        table.heading(self.out)?;
        self.some(centre, |page, centre| {
            let cells = [
                Cell::plain(format!("{:>6}", bits(centre.strength))),
                Cell::plain(format!("{:>4}", centre.within)),
                Cell::plain(format!("{:>6}", centre.holders)),
                Cell::plain(centre.pivot.kind.says()),
                Cell::plain(&centre.pivot.value),
            ];
            table.row(page.out, &cells)
        })
    }

    fn links(&mut self, links: &[Link]) -> io::Result<()> {
        self.heading("What ties them")?;
        self.some(links, |page, link| {
            let ends = [&link.one, &link.other].map(|end| defanged(end.as_str()).to_string());
            let since = link.since.strftime("%Y-%m-%d");
            let strength = match link.strength {
                0 => "an analyst's word".to_owned(),
                some => format!("{} bits", bits(some)),
            };
            let [one, other] = ends;
            writeln!(page.out, "  {one} - {other}: {strength}, since {since}")?;
            for tie in &link.reasons {
                let says = match tie {
                    Tie::Shared { strength, .. } => {
                        format!("{} ({} bits)", judge::tie_says(tie), bits(*strength))
                    }
                    Tie::Pinned { by, why } => format!("{by} says so: {why}"),
                };
                writeln!(page.out, "      {says}")?;
            }
            Ok(())
        })
    }

    fn behind(&mut self, hypotheses: &[Hypothesis]) -> io::Result<()> {
        self.heading("Who may be behind it")?;
        let ours = hypotheses.iter().any(Hypothesis::is_ours);
        if !ours {
            writeln!(self.out, "  Nobody that we could name.")?;
        }
        for hypothesis in hypotheses {
            let by = match &hypothesis.basis {
                Basis::Compared => "by comparison with what others published".to_owned(),
                Basis::Claimed { by, source } => format!("says {by} [{source}]"),
                Basis::Decided { decision } => format!("by an analyst's word, decision {decision}"),
            };
            let (least, most) = hypothesis.likelihood.percent();
            let set = self.paint.text(Ink::Strong, &hypothesis.set);
            writeln!(
                self.out,
                "  {set}, {by}: {} ({least} to {most} %), confidence {}",
                hypothesis.likelihood, hypothesis.confidence
            )?;
            self.witnesses("for", &hypothesis.speaks_for)?;
            self.witnesses("against", &hypothesis.speaks_against)?;
            if !hypothesis.rivals.is_empty() {
                let rivals = hypothesis.rivals.join(", ");
                writeln!(self.out, "      would explain it, too: {rivals}")?;
            }
            if let Some(verdict) = &hypothesis.verdict {
                let said = if verdict.confirmed {
                    "confirmed"
                } else {
                    "rejected"
                };
                let (by, why) = (&verdict.by, &verdict.why);
                let day = verdict.at.strftime("%Y-%m-%d");
                let said = self.paint.text(Ink::Strong, said);
                writeln!(self.out, "      {said} by {by} on {day}: {why}")?;
            }
        }
        Ok(())
    }

    fn witnesses(&mut self, side: &str, witnesses: &[Witness]) -> io::Result<()> {
        for Witness { says, grade } in witnesses {
            writeln!(self.out, "      {side:<8} {says} ({grade})")?;
        }
        Ok(())
    }
}

/// Thousandths of a bit as bits.
fn bits(thousandths: u32) -> String {
    format!("{:.1}", f64::from(thousandths) / 1000.0)
}
