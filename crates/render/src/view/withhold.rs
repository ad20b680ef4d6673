//! What a reader may not see, taken out.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use model::{
    Basis, Campaign, Link, MomentKind, OrganisationId, Pivot, PivotFamily, PivotKind, Tie, Viewer,
};
use names::DomainName;
use sha2::{Digest, Sha256};

use super::rewrite::{Rewrite, rewrite};
use super::scrub::Scrub;
use super::{Outward, View, Withheld};

/// What `viewer` may see of `campaign`; see [`View::of`].
pub(super) fn withhold(campaign: &Campaign, viewer: &Viewer) -> View {
    let mut hidden = Hidden {
        persons: !viewer.sees_persons(),
        ..Hidden::default()
    };
    hidden.hide_organisations(campaign, viewer);
    hidden.hide_values(campaign);
    if hidden.persons {
        hidden.hide_analysts(campaign);
    }
    if viewer.organisations.is_some() {
        hidden.hide_former(campaign);
    }
    hidden.typed = hidden.persons || !hidden.domains.is_empty();
    let mut campaign = campaign.clone();
    let outward = hidden.leave_out(&mut campaign, viewer);
    if hidden.typed {
        hidden.number_reasons(&campaign.links, &outward);
    }
    let mut view = View {
        campaign,
        outward,
        withheld: hidden.counted,
        fingerprints: hidden.values.values().cloned().collect(),
    };
    rewrite(&mut view, &hidden);
    view
}

/// What is not to be shown.
#[derive(Default)]
struct Hidden {
    /// Whether persons are not.
    persons: bool,
    /// Whether what analysts typed is not: it may name persons and others, in words that nobody can look for.
    typed: bool,
    /// Domains that imitate only organisations whose affairs the reader may not see.
    domains: BTreeSet<DomainName>,
    /// Values, each with its fingerprint.
    values: BTreeMap<Pivot, String>,
    /// Reasons for which analysts tied domains, each with its number.
    reasons: BTreeMap<String, usize>,
    /// Words, as they may stand in sentences.
    words: Scrub,
    /// Those of them that are names: what is imitated may be a word such as `mail`, which stands in many a host's name.
    names: Scrub,
    counted: Withheld,
}

impl Hidden {
    fn hide_organisations(&mut self, campaign: &Campaign, viewer: &Viewer) {
        let aims = campaign.members.iter().flat_map(|member| &member.aims);
        let (ours, theirs): (Vec<_>, Vec<_>) = aims.partition(|aim| viewer.sees(&aim.organisation));
        let ours: BTreeSet<String> = ours
            .iter()
            .flat_map(|aim| [aim.imitated.to_lowercase(), aim.name.to_lowercase()])
            .collect();
        let known = |text: &str| ours.contains(&text.to_lowercase());
        let mut organisations: BTreeSet<&OrganisationId> = BTreeSet::new();
        for aim in theirs {
            if organisations.insert(&aim.organisation) {
                self.hide_name(aim.organisation.as_str(), "another organisation");
            }
            if !known(&aim.name) {
                self.hide_name(&aim.name, "a name not shown");
            }
            let imitated = "another organisation's name";
            if aim.imitated.contains('.') && !known(&aim.imitated) {
                self.hide_name(&aim.imitated, imitated);
            } else if !known(&aim.imitated) {
                self.words.hide(&aim.imitated, imitated);
            }
        }
        for member in &campaign.members {
            let mut aims = member.aims.iter();
            if !member.aims.is_empty() && !aims.any(|aim| viewer.sees(&aim.organisation)) {
                self.hide_domain(&member.domain);
            }
        }
        self.counted.organisations = organisations.len();
        self.counted.domains = self.domains.len();
    }

    /// Hides domains that happened to the campaign and are no members now: whom they imitate is not known here, so perhaps
    /// only others.
    fn hide_former(&mut self, campaign: &Campaign) {
        let members = campaign.members.iter().map(|member| &member.domain);
        let members: BTreeSet<&DomainName> = members.collect();
        let moments = campaign.timeline.iter();
        let about = moments.filter(|moment| {
            use MomentKind::{Changed, Decided, Joined, Promoted};
            matches!(moment.kind, Joined | Promoted | Changed | Decided)
        });
        let former = about.flat_map(|moment| {
            let words = moment.says.split_whitespace();
            let told = words.filter_map(|word| domain(word.trim_matches([',', ':', ';', '.'])));
            told.chain(moment.domain.clone())
        });
        for domain in former.filter(|domain| !members.contains(domain)) {
            self.hide_domain(&domain);
        }
    }

    fn hide_domain(&mut self, domain: &DomainName) {
        let instead = "a domain not shown";
        self.words.hide_domain(domain, instead);
        self.names.hide_domain(domain, instead);
        self.domains.insert(domain.clone());
    }

    fn hide_name(&mut self, name: &str, instead: &str) {
        self.words.hide(name, instead);
        self.names.hide(name, instead);
    }

    /// Hides values on persons, and those with a hidden name in them.
    fn hide_values(&mut self, campaign: &Campaign) {
        for pivot in pivots(campaign) {
            let personal = self.persons && pivot.kind.is_personal();
            if self.values.contains_key(pivot) || !(personal || self.is_named_in(pivot)) {
                continue;
            }
            self.values.insert(pivot.clone(), fingerprint(pivot));
            if personal {
                self.counted.persons += 1;
            } else {
                self.counted.values += 1;
            }
        }
        // Only now: what takes the place of one value is not looked for in the next.
        for (pivot, fingerprint) in &self.values {
            self.words.hide(&pivot.value, fingerprint);
        }
    }

