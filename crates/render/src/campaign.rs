//! Campaigns as JSON, for programs.

use model::{
    Aim, Basis, Campaign, Centre, Hypothesis, Link, Member, Moment, Pivot, Tie, Viewer, Witness,
};
use serde_json::{Value, json};

use crate::indicators::{Validity, indicators_json, of_view};
use crate::risk::stages;
use crate::text::bits;
use crate::view::{Outward, View, concerns};

/// The version that is written.
const VERSION: u64 = 1;

/// A campaign as a JSON object, as far as `viewer` may see it.
///
/// Times are as in RFC 3339; where only a day is known, `day_only` is true and the time is its first instant in UTC. Where it was not
/// published on which of several days a domain was there first, these are `possible`, `first` is the earliest of them, `since` of its
/// stages is null, and what is told of one of them is `assumed`. Strengths are bits.
/// `tlp` is the label up to which it was made, and `withheld` tells how much of what is not in it; a value on a person that may not be
/// seen is a fingerprint, with `withheld` true. Text is as it came and may be hostile.
pub fn campaign(campaign: &Campaign, viewer: &Viewer) -> Value {
    let view = View::of(campaign, viewer);
    let seen = &view.campaign;
    let mut written = row(&view);
    let more = json!({
        "version": VERSION,
        "tlp": viewer.tlp.as_str(),
        "members": seen.members.iter().map(member).collect::<Vec<_>>(),
        "links": seen.links.iter().map(|link| self::link(&view, link)).collect::<Vec<_>>(),
        "links_outward": view.outward.iter().map(|link| outward(&view, link)).collect::<Vec<_>>(),
        "centre": seen.centre.iter().map(|centre| self::centre(&view, centre)).collect::<Vec<_>>(),
        "timeline": seen.timeline.iter().map(|moment| self::moment(seen, moment)).collect::<Vec<_>>(),
        "hypotheses": seen.hypotheses.iter().map(hypothesis).collect::<Vec<_>>(),
        "indicators": indicators_json(&of_view(&view, &Validity::USUAL)),
    });
    if let (Value::Object(written), Value::Object(more)) = (&mut written, more) {
        written.extend(more);
    }
    written
}

/// The campaigns that concern `viewer`, a row for each, in the order given; `not_concerned` is the number of the others.
pub fn campaigns(campaigns: &[Campaign], viewer: &Viewer) -> Value {
    let theirs = campaigns.iter().filter(|it| concerns(it, viewer));
    let rows: Vec<Value> = theirs.map(|it| row(&View::of(it, viewer))).collect();
    json!({
        "version": VERSION,
        "tlp": viewer.tlp.as_str(),
        "not_concerned": campaigns.len() - rows.len(),
        "campaigns": rows,
    })
}

/// What is said of a campaign in a list.
fn row(view: &View) -> Value {
    let seen = &view.campaign;
    let active = seen.active();
    let organisations = seen.organisations();
    let sets = seen.hypotheses.iter().map(|hypothesis| {
        json!({
            "set": hypothesis.set,
            "likelihood": hypothesis.likelihood.as_str(),
            "confidence": hypothesis.confidence.as_str(),
            "claimed": matches!(hypothesis.basis, Basis::Claimed { .. }),
            "confirmed": hypothesis.verdict.as_ref().map(|verdict| verdict.confirmed),
        })
    });
    json!({
        "id": seen.id.0,
        "name": seen.name,
        "domains": seen.members.len(),
        "alerts": seen.alerts(),
        "organisations": organisations.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        "first": active.map(|(first, _)| first.to_string()),
        "last": active.map(|(_, last)| last.to_string()),
        "stage": seen.stage().map(model::Stage::as_str),
        "sets": sets.collect::<Vec<_>>(),
        "withheld": {
            "persons": view.withheld.persons,
            "organisations": view.withheld.organisations,
            "domains": view.withheld.domains,
            "moments": view.withheld.moments,
            "values": view.withheld.values,
        },
    })
}

