//! An explanation, told to people.

use super::Explained;
use super::align::aligned;
use crate::output::{CandidateRow, Cell, Ink, Paint, Row, escaped_line};
use judge::{Sifter, Verdict};
use model::{Candidate, Finding, Target};
use names::{DomainName, defanged};
use resemble::TECHNIQUES;
use std::fmt::Write;

/// Tells explanations as text.
pub(super) struct Story<'a> {
    pub(super) sifter: &'a Sifter<'a>,
    pub(super) paint: Paint,
    /// Whether a user's watchlist was asked, and not the built-in one.
    pub(super) own_watchlist: bool,
}

impl Story<'_> {
    /// The whole story of one name: what reaches a tier in full, and the strongest if none does.
    pub(super) fn tell(&self, explained: &Explained) -> String {
        let mut text = String::new();
        let Some(found) = &explained.found else {
            return format!(
                "{}\n  {}\n\n",
                explained.name.defanged(),
                self.owner(&explained.name)
            );
        };
        let whole = found
            .iter()
            .filter(|(candidate, _)| candidate.assessment.tier.is_some())
            .count()
            .max(1);
        for (place, (candidate, verdict)) in found.iter().take(whole).enumerate() {
            self.resemblance(&mut text, place, candidate, verdict);
        }
        if found.is_empty() {
            let nothing = if self.own_watchlist {
                "resembles nothing on the watchlist"
            } else {
                "resembles no service of the built-in catalogue; --watchlist asks about your own organisations"
            };
            line(&mut text, &explained.name.defanged().to_string());
            line(&mut text, &format!("  {nothing}"));
        }
        if found.len() > whole {
            line(&mut text, &self.strong("  Also, below every tier"));
            for (candidate, _) in &found[whole..] {
                let row = CandidateRow::from(candidate);
                let [score, _, _, organisation, target, how] =
                    row.cells().try_into().expect("a candidate has six cells");
                let cells =
                    [score, organisation, target, how].map(|cell: Cell| cell.painted(self.paint));
                line(&mut text, &format!("    {}", cells.join("  ")));
            }
        }
        text.push('\n');
        text
    }

    fn resemblance(
        &self,
        text: &mut String,
        place: usize,
        candidate: &Candidate,
        verdict: &Verdict,
    ) {
        if place > 0 {
            text.push('\n');
        }
        let row = CandidateRow::from(candidate);
        let guard = self.sifter.guard;
        let organisation = guard.organisation(verdict.likeness.organisation);
        let name = escaped_line(&organisation.name);
        let who = if organisation.name == organisation.id.as_str() {
            name
        } else {
            format!("{name} ({})", escaped_line(organisation.id.as_str()))
        };
        let what = match &candidate.resemblance.target {
            Target::Domain(domain) => format!("its domain {domain}"),
            Target::Term(term) => format!("its term “{}”", escaped_line(term)),
            Target::Person(person) => format!("{}", names::escaped(person)),
            Target::Service(id) => {
                let named = guard
                    .catalogue()
                    .get(id)
                    .map_or(&**id, |service| &service.name);
                format!("the service {named}")
            }
        };
        line(text, &row.name_cell().painted(self.paint));
        line(text, &format!("  resembles {who}: {what}"));
        let score = format!("score {:.3}", candidate.assessment.score.value());
        let tier = match candidate.assessment.tier {
            Some(_) => row.tier_cell().painted(self.paint),
            None => self.paint.text(Ink::Faint, "below watch"),
        };
        line(text, &format!("  {tier}, {score}"));
        if guard.allows(
            verdict.likeness.organisation,
            &candidate.observation.name,
            self.sifter.today,
        ) {
            line(text, "  the watchlist allows it: `scan` does not tell it");
        }
        text.push('\n');
        self.letters(text, candidate, verdict);
        self.techniques(text, candidate);
        self.findings(text, candidate);
    }

    fn letters(&self, text: &mut String, candidate: &Candidate, verdict: &Verdict) {
        let original = &self.sifter.guard.term(&verdict.likeness).text;
        let span = candidate.resemblance.span;
        let unicode = candidate.observation.name.to_unicode();
        let here: String = unicode
            .chars()
            .skip(span.from as usize)
            .take((span.to - span.from) as usize)
            .collect();
        if verdict.likeness.reordered {
            line(text, &format!("    original  {}", defanged(original)));
            line(text, &format!("    here      {}", defanged(&here)));
        } else {
            let [original, here, marks] = aligned(original, &here);
            line(text, &format!("    original  {original}"));
            line(text, &format!("    here      {here}"));
            if !marks.is_empty() {
                line(
                    text,
                    &format!("              {}", self.paint.text(Ink::Alert, &marks)),
                );
            }
        }
        text.push('\n');
    }

    fn techniques(&self, text: &mut String, candidate: &Candidate) {
        line(text, &self.strong("  How"));
        let unicode = candidate.observation.name.to_unicode();
        for used in &candidate.resemblance.techniques {
            let says = TECHNIQUES
                .iter()
                .find(|known| known.id == used.technique.0)
                .map_or("", |known| known.says);
            let span = used.span;
            let part: String = unicode
                .chars()
                .skip(span.from as usize)
                .take((span.to - span.from) as usize)
                .collect();
            let edit = used
                .edit
                .as_deref()
                .map(|edit| format!(" ({})", escaped_line(edit)))
                .unwrap_or_default();
            let id = format!("{:<21}", used.technique.0);
            line(
                text,
                &format!("    {} {}{edit}: {says}", self.strong(&id), defanged(&part)),
            );
        }
        text.push('\n');
    }

    /// The evidence on both sides, as a sum to be checked by hand.
    fn findings(&self, text: &mut String, candidate: &Candidate) {
        let findings = &candidate.assessment.findings;
        let sides = [
            ("  What speaks for it", true),
            ("  What speaks against it", false),
        ];
        for (heading, towards) in sides {
            line(text, &self.strong(heading));
            let side: Vec<_> = findings
                .iter()
                .filter(|finding| (finding.log_odds > 0.0) == towards)
                .collect();
            if side.is_empty() {
                line(text, "              nothing");
            }
            for Finding { id, log_odds, says } in side {
                line(
                    text,
                    &format!("    {log_odds:>+8.3}  {:<17}{}", id.0, escaped_line(says)),
                );
            }
        }
        let sum: f64 = findings.iter().map(|finding| finding.log_odds).sum();
        let score = candidate.assessment.score.value();
        line(text, "    --------");
        line(
            text,
            &format!(
                "    {sum:>+8.3}  log odds in all, so the score is 1 / (1 + exp({:.3})) = {score:.3}",
                -sum
            ),
        );
    }

    /// Whose own name it is.
    fn owner(&self, name: &DomainName) -> String {
        let below = |top: &str| {
            name.as_str()
                .strip_suffix(top)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let guard = self.sifter.guard;
        let organisations = guard.watchlist().organisations();
        if let Some(owner) = organisations
            .iter()
            .find(|owner| owner.domains.iter().any(|top| below(top.as_str())))
        {
            return format!("belongs to {}", escaped_line(&owner.name));
        }
        let service = guard
            .catalogue()
            .services()
            .iter()
            .find(|service| service.domains.iter().any(|top| below(top)));
        service.map_or_else(
            || "belongs to a guarded organisation".to_owned(),
            |service| {
                format!(
                    "belongs to {}, a service that guarded organisations use",
                    service.name
                )
            },
        )
    }

    fn strong(&self, text: &str) -> String {
        self.paint.text(Ink::Strong, text)
    }
}

fn line(text: &mut String, line: &str) {
    // A String takes everything.
    let _ = writeln!(text, "{line}");
}
