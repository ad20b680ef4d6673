//! A candidate as a row: the object that programs read, and what people see of it.

use crate::output::{Cell, Column, Ink, Row, escaped_line};
use model::{Candidate, Span, Tier};
use serde::Serialize;
use std::fmt::Write;

/// One name for one organisation. The names and order of the fields are those of the JSON object, and stable.
#[derive(Serialize)]
pub(crate) struct CandidateRow<'a> {
    /// A-labels, lower case, without wildcard. The real name: hostile.
    name: &'a str,
    registrable: &'a str,
    unicode: String,
    organisation: &'a str,
    /// The imitated domain, term, person or service id.
    target: &'a str,
    techniques: Vec<TechniqueField<'a>>,
    /// The prior among them: the logistic of the sum of `log_odds` is `score`, to 0.001.
    findings: Vec<FindingField<'a>>,
    score: f64,
    tier: Option<String>,
    source: &'a str,
    line: u64,
    #[serde(skip)]
    candidate: &'a Candidate,
}

#[derive(Serialize)]
struct TechniqueField<'a> {
    id: &'a str,
    /// Characters of `unicode`, end excluded.
    span: [u32; 2],
    edit: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingField<'a> {
    id: &'a str,
    log_odds: f64,
    says: &'a str,
}

impl<'a> From<&'a Candidate> for CandidateRow<'a> {
    fn from(candidate: &'a Candidate) -> Self {
        let Candidate {
            observation,
            registrable,
            resemblance,
            assessment,
        } = candidate;
        let techniques = resemblance.techniques.iter().map(|used| TechniqueField {
            id: used.technique.0,
            span: [used.span.from, used.span.to],
            edit: used.edit.as_deref(),
        });
        let findings = assessment.findings.iter().map(|finding| FindingField {
            id: finding.id.0,
            // Adding zero turns a negative zero into a plain one.
            log_odds: finding.log_odds + 0.0,
            says: &finding.says,
        });
        Self {
            name: observation.name.as_str(),
            registrable: registrable.as_str(),
            unicode: observation.name.to_unicode(),
            organisation: resemblance.organisation.as_str(),
            target: resemblance.target.as_str(),
            techniques: techniques.collect(),
            findings: findings.collect(),
            score: (assessment.score.value() * 1e4).round() / 1e4,
            tier: assessment.tier.map(|tier| tier.to_string()),
            source: observation.origin.source(),
            line: observation.origin.place(),
            candidate,
        }
    }
}

impl CandidateRow<'_> {
    /// The name, defanged, with the resembling part in the ink of its tier; both forms where they differ.
    pub(crate) fn name_cell(&self) -> Cell {
        let Span { from, to } = self.candidate.resemblance.span;
        let part = |from: u32, to: u32| {
            let taken: String = self
                .unicode
                .chars()
                .skip(from as usize)
                .take((to - from) as usize)
                .collect();
            names::defanged(&taken).to_string()
        };
        let cell = Cell::plain(part(0, from))
            .then(
                ink(self.candidate.assessment.tier),
                part(from, to.max(from)),
            )
            .then(Ink::Plain, part(to.max(from), u32::MAX));
        if self.unicode == self.name {
            cell
        } else {
            cell.then(
                Ink::Faint,
                format!(" ({})", self.candidate.observation.name.defanged()),
            )
        }
    }

    /// The score with three digits.
    pub(crate) fn score_cell(&self) -> Cell {
        Cell::plain(format!("{:.3}", self.score))
    }

    /// `alert`, `watch`, or nothing.
    pub(crate) fn tier_cell(&self) -> Cell {
        Cell::new(
            ink(self.candidate.assessment.tier),
            self.tier.as_deref().unwrap_or_default(),
        )
    }

    /// Ids of techniques, each once, with their edits.
    pub(crate) fn techniques_cell(&self) -> Cell {
        let mut cell = Cell::default();
        let mut last = None;
        for used in &self.techniques {
            // What happens several times is named once.
            if last == Some(used.id) && used.edit.is_none() {
                continue;
            }
            if last.is_some() {
                cell = cell.then(Ink::Plain, ", ");
            }
            last = Some(used.id);
            cell = cell.then(Ink::Plain, used.id);
            if let Some(edit) = used.edit {
                cell = cell.then(Ink::Faint, format!(" {}", escaped_line(edit)));
            }
        }
        cell
    }
}

/// The ink of a tier.
pub(crate) fn ink(tier: Option<Tier>) -> Ink {
    match tier {
        Some(Tier::Alert) => Ink::Alert,
        Some(Tier::Watch) => Ink::Watch,
        None => Ink::Faint,
    }
}

