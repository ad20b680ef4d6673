//! What was published about a name, and how far it carries.

use super::{MARGIN, Story, long};
use crate::command::replay::claim::Claim;
use crate::command::replay::report::Seen;
use crate::output::{Ink, escaped_line};
use jiff::tz::TimeZone;
use model::Stage;

impl Story<'_> {
    /// The claims on one name, its stages and its risk.
    pub(super) fn published(&mut self, seen: &Seen<'_>) {
        let outlook = &seen.outlook;
        self.inked(
            Ink::Faint,
            &format!("{MARGIN}by what was published, without a look:"),
        );
        let day = self.sourced(&seen.event.published, &seen.event.source);
        self.fact("day", &day);
        for claim in &outlook.claims {
            self.claim(claim);
        }
        let stages = outlook.stages.iter().map(|reached| {
            let since = if outlook.is_dated {
                let day = reached.since.to_zoned(TimeZone::UTC).date();
                format!("since {}", long(day))
            } else {
                "since when is not known".to_owned()
            };
            format!("{}, {since}{}", reached.stage, techniques(reached.stage))
        });
        let stages: Vec<String> = stages.collect();
        if stages.is_empty() {
            self.fact("stage", "not known");
        } else {
            self.fact("stage", &stages.join("; "));
        }
        match &outlook.risk {
            Some(risk) => {
                let tier = risk
                    .tier
                    .map_or("below watch".to_owned(), |tier| tier.to_string());
                let (score, severity, sure) = (risk.score.value(), risk.severity, risk.confidence);
                self.fact(
                    "risk",
                    &format!("score {score:.3}, {tier}; severity {severity}; confidence {sure}"),
                );
                for finding in risk
                    .findings
                    .iter()
                    .filter(|finding| finding.id.0 != "name")
                {
                    let says = escaped_line(&finding.says);
                    self.fact("", &format!("{:+.2}  {says}", finding.log_odds));
                }
            }
            None => self.fact("risk", "not known: it resembles nobody who is guarded"),
        }
        self.fact("not known", &outlook.unknown.join(", "));
    }

    /// The claims that no domain is tied to.
    pub(super) fn untied(&mut self) {
        let claims: Vec<&Claim> = self.report.untied().collect();
        if claims.is_empty() {
            return;
        }
        self.line("");
        let heading = self.strong("Tied to no domain");
        let apart = self
            .paint
            .text(Ink::Faint, "published of the case, and weighed nowhere");
        self.line(&format!("{heading}  {apart}"));
        for claim in claims {
            let told = self.sourced(&claim.says, &claim.source);
            self.wrapped(&format!("  {:<12}", claim.kind.as_str()), &told);
        }
    }

    fn claim(&mut self, claim: &Claim) {
        let told = self.sourced(&claim.says, &claim.source);
        self.fact(claim.kind.as_str(), &told);
    }

    fn fact(&mut self, what: &str, told: &str) {
        self.wrapped(&format!("{MARGIN}  {what:<13}"), told);
    }

    fn sourced(&self, told: &str, source: &str) -> String {
        format!("{} [{}]", self.prose(told), self.prose(&short(source)))
    }
}

fn techniques(stage: Stage) -> String {
    match stage.techniques() {
        [] => String::new(),
        techniques => format!(" (ATT&CK {})", techniques.join(", ")),
    }
}

/// Sources without the paths of pages.
fn short(sources: &str) -> String {
    let words = sources.split(' ').map(|word| match word.find('/') {
        Some(path) => {
            let after = word.trim_end_matches([')', ',', ';']).len();
            format!("{}{}", &word[..path], &word[after.max(path)..])
        }
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_lose_their_paths_and_nothing_else() {
        assert_eq!(
            short("press.example/a/b; copy of c at d.example; list e.txt (f.example/g)"),
            "press.example; copy of c at d.example; list e.txt (f.example)"
        );
        assert_eq!(short("/); //"), "); ");
    }

    #[test]
    fn an_end_serves_no_technique() {
        assert_eq!(techniques(Stage::Registered), " (ATT&CK T1583.001)");
        assert_eq!(techniques(Stage::Expired), "");
    }
}
