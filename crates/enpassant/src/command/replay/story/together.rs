//! What belongs together, who is said to be behind it, and what speaks against.

use super::{Story, long};
use crate::command::replay::case::{Event, When};
use crate::command::replay::claim::ClaimKind;
use crate::output::{Ink, counted, escaped_line};
use model::{Basis, Campaign, Hypothesis, Member, Tier, Witness};
use names::{DomainName, defanged};

impl Story<'_> {
    /// The campaigns, as they were joined.
    pub(super) fn together(&mut self) {
        let together = &self.report.together;
        if together.campaigns.is_empty() {
            return;
        }
        self.line("");
        let heading = self.strong("Together");
        let apart = self
            .paint
            .text(Ink::Faint, "by what was published, joined as the days came");
        self.line(&format!("{heading}  {apart}"));
        for campaign in &together.campaigns {
            self.campaign(campaign);
        }
        for event in &together.alone {
            self.alone(event);
        }
    }

    /// A name that nothing ties to another, with who says that it belongs to somebody.
    fn alone(&mut self, event: &Event) {
        let claims = self
            .report
            .case
            .claims
            .iter()
            .filter(|claim| claim.domains.contains(&event.domain));
        let said = claims.filter_map(|claim| match (&claim.attributed, claim.kind) {
            (Some((by, set)), _) => {
                Some(format!("{} says {}", escaped_line(by), escaped_line(set)))
            }
            (None, ClaimKind::Link) => Some(format!(
                "said to be linked, not by what ({})",
                self.prose(&claim.source)
            )),
            _ => None,
        });
        let said: Vec<String> = said.collect();
        let said = if said.is_empty() {
            String::new()
        } else {
            format!("; {}", said.join("; "))
        };
        self.wrapped(
            "  apart     ",
            &format!(
                "{}: no value was published that ties it to another name{said}",
                shown(&event.domain)
            ),
        );
    }

    fn campaign(&mut self, campaign: &Campaign) {
        let aimed: Vec<String> = campaign
            .organisations()
            .iter()
            .map(|id| self.organisation(id.as_str()))
            .collect();
        let title = format!(
            "{} “{}”: {} aimed at {}",
            campaign.id,
            campaign.name,
            counted(campaign.members.len() as u64, "name"),
            aimed.join(", "),
        );
        let title = self.strong(&title);
        self.line(&format!("  {title}"));
        for joining in &self.report.together.joinings {
            let event = joining.event;
            if campaign
                .members
                .iter()
                .all(|member| member.domain != event.domain)
            {
                continue;
            }
            let day = match &event.when {
                When::Assumed { day, .. } => format!("{}, assumed", long(*day)),
                _ => event.when.day().map_or_else(String::new, long),
            };
            let link = &joining.link;
            let other = if link.one == event.domain {
                &link.other
            } else {
                &link.one
            };
            let ties: Vec<String> = link.reasons.iter().map(judge::tie_says).collect();
            self.wrapped(
                &format!("  {day:<24}"),
                &format!(
                    "{} joins {}: {}; {:.1} bits",
                    shown(&event.domain),
                    shown(other),
                    ties.join("; "),
                    f64::from(link.strength) / 1000.0,
                ),
            );
        }
        self.tied(campaign);
        for hypothesis in &campaign.hypotheses {
            self.hypothesis(hypothesis);
        }
        if campaign
            .hypotheses
            .iter()
            .all(|hypothesis| hypothesis.basis != Basis::Compared)
        {
            self.wrapped(
                "  our own   ",
                "nobody that we could name: no published campaign at hand shares anything with it",
            );
        }
    }

    /// The names that only the company they keep ties to the campaign.
    fn tied(&mut self, campaign: &Campaign) {
        let promoted = campaign
            .members
            .iter()
            .filter(|member| member.aims.iter().any(|aim| aim.promoted.is_some()));
        let is_alert = |member: &&Member| {
            let mut aims = member.aims.iter();
            aims.any(|aim| aim.tier == Some(Tier::Alert))
        };
        let (alerts, raised): (Vec<&Member>, Vec<&Member>) = promoted.partition(is_alert);
        let told = [
            (
                "  tied      ",
                alerts,
                "alerts by their names alone; but what they imitate is a service that many use, so by themselves they tell \
                 nothing of the campaign: what ties them to it is the registrant",
            ),
            (
                "  raised    ",
                raised,
                "by their names less than alerts; raised for the registrant, whom they share with one",
            ),
        ];
        for (head, members, says) in told {
            let names: Vec<String> = members.iter().map(|it| shown(&it.domain)).collect();
            if !names.is_empty() {
                self.wrapped(head, &format!("{}: {says}", names.join(", ")));
            }
        }
    }

    fn hypothesis(&mut self, hypothesis: &Hypothesis) {
        let set = escaped_line(&hypothesis.set);
        let by = match &hypothesis.basis {
            Basis::Claimed { by, source } => {
                format!("says {} [{}]", escaped_line(by), self.prose(source))
            }
            Basis::Compared => "by our own comparison".to_owned(),
            Basis::Decided { decision } => format!("by decision {decision}"),
        };
        let (from, to) = hypothesis.likelihood.percent();
        self.wrapped(
            "  who       ",
            &format!(
                "{set}, {by}: {} ({from} to {to} %), confidence {}",
                hypothesis.likelihood, hypothesis.confidence
            ),
        );
        let answer = self.report.known.lookup(&hypothesis.set);
        for group in &answer.groups {
            let names = group.names();
            let others = names
                .iter()
                .map(|named| named.name)
                .filter(|name| !name.eq_ignore_ascii_case(&hypothesis.set));
            let others: Vec<String> = others.take(12).map(escaped_line).collect();
            let ids: Vec<String> = group.sets.iter().map(|set| set.id.to_string()).collect();
            self.wrapped(
                "  names     ",
                &format!(
                    "{} of {} [{}; `enpassant actor` has all, with who says so]",
                    others.join(", "),
                    counted(names.len() as u64, "name"),
                    ids.join(", ")
                ),
            );
        }
        self.witnesses("  for       ", &hypothesis.speaks_for);
        self.witnesses("  against   ", &hypothesis.speaks_against);
    }

    fn witnesses(&mut self, head: &str, witnesses: &[Witness]) {
        for witness in witnesses {
            let says = self.prose(&witness.says);
            self.wrapped(head, &format!("{says} ({})", witness.grade));
        }
    }
}

fn shown(domain: &DomainName) -> String {
    defanged(&domain.to_unicode()).to_string()
}
