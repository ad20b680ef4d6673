//! What belongs together and what does not: cut, split, pin, merge.

use crate::command::analyst::AnalystArgs;
use crate::command::ledger::ask;
use crate::command::reader::{self, refanged};
use crate::command::{Outcome, usage};
use crate::output::{Color, escaped_line};
use anyhow::{Result, bail};
use ledger::Ledger;
use model::{Campaign, Decision, Pivot, PivotKind};
use names::DomainName;

/// Take domains out of a campaign, each by itself; or say that a value is no evidence
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant campaign cut 1f6a shop-bank[.]example --reason 'a reseller of ours'
  enpassant campaign cut 1f6a --value name-server=ns1.hoster.example --reason 'a small hoster' --dry-run")]
pub(in crate::command) struct Cut {
    /// Which campaign: its id, or one of its domains
    #[arg(value_name = "ID")]
    campaign: String,
    /// Domains that belong to none of the others
    #[arg(value_name = "DOMAIN", required_unless_present = "value")]
    domains: Vec<String>,
    /// Instead of domains: that domains share this value means nothing, here and elsewhere
    #[arg(long, value_name = "KIND=VALUE", conflicts_with = "domains")]
    value: Option<String>,
    #[command(flatten)]
    how: How,
}

/// Take domains out of a campaign, together as far as facts tie them
#[derive(clap::Args, Debug)]
pub(in crate::command) struct Split {
    /// Which campaign: its id, or one of its domains
    #[arg(value_name = "ID")]
    campaign: String,
    /// Domains that do not belong to the others
    #[arg(value_name = "DOMAIN", required = true)]
    domains: Vec<String>,
    #[command(flatten)]
    how: How,
}

/// Say that domains belong together
#[derive(clap::Args, Debug)]
pub(in crate::command) struct Pin {
    /// Two or more that were detected
    #[arg(value_name = "DOMAIN", num_args = 2.., required = true)]
    domains: Vec<String>,
    #[command(flatten)]
    how: How,
}

/// Say that two campaigns are one
#[derive(clap::Args, Debug)]
pub(in crate::command) struct Merge {
    /// One: its id, or one of its domains
    #[arg(value_name = "ID")]
    one: String,
    /// The other
    #[arg(value_name = "ID")]
    other: String,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
struct How {
    #[command(flatten)]
    analyst: AnalystArgs,
    /// Say what would change, and decide nothing
    #[arg(long)]
    dry_run: bool,
}

impl How {
    /// Opens the ledger, and decides what is to be decided.
    fn decide(
        &self,
        color: Color,
        what: impl AsyncFnOnce(&Ledger) -> Result<Vec<Decision>>,
    ) -> Result<Outcome> {
        let analyst = &self.analyst;
        let done = ask(async {
            let ledger = analyst.ledger.open().await?;
            let decisions = what(&ledger).await?;
            if self.dry_run {
                analyst.rehearse(&ledger, &decisions).await
            } else {
                analyst.decide(&ledger, &decisions).await
            }
        })?;
        done.tell(analyst.json, color)
    }
}

impl Cut {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        self.how.decide(color, async |ledger| {
            let campaign = reader::campaign(ledger, &self.campaign).await?;
            if let Some(value) = &self.value {
                return Ok(vec![Decision::NoEvidence(shared(&campaign, value)?)]);
            }
            let cut = members(&campaign, &self.domains)?;
            let apart = cut.into_iter().map(|domain| Decision::Apart {
                other: besides(&campaign, std::slice::from_ref(&domain)),
                one: vec![domain],
            });
            Ok(apart.collect())
        })
    }
}

impl Split {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        self.how.decide(color, async |ledger| {
            let campaign = reader::campaign(ledger, &self.campaign).await?;
            let one = members(&campaign, &self.domains)?;
            let other = besides(&campaign, &one);
            if other.is_empty() {
                bail!(
                    "these are all domains of campaign {}; name those that are to leave it",
                    campaign.id
                );
            }
            Ok(vec![Decision::Apart { one, other }])
        })
    }
}

impl Pin {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let domains = parsed(&self.domains)?;
        if domains.len() < 2 {
            return Err(usage("these are one and the same domain"));
        }
        self.how.decide(color, async |ledger| {
            for domain in &domains {
                if ledger.detections_of(domain).await?.is_empty() {
                    bail!("{} was never detected", domain.defanged());
                }
            }
            Ok(vec![Decision::Together(domains)])
        })
    }
}

impl Merge {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        self.how.decide(color, async |ledger| {
            let one = reader::campaign(ledger, &self.one).await?;
            let other = reader::campaign(ledger, &self.other).await?;
            if one.id == other.id {
                bail!("both are campaign {}", one.id);
            }
            let founders = [one, other].map(|campaign| campaign.members[0].domain.clone());
            Ok(vec![Decision::Together(founders.into())])
        })
    }
}

/// Domains as they were written, each once, sorted.
fn parsed(written: &[String]) -> Result<Vec<DomainName>> {
    let domains = written.iter().map(|written| reader::domain(written));
    let mut domains = domains.collect::<Result<Vec<_>>>()?;
    domains.sort();
    domains.dedup();
    Ok(domains)
}

/// The same, all of which belong to a campaign.
fn members(campaign: &Campaign, written: &[String]) -> Result<Vec<DomainName>> {
    let domains = parsed(written)?;
    let is_member = |domain: &DomainName| {
        let mut members = campaign.members.iter();
        members.any(|member| member.domain == *domain)
    };
    match domains.iter().find(|domain| !is_member(domain)) {
        Some(other) => bail!(
            "{} does not belong to campaign {}",
            other.defanged(),
            campaign.id
        ),
        None => Ok(domains),
    }
}

/// All domains of a campaign but these, sorted.
fn besides(campaign: &Campaign, these: &[DomainName]) -> Vec<DomainName> {
    let members = campaign.members.iter().map(|member| &member.domain);
    let mut others: Vec<DomainName> = members
        .filter(|domain| !these.contains(domain))
        .cloned()
        .collect();
    others.sort();
    others
}

/// A value that domains of a campaign share, of which somebody wrote `KIND=VALUE`.
fn shared(campaign: &Campaign, written: &str) -> Result<Pivot> {
    let Some((kind, value)) = written.split_once('=') else {
        return Err(usage(
            "--value wants KIND=VALUE, such as name-server=ns1.hoster.example",
        ));
    };
    let Ok(kind) = kind.trim().parse::<PivotKind>() else {
        let kinds: Vec<&str> = PivotKind::all().map(PivotKind::as_str).collect();
        let kind = escaped_line(kind);
        return Err(usage(format!(
            "--value: there is no kind `{kind}`; kinds are {}",
            kinds.join(", ")
        )));
    };
    let compared = judge::pivot(kind, &refanged(value));
    let pivots = campaign.centre.iter().map(|centre| &centre.pivot);
    let mut same = pivots.filter(|pivot| {
        Some(*pivot) == compared.as_ref() || (pivot.kind == kind && pivot.value == value)
    });
    match same.next() {
        Some(pivot) => Ok(pivot.clone()),
        None => bail!(
            "no two domains of campaign {} share this {}, or it ties nothing anyway",
            campaign.id,
            kind.says()
        ),
    }
}
