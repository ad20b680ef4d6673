//! What a reader may see of a campaign. Every form of a campaign is made from a [`View`], so none can forget it.

mod rewrite;
mod scrub;
mod shared;
mod withhold;

use std::collections::BTreeSet;
use std::ops::Deref;

use jiff::Timestamp;
use model::{Campaign, OrganisationId, Pivot, Tie, Viewer};
use names::DomainName;

use self::rewrite::{Rewrite, rewrite};
use self::scrub::Scrub;
pub(crate) use self::shared::Shared;
use crate::text;

/// A campaign as one reader may see it.
pub(crate) struct View {
    /// What of it may be seen.
    pub(crate) campaign: Campaign,
    /// What ties the domains that are shown to some that are not.
    pub(crate) outward: Vec<Outward>,
    /// What is not shown.
    pub(crate) withheld: Withheld,
    /// What stands for values that are not shown.
    fingerprints: BTreeSet<String>,
}

/// That a domain belongs together with one that imitates an organisation whose affairs the reader may not see.
pub(crate) struct Outward {
    /// The domain that is shown.
    pub(crate) domain: DomainName,
    /// Why.
    pub(crate) reasons: Vec<Tie>,
    /// How strong it is, in thousandths of a bit.
    pub(crate) strength: u32,
    /// Since when it was there to be seen.
    pub(crate) since: Timestamp,
}

/// How much of a campaign is not shown.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Withheld {
    /// Values on persons: for each a fingerprint stands.
    pub(crate) persons: usize,
    /// Organisations.
    pub(crate) organisations: usize,
    /// Domains that imitate only these.
    pub(crate) domains: usize,
    /// Moments of such domains.
    pub(crate) moments: usize,
    /// Shared values that only such domains are known to have, or that name them.
    pub(crate) values: usize,
}

/// A view with every text made harmless, for what people look at.
pub(crate) struct Shown(View);

impl View {
    /// What `viewer` may see of `campaign`.
    ///
    /// - Values on persons are there from TLP:AMBER on; below, a fingerprint stands for each, also where a sentence has it.
    ///   What stands in a sentence in other words is not found. Analysts are "an analyst", and for the reasons that they typed
    ///   stands that they are withheld; what they decided stays. So it is, whatever the label, for who may not see all of a campaign.
    /// - Organisations that the viewer may not see by name, what imitates them, and what happened to domains that imitate only
    ///   them are left out and counted, and so are domains that the campaign had once; a sentence about the campaign as a whole stays, without their names. For a shared value
    ///   that has such a name in it a fingerprint stands, too.
    pub(crate) fn of(campaign: &Campaign, viewer: &Viewer) -> Self {
        withhold::withhold(campaign, viewer)
    }

    /// What is not shown, each in a sentence.
    pub(crate) fn withheld_in_words(&self) -> Vec<String> {
        let hidden = self.withheld;
        let mut says = vec![];
        if hidden.persons > 0 {
            let values = text::count(hidden.persons, "value", "values");
            says.push(format!(
                "{} on persons who registered domains: below TLP:AMBER a fingerprint stands for each (the begin of a SHA-256), the same wherever the value is the same",
                text::capital(&values)
            ));
        }
        if hidden.organisations > 0 {
            let others = text::count(hidden.organisations, "organisation", "organisations");
            let besides = text::domains(hidden.domains);
            says.push(format!(
                "{} aimed at as well, and {besides} imitating nobody else: they are for those organisations to read",
                text::capital(&others)
            ));
        }
        says
    }

    /// Whether a fingerprint stands for a value.
    pub(crate) fn is_fingerprint(&self, pivot: &Pivot) -> bool {
        self.fingerprints.contains(&pivot.value)
    }

    /// The same, for what people look at.
    pub(crate) fn shown(mut self) -> Shown {
        let mut names = Scrub::default();
        for member in &self.campaign.members {
            names.hide(member.domain.as_str(), &text::domain(&member.domain));
        }
        rewrite(&mut self, &Harmless { names });
        Shown(self)
    }
}

impl Shown {
    /// What `viewer` may see of `campaign`, for what people look at.
    pub(crate) fn of(campaign: &Campaign, viewer: &Viewer) -> Self {
        View::of(campaign, viewer).shown()
    }
}

impl Deref for Shown {
    type Target = View;

    fn deref(&self) -> &View {
        &self.0
    }
}

/// Whether a campaign is any business of a reader's: it imitates an organisation whose affairs the reader may see.
///
/// One that imitates nobody is the business of those who see everybody's affairs.
pub fn concerns(campaign: &Campaign, viewer: &Viewer) -> bool {
    let mut aims = campaign.members.iter().flat_map(|member| &member.aims);
    viewer.organisations.is_none() || aims.any(|aim| viewer.sees(&aim.organisation))
}

/// What a reader may see of a campaign, for whoever shows it to people in a form of their own.
#[derive(Clone, PartialEq, Debug)]
pub struct ForPeople {
    /// What of it may be seen; every text in it is harmless, and names and addresses in it are defanged.
    pub campaign: Campaign,
    /// What is not shown, each in a sentence.
    pub withheld: Vec<String>,
}

/// What `viewer` may see of a campaign, for people to look at.
pub fn for_people(campaign: &Campaign, viewer: &Viewer) -> ForPeople {
    let view = Shown::of(campaign, viewer);
    let withheld = view.withheld_in_words();
    let mut campaign = view.0.campaign;
    let inert = |pivot: &mut Pivot| pivot.value = text::inert(pivot.kind, &pivot.value);
    for link in &mut campaign.links {
        for tie in &mut link.reasons {
            if let Tie::Shared { pivot, .. } = tie {
                inert(pivot);
            }
        }
    }
    for centre in &mut campaign.centre {
        inert(&mut centre.pivot);
    }
    ForPeople { campaign, withheld }
}

/// Makes every text harmless.
struct Harmless {
    /// The domains of the campaign, to be defanged where a sentence names them.
    names: Scrub,
}

impl Rewrite for Harmless {
    fn sentence(&self, text: &str) -> String {
        text::sentence(&self.names.scrubbed(text::begin(text)))
    }

    fn person(&self, text: &str) -> String {
        text::value(text)
    }

    fn pivot(&self, pivot: &Pivot) -> String {
        text::value(&pivot.value)
    }

    fn imitation(&self, text: &str) -> String {
        text::value(text)
    }

    fn organisation(&self, id: &OrganisationId) -> OrganisationId {
        let shown = names::escaped(id.as_str()).to_string();
        let shown: String = shown.chars().take(200).collect();
        OrganisationId::new(&shown).expect("an id that was escaped is printable; it is cut to 200")
    }
}
