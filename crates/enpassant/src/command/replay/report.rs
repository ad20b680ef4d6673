//! What a replay found.

use super::case::{Case, Event, When};
use super::claim::Claim;
use super::outlook::{Outlook, Scales};
use super::together::Together;
use crate::output::{CandidateRow, Cell, Column, Row, per_million};
use crate::scan::{Bench, Desk, Event as Scanned, Feed, run};
use anyhow::Result;
use feeds::Format;
use intel::Knowledge;
use judge::{Sifter, Verdict};
use model::{Candidate, Origin, Score, TechniqueId, Tier, Tlp, Viewer};
use names::DomainName;
use serde::Serialize;
use serde_json::{Value, json};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

/// A case, replayed.
pub(super) struct Report<'a> {
    pub(super) case: &'a Case,
    /// Names of the background that were judged.
    pub(super) background: u64,
    /// Lines of the background that were not read, and names that are none.
    pub(super) unread: u64,
    /// Days and periods in the order of the case.
    pub(super) steps: Vec<Step<'a>>,
    /// Names of which no day is known.
    pub(super) undated: Vec<Seen<'a>>,
    /// What belongs together.
    pub(super) together: Together<'a>,
    /// What is known of actors.
    pub(super) known: &'a Knowledge,
}

/// One day or period.
pub(super) struct Step<'a> {
    pub(super) seen: Vec<Seen<'a>>,
    /// Names of the background that came with it.
    pub(super) others: u64,
    /// Those of them that were flagged, strongest first.
    pub(super) alarms: Vec<Alarm>,
}

/// A published name with what is told of it; nothing where it is missed.
pub(super) struct Seen<'a> {
    pub(super) event: &'a Event,
    /// Strongest first.
    pub(super) told: Vec<Candidate>,
    /// What is known of it beyond its name, by what was published.
    pub(super) outlook: Outlook<'a>,
}

/// A name of the background that is told.
#[derive(Clone, Debug)]
pub(super) struct Alarm {
    pub(super) name: DomainName,
    pub(super) organisation: String,
    pub(super) technique: TechniqueId,
    pub(super) score: Score,
    pub(super) tier: Option<Tier>,
}

/// How many of each tier.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Tiers {
    pub(super) alert: u64,
    pub(super) watch: u64,
}

impl FromIterator<Option<Tier>> for Tiers {
    fn from_iter<I: IntoIterator<Item = Option<Tier>>>(tiers: I) -> Self {
        let mut counted = Self::default();
        for tier in tiers.into_iter().flatten() {
            match tier {
                Tier::Alert => counted.alert += 1,
                Tier::Watch => counted.watch += 1,
            }
        }
        counted
    }
}

impl<'a> Report<'a> {
    /// Replays `case` among the names of `background`.
    ///
    /// A name is judged the same on any day, so the background is judged once and then shared out.
    pub(super) fn of(
        case: &'a Case,
        bench: &Bench<'_>,
        scales: &Scales<'_>,
        known: &'a Knowledge,
        background: Feed,
        threads: NonZeroUsize,
    ) -> Result<Self> {
        let mut flagged: Vec<(u64, Alarm)> = vec![];
        let (mut names, mut unread) = (0, 0);
        let mut desk = Desk::default();
        run(
            vec![background],
            Format::Auto,
            bench,
            threads,
            &mut |event| {
                let judged = match event {
                    Scanned::Names(judged) => judged,
                    Scanned::Fault(fault) => anyhow::bail!("{fault}"),
                };
                unread += judged.batch.tally.rejected + judged.tally.unreadable_names();
                for sightings in judged.sightings.chunk_by(|a, b| a.record == b.record) {
                    let strongest = bench.candidate(judged, &sightings[0], &mut desk);
                    flagged.push((
                        names + u64::from(sightings[0].record),
                        Alarm::from(strongest),
                    ));
                }
                names += judged.batch.records.len() as u64;
                Ok(())
            },
        )?;
        let (mut steps, undated) = steps(case, &bench.sifter, scales);
        share(&mut steps, names, flagged);
        let together = Together::of(&steps, &undated, &case.claims, &scales.rarity, known);
        Ok(Self {
            case,
            background: names,
            unread,
            steps,
            undated,
            together,
            known,
        })
    }

