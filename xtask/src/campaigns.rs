//! How well campaigns are put together again: published infrastructure of real campaigns among unrelated domains.
//!
//! Recall is taken over the pairs of domains of a campaign that share a rare value: none of a provider, of a privacy service, of
//! parking or of a seizure, by the flags of the data. Precision is taken over all pairs that were brought together and have a domain of
//! the campaign; the parts into which the data cuts one activity count as one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use judge::{Common, Group, Rarity, Suspect};
use model::{Fact, Pivot, PivotKind};
use names::DomainName;

/// A row of the facts.
struct Row {
    domain: DomainName,
    pivot: Option<Pivot>,
    day: Option<Date>,
    /// The campaign and the activity that it is a part of; none in the background.
    campaign: Option<(String, String)>,
    /// Whether the data says that the value is rare.
    rare: bool,
}

/// Reads DIR, or `campaigns/` of it, joins everything, and says how it went.
pub(crate) fn evaluate(dir: &Path) -> Result<String> {
    let within = dir.join("campaigns");
    let rows = read(if within.is_dir() { &within } else { dir })?;
    let rarity = Rarity::embedded(Common::embedded());
    let suspects = suspects(&rows);
    let with = judge::campaigns(&suspects, |_| 0, &[], &rarity);
    let without = without_rarity(&suspects);
    let mut out = String::new();
    writeln!(
        out,
        "{:28} {:>7} {:>7} {:>7} {:>9} {:>9} {:>11}",
        "campaign", "domains", "pairs", "recall", "precision", "unrelated", "w/o rarity"
    )?;
    let (mut recalls, mut precisions) = (vec![], vec![]);
    let lines = lines(&rows, &with, &without);
    for line in &lines {
        let share =
            |part: Option<f64>| part.map_or("-".into(), |part| format!("{:.1} %", 100.0 * part));
        writeln!(
            out,
            "{:28} {:>7} {:>7} {:>7} {:>9} {:>9} {:>11}",
            line.campaign,
            line.domains,
            line.pairs,
            share(line.recall),
            share(line.precision),
            line.unrelated,
            line.unrelated_without,
        )?;
        if line.usable {
            recalls.extend(line.recall);
            precisions.push(line.precision.unwrap_or(1.0));
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a few campaigns")]
    let mean = |shares: &[f64]| 100.0 * shares.iter().sum::<f64>() / shares.len() as f64;
    writeln!(
        out,
        "\nmean of {} usable campaigns (five domains and a rare shared value at least): recall {:.1} %, precision {:.1} %",
        recalls.len(),
        mean(&recalls),
        mean(&precisions),
    )?;
    for line in lines
        .iter()
        .filter(|line| line.domains >= 5 && line.pairs == 0)
    {
        writeln!(
            out,
            "apart: {} shares no rare value; {} of its {} domains were put together at most",
            line.campaign, line.largest, line.domains,
        )?;
    }
    let related: BTreeSet<_> = rows
        .iter()
        .filter(|row| row.campaign.is_some())
        .map(|row| &row.domain)
        .collect();
    let apart = with
        .iter()
        .filter(|group| group.members.iter().all(|domain| !related.contains(domain)));
    let (groups, domains) = apart.fold((0, 0), |(groups, domains), group| {
        (groups + 1, domains + group.members.len())
    });
    writeln!(
        out,
        "of {} unrelated domains {domains} were put into {groups} campaigns of their own",
        suspects.len() - related.len()
    )?;
    Ok(out)
}

struct Line<'a> {
    campaign: &'a str,
    usable: bool,
    domains: usize,
    pairs: usize,
    recall: Option<f64>,
    precision: Option<f64>,
    /// The most domains of it that are in one campaign.
    largest: usize,
    unrelated: usize,
    unrelated_without: usize,
}

fn lines<'a>(rows: &'a [Row], with: &[Group], without: &[BTreeSet<DomainName>]) -> Vec<Line<'a>> {
    let with: Vec<BTreeSet<DomainName>> = with
        .iter()
        .map(|group| group.members.iter().cloned().collect())
        .collect();
    let mut campaigns = BTreeMap::<&str, (&str, BTreeSet<&DomainName>)>::new();
    let mut activities = BTreeMap::<&str, BTreeSet<&DomainName>>::new();
    for row in rows {
        if let Some((campaign, activity)) = &row.campaign {
            campaigns
                .entry(campaign)
                .or_insert((activity, BTreeSet::new()))
                .1
                .insert(&row.domain);
            activities.entry(activity).or_default().insert(&row.domain);
        }
    }
    let related: BTreeSet<&DomainName> = activities.values().flatten().copied().collect();
    let lines = campaigns.iter().map(|(campaign, (activity, domains))| {
        let pairs = rare_pairs(rows, domains);
        let together = |pair: &&(&DomainName, &DomainName)| {
            with.iter()
                .any(|group| group.contains(pair.0) && group.contains(pair.1))
        };
        let found = pairs.iter().filter(together).count();
        let (mut made, mut right, mut largest) = (0, 0, 0);
        for group in &with {
            let ours = group
                .iter()
                .filter(|domain| domains.contains(domain))
                .count();
            let same = group
                .iter()
                .filter(|domain| activities[activity].contains(domain))
                .count();
            largest = largest.max(ours);
            made += ours * ours.saturating_sub(1) / 2 + ours * (group.len() - ours);
            right += ours * ours.saturating_sub(1) / 2 + ours * (same - ours);
        }
        let dragged = |groups: &[BTreeSet<DomainName>]| {
            let groups = groups
                .iter()
                .filter(|group| group.iter().any(|domain| domains.contains(domain)));
            groups
                .flatten()
                .filter(|domain| !related.contains(domain))
                .count()
        };
        Line {
            campaign,
            usable: domains.len() >= 5 && !pairs.is_empty(),
            domains: domains.len(),
            pairs: pairs.len(),
            recall: share(found, pairs.len()),
            precision: share(right, made),
            largest,
            unrelated: dragged(&with),
            unrelated_without: dragged(without),
        }
    });
    lines.collect()
}