impl Row for CandidateRow<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::new("SCORE", 5),
        Column::new("TIER", 5),
        Column::new("NAME", 34),
        Column::new("ORGANISATION", 14),
        Column::new("IMITATES", 16),
        Column::new("HOW", 0),
    ];
    const FIELDS: &'static [&'static str] = &[
        "name",
        "registrable",
        "unicode",
        "organisation",
        "target",
        "techniques",
        "findings",
        "score",
        "tier",
        "source",
        "line",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.score_cell(),
            self.tier_cell(),
            self.name_cell(),
            Cell::plain(escaped_line(self.organisation)),
            Cell::plain(escaped_line(self.target)),
            self.techniques_cell(),
        ]
    }

    fn fields(&self) -> Vec<String> {
        let mut techniques = String::new();
        for used in &self.techniques {
            let [from, to] = used.span;
            let edit = used.edit.map(|edit| format!(":{edit}")).unwrap_or_default();
            let blank = if techniques.is_empty() { "" } else { " " };
            // A String takes everything.
            let _ = write!(techniques, "{blank}{}[{from}-{to}]{edit}", used.id);
        }
        let findings: Vec<String> = self
            .findings
            .iter()
            .map(|finding| format!("{}={:+.3}", finding.id, finding.log_odds))
            .collect();
        vec![
            self.name.to_owned(),
            self.registrable.to_owned(),
            self.unicode.clone(),
            self.organisation.to_owned(),
            self.target.to_owned(),
            techniques,
            findings.join(" "),
            self.score.to_string(),
            self.tier.clone().unwrap_or_default(),
            self.source.to_owned(),
            self.line.to_string(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Paint;
    use model::{
        Assessment, Finding, FindingId, Observation, OrganisationId, Origin, Resemblance, Score,
        Target, TechniqueId, TechniqueUse,
    };
    use names::DomainName;

    fn candidate(name: &str) -> Candidate {
        let name: DomainName = name.parse().expect("a name");
        let span = Span { from: 0, to: 6 };
        let edit = Some("a→а".to_owned());
        Candidate {
            registrable: name.clone(),
            observation: Observation {
                name,
                wildcard: false,
                origin: Origin::Line {
                    source: "-".into(),
                    line: 7,
                },
            },
            resemblance: Resemblance {
                organisation: OrganisationId::new("Pay / Pal").expect("an id"),
                target: Target::Domain("paypal.com".into()),
                span,
                techniques: vec![TechniqueUse {
                    technique: TechniqueId("homoglyph-idn"),
                    span,
                    edit,
                }],
            },
            assessment: Assessment {
                findings: vec![
                    Finding {
                        id: FindingId("prior"),
                        log_odds: -0.0,
                        says: "p".into(),
                    },
                    Finding {
                        id: FindingId("chance"),
                        log_odds: 1.25,
                        says: "c".into(),
                    },
                ],
                score: Score::from_log_odds(1.25),
                tier: Some(Tier::Watch),
            },
        }
    }

    #[test]
    fn people_see_it_defanged_and_programs_as_it_is() {
        let candidate = candidate("pаypal.example");
        let row = CandidateRow::from(&candidate);
        assert_eq!(
            row.name_cell().painted(Paint::OFF),
            "pаypal[.]example (xn--pypal-4ve[.]example)"
        );
        let json = serde_json::to_string(&row).expect("it has string keys only");
        let expected = "{\"name\":\"xn--pypal-4ve.example\",\"registrable\":\"xn--pypal-4ve.example\",\
            \"unicode\":\"pаypal.example\",\"organisation\":\"Pay / Pal\",\"target\":\"paypal.com\",\
            \"techniques\":[{\"id\":\"homoglyph-idn\",\"span\":[0,6],\"edit\":\"a→а\"}],\
            \"findings\":[{\"id\":\"prior\",\"log_odds\":0.0,\"says\":\"p\"},\
            {\"id\":\"chance\",\"log_odds\":1.25,\"says\":\"c\"}],\
            \"score\":0.7773,\"tier\":\"watch\",\"source\":\"-\",\"line\":7}";
        assert_eq!(json, expected);
        let fields = row.fields();
        assert_eq!(fields.len(), CandidateRow::FIELDS.len());
        assert_eq!(fields[5], "homoglyph-idn[0-6]:a→а");
        assert_eq!(fields[6], "prior=+0.000 chance=+1.250");
    }
}