    /// All published names, dated ones first.
    pub(super) fn events(&self) -> impl Iterator<Item = &Seen<'a>> {
        self.steps
            .iter()
            .flat_map(|step| &step.seen)
            .chain(&self.undated)
    }

    /// Claims that their sources tie to no domain.
    pub(super) fn untied(&self) -> impl Iterator<Item = &'a Claim> {
        let claims = self.case.claims.iter();
        claims.filter(|claim| claim.domains.is_empty())
    }

    /// Flagged names of the background, by tier.
    pub(super) fn alarms(&self) -> Tiers {
        self.steps
            .iter()
            .flat_map(|step| &step.alarms)
            .map(|alarm| alarm.tier)
            .collect()
    }

    /// For programs, in one object.
    pub(super) fn json(&self, background: Option<&Path>) -> Value {
        let seen = |seen: &[Seen<'_>]| seen.iter().map(Seen::json).collect::<Vec<_>>();
        // What was published is for everybody.
        let viewer = Viewer::of_all(Tlp::Amber);
        let alarms = self.alarms();
        let caught = self.events().filter(|seen| seen.tier().is_some()).count();
        let tiers: Tiers = self.events().map(Seen::tier).collect();
        let steps = self.steps.iter().map(|step| {
            let flagged: Tiers = step.alarms.iter().map(|alarm| alarm.tier).collect();
            let strongest: Vec<Value> = step
                .alarms
                .iter()
                .take(STRONGEST)
                .map(Alarm::json)
                .collect();
            json!({
                "names": seen(&step.seen),
                "background": step.others,
                "flagged": flagged,
                "strongest": strongest,
            })
        });
        json!({
            "title": self.case.title,
            "note": self.case.note,
            "background": {
                "source": background.map(|path| path.display().to_string()),
                "names": self.background,
                "unread": self.unread,
                "flagged": alarms,
                "per_million": { "alert": self.per_million(alarms.alert), "watch": self.per_million(alarms.watch) },
            },
            "steps": steps.collect::<Vec<_>>(),
            "undated": seen(&self.undated),
            "campaigns": self.together.campaigns.iter().map(|campaign| render::campaign(campaign, &viewer)).collect::<Vec<_>>(),
            "untied_claims": self.untied().map(Claim::json).collect::<Vec<_>>(),
            "caught": { "names": caught, "of": self.case.events.len(), "alert": tiers.alert, "watch": tiers.watch },
        })
    }

    /// A count of names of the background, in a million of them.
    pub(super) fn per_million(&self, count: u64) -> u64 {
        per_million(count, self.background)
    }
}

/// How many flagged names of a step are named.
pub(super) const STRONGEST: usize = 3;

/// The dated events, those of one day together, and the undated ones.
fn steps<'a>(
    case: &'a Case,
    sifter: &Sifter<'_>,
    scales: &Scales<'_>,
) -> (Vec<Step<'a>>, Vec<Seen<'a>>) {
    let mut steps: Vec<Step<'a>> = vec![];
    let mut undated = vec![];
    let mut desk = judge::Desk::default();
    for (place, event) in case.events.iter().enumerate() {
        let origin = Origin::Line {
            source: Arc::from("events.toml"),
            line: place as u64 + 1,
        };
        let allowed = |verdict: &Verdict| {
            sifter
                .guard
                .allows(verdict.likeness.organisation, &event.domain, sifter.today)
        };
        let mut found = sifter
            .every(&event.domain, &origin, &mut desk)
            .unwrap_or_default();
        found.retain(|(_, verdict)| !allowed(verdict));
        let strongest = found.first().map(|(candidate, verdict)| {
            let thresholds = sifter.judge.thresholds(sifter.guard, &verdict.likeness);
            (candidate, thresholds)
        });
        let seen = Seen {
            event,
            outlook: Outlook::of(event, &case.claims, strongest, scales),
            told: found.into_iter().map(|(candidate, _)| candidate).collect(),
        };
        match steps.last_mut() {
            _ if event.when == When::Unknown => undated.push(seen),
            Some(step) if step.seen[0].event.when == event.when => step.seen.push(seen),
            _ => steps.push(Step {
                seen: vec![seen],
                others: 0,
                alarms: vec![],
            }),
        }
    }
    (steps, undated)
}