fn share(part: usize, whole: usize) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let share = part as f64 / whole as f64;
    (whole > 0).then_some(share)
}

/// Pairs of domains that share a value that the data calls rare.
fn rare_pairs<'a>(
    rows: &'a [Row],
    domains: &BTreeSet<&'a DomainName>,
) -> BTreeSet<(&'a DomainName, &'a DomainName)> {
    let common: BTreeSet<&Pivot> = rows
        .iter()
        .filter(|row| !row.rare)
        .filter_map(|row| row.pivot.as_ref())
        .collect();
    let mut held = BTreeMap::<&Pivot, BTreeSet<&DomainName>>::new();
    for row in rows.iter().filter(|row| domains.contains(&row.domain)) {
        if let Some(pivot) = row.pivot.as_ref().filter(|pivot| !common.contains(pivot)) {
            held.entry(pivot).or_default().insert(&row.domain);
        }
    }
    held.retain(|pivot, _| pivot.kind != PivotKind::RegistrationDay);
    let mut pairs = BTreeSet::new();
    for holders in held.values() {
        for (at, one) in holders.iter().enumerate() {
            pairs.extend(holders.iter().skip(at + 1).map(|other| (*one, *other)));
        }
    }
    pairs
}

/// What every shared value joins, however common.
fn without_rarity(suspects: &[Suspect]) -> Vec<BTreeSet<DomainName>> {
    let mut held = BTreeMap::<&Pivot, Vec<usize>>::new();
    for (at, suspect) in suspects.iter().enumerate() {
        for fact in &suspect.facts {
            held.entry(&fact.pivot).or_default().push(at);
        }
    }
    let mut group_of: Vec<usize> = (0..suspects.len()).collect();
    for holders in held.values() {
        let first = group_of[holders[0]];
        let joined: BTreeSet<usize> = holders.iter().map(|&at| group_of[at]).collect();
        for group in group_of.iter_mut().filter(|group| joined.contains(group)) {
            *group = first;
        }
    }
    let mut groups = BTreeMap::<usize, BTreeSet<DomainName>>::new();
    for (suspect, group) in suspects.iter().zip(group_of) {
        groups
            .entry(group)
            .or_default()
            .insert(suspect.domain.clone());
    }
    groups.into_values().collect()
}