    fn is_named_in(&self, pivot: &Pivot) -> bool {
        let words = match (pivot.kind, pivot.kind.family()) {
            (PivotKind::FormTarget, _) => &self.names,
            (_, PivotFamily::Page | PivotFamily::Naming | PivotFamily::Registrant) => &self.words,
            _ => &self.names,
        };
        words.scrubbed(&pivot.value) != pivot.value
    }

    fn hide_analysts(&mut self, campaign: &Campaign) {
        let ties = campaign.links.iter().flat_map(|link| &link.reasons);
        let pinned = ties.filter_map(|tie| match tie {
            Tie::Pinned { by, .. } => Some(by),
            Tie::Shared { .. } => None,
        });
        let hypotheses = campaign.hypotheses.iter();
        let verdicts = hypotheses.filter_map(|it| it.verdict.as_ref());
        for analyst in pinned.chain(verdicts.map(|verdict| &verdict.by)) {
            self.words.hide(analyst, "an analyst");
        }
        // A set that only an analyst names, and the knowledge of actors does not: anything may have been typed.
        let typed = campaign
            .hypotheses
            .iter()
            .filter(|it| matches!(it.basis, Basis::Decided { .. }) && it.ids.is_empty());
        for hypothesis in typed {
            self.words.hide(&hypothesis.set, "(name withheld)");
        }
    }

    /// Numbers the reasons of ties, so that ties for two reasons do not look like ties for one.
    fn number_reasons(&mut self, links: &[Link], outward: &[Outward]) {
        let inside = links.iter().flat_map(|link| &link.reasons);
        let outside = outward.iter().flat_map(|link| &link.reasons);
        for tie in inside.chain(outside) {
            if let Tie::Pinned { why, .. } = tie {
                let next = self.reasons.len() + 1;
                self.reasons.entry(why.clone()).or_insert(next);
            }
        }
    }

    /// Leaves out what is about hidden domains and organisations; gives the links that lead to such domains.
    fn leave_out(&mut self, campaign: &mut Campaign, viewer: &Viewer) -> Vec<Outward> {
        let shown = |domain: &DomainName| !self.domains.contains(domain);
        campaign.members.retain(|member| shown(&member.domain));
        for member in &mut campaign.members {
            member.aims.retain(|aim| viewer.sees(&aim.organisation));
        }
        let moments = campaign.timeline.len();
        campaign
            .timeline
            .retain(|moment| moment.domain.as_ref().is_none_or(shown));
        self.counted.moments = moments - campaign.timeline.len();

        let mut outward = vec![];
        campaign.links.retain(|link| {
            let domain = match (shown(&link.one), shown(&link.other)) {
                (true, true) => return true,
                (true, false) => &link.one,
                (false, true) => &link.other,
                (false, false) => return false,
            };
            outward.push(Outward::of(link, domain));
            false
        });
        if !self.domains.is_empty() {
            let outside = outward.iter().flat_map(|outward| &outward.reasons);
            let inside = campaign.links.iter().flat_map(|link| &link.reasons);
            let known: BTreeSet<Pivot> =
                inside.chain(outside).filter_map(shared).cloned().collect();
            let values = campaign.centre.len();
            campaign
                .centre
                .retain(|centre| known.contains(&centre.pivot));
            self.counted.values += values - campaign.centre.len();
        }
        outward
    }
}

impl Rewrite for Hidden {
    fn sentence(&self, text: &str) -> String {
        self.words.scrubbed(text)
    }

    fn person(&self, text: &str) -> String {
        if self.persons {
            "an analyst".to_owned()
        } else {
            text.to_owned()
        }
    }

    fn reason(&self, text: &str) -> String {
        match self.reasons.get(text) {
            _ if !self.typed => self.sentence(text),
            Some(number) if self.reasons.len() > 1 => format!("(reason {number} withheld)"),
            _ => "(reason withheld)".to_owned(),
        }
    }

    fn pivot(&self, pivot: &Pivot) -> String {
        let fingerprint = self.values.get(pivot);
        fingerprint.unwrap_or(&pivot.value).clone()
    }

    fn imitation(&self, text: &str) -> String {
        text.to_owned()
    }

    fn organisation(&self, id: &OrganisationId) -> OrganisationId {
        id.clone()
    }
}

impl Outward {
    fn of(link: &Link, domain: &DomainName) -> Self {
        Self {
            domain: domain.clone(),
            reasons: link.reasons.clone(),
            strength: link.strength,
            since: link.since,
        }
    }
}

/// All values that are shared, some of them several times.
fn pivots(campaign: &Campaign) -> impl Iterator<Item = &Pivot> {
    let ties = campaign.links.iter().flat_map(|link| &link.reasons);
    let centre = campaign.centre.iter().map(|centre| &centre.pivot);
    ties.filter_map(shared).chain(centre)
}

fn shared(tie: &Tie) -> Option<&Pivot> {
    match tie {
        Tie::Shared { pivot, .. } => Some(pivot),
        Tie::Pinned { .. } => None,
    }
}

/// What stands for a value that a reader may not see: `sha256:` and the first 16 digits of the SHA-256 of its kind, a zero byte
/// and itself.
///
/// The same value has the same fingerprint in all reports, so that two can be compared. Who guesses a value can check it so:
/// it hides a value from readers, not from those who know it.
fn fingerprint(pivot: &Pivot) -> String {
    let mut hash = Sha256::new();
    hash.update(pivot.kind.as_str());
    hash.update([0]);
    hash.update(&pivot.value);
    format!("sha256:{}", HEXLOWER.encode(&hash.finalize()[..8]))
}

/// A domain as sentences have it.
fn domain(word: &str) -> Option<DomainName> {
    word.contains("[.]")
        .then(|| word.replace("[.]", ".").parse().ok())?
}
