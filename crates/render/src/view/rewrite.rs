//! A campaign with each of its texts written anew.

use model::{Basis, Hypothesis, OrganisationId, Pivot, Tie};

use super::View;

/// How each kind of text is written anew.
pub(super) trait Rewrite {
    /// A sentence, or a title: words of ours or of others, with anything in them.
    fn sentence(&self, text: &str) -> String;
    /// Who of our own people did something.
    fn person(&self, text: &str) -> String;
    /// Why they did it, in their words.
    fn reason(&self, text: &str) -> String {
        self.sentence(text)
    }
    /// The value of a pivot.
    fn pivot(&self, pivot: &Pivot) -> String;
    /// A name that was seen to imitate, or what it imitates.
    fn imitation(&self, text: &str) -> String;
    /// The id of an organisation.
    fn organisation(&self, id: &OrganisationId) -> OrganisationId;
}

/// Writes every text of a view anew: all but what is checked or made by us, as the id, domains and times are.
pub(super) fn rewrite(view: &mut View, how: &impl Rewrite) {
    let campaign = &mut view.campaign;
    campaign.name = how.sentence(&campaign.name);
    for member in &mut campaign.members {
        for aim in &mut member.aims {
            aim.organisation = how.organisation(&aim.organisation);
            aim.name = how.imitation(&aim.name);
            aim.imitated = how.imitation(&aim.imitated);
            aim.promoted = aim.promoted.as_deref().map(|text| how.sentence(text));
        }
        for reached in &mut member.stages {
            reached.says = how.sentence(&reached.says);
        }
    }
    let inside = campaign.links.iter_mut().flat_map(|link| &mut link.reasons);
    let outside = view.outward.iter_mut().flat_map(|link| &mut link.reasons);
    for tie in inside.chain(outside) {
        match tie {
            Tie::Shared { pivot, .. } => pivot.value = how.pivot(pivot),
            Tie::Pinned { by, why } => {
                *by = how.person(by);
                *why = how.reason(why);
            }
        }
    }
    for centre in &mut campaign.centre {
        centre.pivot.value = how.pivot(&centre.pivot);
    }
    for moment in &mut campaign.timeline {
        moment.says = how.sentence(&moment.says);
        moment.why = moment.why.as_deref().map(|why| how.reason(why));
    }
    for hypothesis in &mut campaign.hypotheses {
        rewrite_hypothesis(hypothesis, how);
    }
}

fn rewrite_hypothesis(hypothesis: &mut Hypothesis, how: &impl Rewrite) {
    hypothesis.set = how.sentence(&hypothesis.set);
    for id in &mut hypothesis.ids {
        *id = how.sentence(id);
    }
    if let Basis::Claimed { by, source } = &mut hypothesis.basis {
        *by = how.sentence(by);
        *source = how.sentence(source);
    }
    let witnesses = hypothesis.speaks_for.iter_mut();
    for witness in witnesses.chain(&mut hypothesis.speaks_against) {
        witness.says = how.sentence(&witness.says);
    }
    for rival in &mut hypothesis.rivals {
        *rival = how.sentence(rival);
    }
    if let Some(verdict) = &mut hypothesis.verdict {
        verdict.by = how.person(&verdict.by);
        verdict.why = how.reason(&verdict.why);
    }
}