fn suspects(rows: &[Row]) -> Vec<Suspect> {
    let mut by_domain = BTreeMap::<&DomainName, BTreeMap<&Pivot, Fact>>::new();
    for row in rows {
        let facts = by_domain.entry(&row.domain).or_default();
        let Some(pivot) = &row.pivot else { continue };
        let at = midnight(row.day);
        let fact = facts.entry(pivot).or_insert_with(|| Fact {
            pivot: pivot.clone(),
            first: at,
            last: at,
            claimed: false,
        });
        (fact.first, fact.last) = (fact.first.min(at), fact.last.max(at));
    }
    let suspects = by_domain.into_iter().map(|(domain, facts)| Suspect {
        domain: domain.clone(),
        first: facts
            .values()
            .map(|fact| fact.first)
            .min()
            .unwrap_or_default(),
        facts: facts.into_values().collect(),
        alert: false,
    });
    suspects.collect()
}

/// A day that is not known is as good as any other.
fn midnight(day: Option<Date>) -> Timestamp {
    let zoned = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    zoned.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

fn read(dir: &Path) -> Result<Vec<Row>> {
    let mut rows = vec![];
    for (file, has_campaign) in [("facts.tsv", true), ("background.tsv", false)] {
        let path = dir.join(file);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let mut lines = text.lines();
        let heading: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        let column = |name: &str| {
            heading
                .iter()
                .position(|title| *title == name)
                .with_context(|| format!("{file} has no column {name}"))
        };
        let (domain, kind, value, observed) = (
            column("domain")?,
            column("fact_kind")?,
            column("value")?,
            column("observed")?,
        );
        let campaign = if has_campaign {
            Some((column("campaign_id")?, column("family")?, column("note")?))
        } else {
            None
        };
        let mut registrars = BTreeMap::new();
        for line in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
            let Ok(domain) = cell(domain).parse::<DomainName>() else {
                continue;
            };
            let day = day(cell(observed));
            let note = campaign.map_or("", |(_, _, note)| cell(note));
            let mut push = |pivot, day| {
                rows.push(Row {
                    domain: domain.clone(),
                    pivot,
                    day,
                    campaign: campaign.map(|(campaign, family, _)| {
                        (cell(campaign).to_owned(), cell(family).to_owned())
                    }),
                    rare: !COMMON.contains(&note),
                });
            };
            match cell(kind) {
                "registrar" => {
                    registrars.insert(domain.clone(), cell(value).to_owned());
                    push(None, None);
                }
                "created_date" => {
                    let created: Option<Date> =
                        cell(value).get(..10).and_then(|day| day.parse().ok());
                    let day_of = |day: Date| {
                        let registrar = registrars.get(&domain)?;
                        judge::pivot(PivotKind::RegistrationDay, &format!("{registrar} {day}"))
                    };
                    push(created.and_then(day_of), created);
                }
                kind => push(
                    kind_of(kind).and_then(|kind| judge::pivot(kind, cell(value))),
                    day,
                ),
            }
        }
    }
    Ok(rows)
}

/// Flags of values that are not rare.
const COMMON: [&str; 4] = [
    "shared_provider",
    "privacy_proxy",
    "shared_cdn_or_placeholder",
    "sinkhole_or_seizure",
];

fn kind_of(word: &str) -> Option<PivotKind> {
    Some(match word {
        "ip" => PivotKind::Address,
        "ns" => PivotKind::NameServer,
        "mx" => PivotKind::MailExchanger,
        "soa_rname" => PivotKind::ZoneMailbox,
        "registrant_email" => PivotKind::RegistrantEmail,
        "registrant_name" => PivotKind::RegistrantName,
        "cert_sha1" => PivotKind::Certificate,
        _ => return None,
    })
}

/// `2024-05-29`, `August 15th, 2014`; a year alone is no day.
fn day(text: &str) -> Option<Date> {
    if let Some(day) = text.get(..10).and_then(|day| day.parse().ok()) {
        return Some(day);
    }
    let plain = text.replace(',', " ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    let [month, day, year] = words[..] else {
        return None;
    };
    let day = day.trim_end_matches(|letter: char| letter.is_alphabetic());
    Date::strptime("%B %d %Y", format!("{month} {day} {year}")).ok()
}