/// Gives each step an equal share of the background, with the names that were flagged in it.
fn share(steps: &mut [Step<'_>], names: u64, flagged: Vec<(u64, Alarm)>) {
    let count = steps.len() as u64;
    let mut flagged = flagged.into_iter().peekable();
    for (place, step) in steps.iter_mut().enumerate() {
        let place = place as u64;
        let (from, to) = (names * place / count, names * (place + 1) / count);
        step.others = to - from;
        step.alarms.extend(
            std::iter::from_fn(|| flagged.next_if(|(at, _)| *at < to)).map(|(_, alarm)| alarm),
        );
        step.alarms
            .sort_by(|a, b| b.score.value().total_cmp(&a.score.value()));
    }
}

impl From<Candidate> for Alarm {
    fn from(candidate: Candidate) -> Self {
        let technique = candidate
            .resemblance
            .techniques
            .first()
            .map(|used| used.technique);
        Self {
            name: candidate.observation.name,
            organisation: candidate.resemblance.organisation.to_string(),
            technique: technique.expect("a resemblance has at least one technique"),
            score: candidate.assessment.score,
            tier: candidate.assessment.tier,
        }
    }
}

impl Alarm {
    fn json(&self) -> Value {
        json!({
            "name": self.name.as_str(),
            "organisation": self.organisation,
            "technique": self.technique.0,
            "score": (self.score.value() * 1e4).round() / 1e4,
            "tier": self.tier.map(|tier| tier.to_string()),
        })
    }
}

impl Seen<'_> {
    /// What the strongest resemblance reaches.
    pub(super) fn tier(&self) -> Option<Tier> {
        self.told
            .first()
            .and_then(|candidate| candidate.assessment.tier)
    }

    fn json(&self) -> Value {
        let Event {
            domain,
            when,
            published,
            imitates,
            source,
        } = self.event;
        json!({
            "name": domain.as_str(),
            "day": when.day().map(|day| day.to_string()),
            "period": if let When::Period(period) = when { Some(period) } else { None },
            "day_basis": when.basis(),
            "published": published,
            "imitates": imitates,
            "source": source,
            "told": self.told.iter().map(CandidateRow::from).collect::<Vec<_>>(),
            "claims": self.outlook.claims.iter().map(|claim| claim.json()).collect::<Vec<_>>(),
            "stages": self.outlook.stages_json(),
            "risk": self.outlook.risk_json(),
            "not_known": self.outlook.unknown,
        })
    }
}

/// A published name as a row.
#[derive(Serialize)]
pub(super) struct EventRow<'a> {
    name: &'a str,
    day: Option<String>,
    day_basis: &'static str,
    published: &'a str,
    organisation: Option<&'a str>,
    target: Option<&'a str>,
    techniques: Vec<&'a str>,
    score: Option<f64>,
    tier: Option<String>,
}

impl<'a> From<&'a Seen<'a>> for EventRow<'a> {
    fn from(seen: &'a Seen<'a>) -> Self {
        let strongest = seen.told.first();
        let techniques = strongest.map_or(&[][..], |candidate| &candidate.resemblance.techniques);
        Self {
            name: seen.event.domain.as_str(),
            day: seen.event.when.day().map(|day| day.to_string()),
            day_basis: seen.event.when.basis(),
            published: &seen.event.published,
            organisation: strongest.map(|candidate| candidate.resemblance.organisation.as_str()),
            target: strongest.map(|candidate| candidate.resemblance.target.as_str()),
            techniques: techniques.iter().map(|used| used.technique.0).collect(),
            score: strongest
                .map(|candidate| (candidate.assessment.score.value() * 1e4).round() / 1e4),
            tier: seen.tier().map(|tier| tier.to_string()),
        }
    }
}

impl Row for EventRow<'_> {
    const COLUMNS: &'static [Column] = &[Column::new("DAY", 10), Column::new("NAME", 0)];
    const FIELDS: &'static [&'static str] = &[
        "name",
        "day",
        "day_basis",
        "published",
        "organisation",
        "target",
        "techniques",
        "score",
        "tier",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::plain(self.day.as_deref().unwrap_or_default()),
            Cell::plain(names::defanged(self.name).to_string()),
        ]
    }

    fn fields(&self) -> Vec<String> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            self.name.to_owned(),
            text(self.day.as_deref()),
            self.day_basis.to_owned(),
            self.published.to_owned(),
            text(self.organisation),
            text(self.target),
            self.techniques.join(" "),
            self.score
                .map(|score| score.to_string())
                .unwrap_or_default(),
            text(self.tier.as_deref()),
        ]
    }
}