fn member(member: &Member) -> Value {
    let aim = |aim: &Aim| {
        json!({
            "organisation": aim.organisation.as_str(),
            "name": aim.name,
            "imitated": aim.imitated,
            "tier": aim.tier.map(|tier| tier.to_string()),
            "promoted": aim.promoted,
            "let_pass": aim.let_pass,
        })
    };
    let mut stages = stages(&member.stages);
    let written = stages.as_array_mut().into_iter().flatten();
    for (stage, reached) in written.zip(&member.stages) {
        if member.is_assumed(reached.since) {
            stage["since"] = Value::Null;
        }
    }
    json!({
        "domain": member.domain.as_str(),
        "first": member.first.to_string(),
        "possible": member.possible.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "aims": member.aims.iter().map(aim).collect::<Vec<_>>(),
        "stages": stages,
    })
}

fn link(view: &View, link: &Link) -> Value {
    json!({
        "one": link.one.as_str(),
        "other": link.other.as_str(),
        "reasons": reasons(view, &link.reasons),
        "strength_bits": bits(link.strength),
        "since": link.since.to_string(),
        "assumed": view.campaign.is_assumed(link.since, &[&link.one, &link.other]),
    })
}

fn outward(view: &View, link: &Outward) -> Value {
    json!({
        "domain": link.domain.as_str(),
        "reasons": reasons(view, &link.reasons),
        "strength_bits": bits(link.strength),
        "since": link.since.to_string(),
        "assumed": view.campaign.is_assumed(link.since, &[&link.domain]),
    })
}

fn reasons(view: &View, reasons: &[Tie]) -> Vec<Value> {
    let reason = |tie: &Tie| match tie {
        Tie::Shared {
            pivot,
            holders,
            strength,
            claimed,
        } => json!({
            "shared": self::pivot(view, pivot),
            "holders": holders,
            "strength_bits": bits(*strength),
            "claimed": claimed,
        }),
        Tie::Pinned { by, why } => json!({ "pinned": { "by": by, "why": why } }),
    };
    reasons.iter().map(reason).collect()
}

fn pivot(view: &View, pivot: &Pivot) -> Value {
    json!({
        "kind": pivot.kind.as_str(),
        "value": pivot.value,
        "withheld": view.is_fingerprint(pivot),
    })
}

fn centre(view: &View, centre: &Centre) -> Value {
    json!({
        "shared": pivot(view, &centre.pivot),
        "within": centre.within,
        "holders": centre.holders,
        "strength_bits": bits(centre.strength),
    })
}

fn moment(campaign: &Campaign, moment: &Moment) -> Value {
    let domain = moment.domain.as_ref();
    json!({
        "at": moment.at.to_string(),
        "day_only": moment.day_only,
        "assumed": domain.is_some_and(|domain| campaign.is_assumed(moment.at, &[domain])),
        "domain": domain.map(names::DomainName::as_str),
        "kind": moment.kind.as_str(),
        "says": moment.says,
        "why": moment.why,
    })
}

fn hypothesis(hypothesis: &Hypothesis) -> Value {
    let (least, most) = hypothesis.likelihood.percent();
    let basis = match &hypothesis.basis {
        Basis::Compared => json!({ "kind": "compared" }),
        Basis::Claimed { by, source } => json!({ "kind": "claimed", "by": by, "source": source }),
        Basis::Decided { decision } => json!({ "kind": "decided", "decision": decision }),
    };
    let witnesses = |witnesses: &[Witness]| -> Vec<Value> {
        let witness = |it: &Witness| json!({ "says": it.says, "admiralty": it.grade.to_string() });
        witnesses.iter().map(witness).collect()
    };
    let verdict = hypothesis.verdict.as_ref().map(|verdict| {
        json!({
            "confirmed": verdict.confirmed,
            "by": verdict.by,
            "at": verdict.at.to_string(),
            "why": verdict.why,
        })
    });
    json!({
        "set": hypothesis.set,
        "ids": hypothesis.ids,
        "basis": basis,
        "likelihood": hypothesis.likelihood.as_str(),
        "percent": [least, most],
        "confidence": hypothesis.confidence.as_str(),
        "for": witnesses(&hypothesis.speaks_for),
        "against": witnesses(&hypothesis.speaks_against),
        "rivals": hypothesis.rivals,
        "verdict": verdict,
    })
}
