//! What to look for in one's own logs, from when until when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use model::{Campaign, Member, MomentKind, PivotKind, Viewer};
use names::DomainName;
use serde_json::{Value, json};

use crate::text;
use crate::view::{Shared, View};

/// Something that can be searched for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Indicator {
    /// What it is.
    pub kind: IndicatorKind,
    /// As it stands in logs; may be hostile where it is no name, address or hash.
    pub value: String,
    /// From when on it was the campaign's.
    pub valid_from: Timestamp,
    /// Whether that is the earliest of several possible days, of which it was not published which it was.
    pub assumed: bool,
    /// Until when it is worth searching for: the last activity, and some time after it.
    pub valid_until: Timestamp,
    /// Why it is one, in a sentence.
    pub why: String,
}

/// Kinds of [`Indicator`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IndicatorKind {
    /// A registrable domain, with all that is under it.
    Domain,
    /// A host: a name that imitates, a name server, a mail exchanger.
    Host,
    /// An IPv4 or IPv6 address.
    Address,
    /// A mailbox.
    Mailbox,
    /// The SHA-256 of a certificate.
    Certificate,
    /// The SHA-256 of a certificate's public key (SPKI).
    PublicKey,
    /// Where a form posts credentials to.
    FormTarget,
}

/// From which rarity on a shared value is an indicator, and for how long after the last activity one is worth searching for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Validity {
    /// Domains and hosts: they lie in mailboxes, and lures are clicked late.
    pub domain: SignedDuration,
    /// Addresses: they are given to the next customer soon.
    pub address: SignedDuration,
    /// Mailboxes, certificates, keys and targets of forms: nobody else comes to have them.
    pub other: SignedDuration,
    /// How strong a shared value has to be, in thousandths of a bit. Whatever its strength, at least half of those that are known to have
    /// it must be of the campaign: else a search would mostly find strangers.
    pub rare: u32,
}

impl Validity {
    /// 90 days for domains and hosts, 30 for addresses, 180 for the rest; values of 8 bits and more.
    pub const USUAL: Self = Self {
        domain: SignedDuration::from_hours(24 * 90),
        address: SignedDuration::from_hours(24 * 30),
        other: SignedDuration::from_hours(24 * 180),
        rare: 8_000,
    };

    fn after(&self, kind: IndicatorKind) -> SignedDuration {
        match kind {
            IndicatorKind::Domain | IndicatorKind::Host => self.domain,
            IndicatorKind::Address => self.address,
            IndicatorKind::Mailbox
            | IndicatorKind::Certificate
            | IndicatorKind::PublicKey
            | IndicatorKind::FormTarget => self.other,
        }
    }
}

impl IndicatorKind {
    /// Its id: `domain`, `public-key`, ….
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Host => "host",
            Self::Address => "address",
            Self::Mailbox => "mailbox",
            Self::Certificate => "certificate",
            Self::PublicKey => "public-key",
            Self::FormTarget => "form-target",
        }
    }

    /// What the shared values of a kind of pivot can be searched for as, if at all.
    fn of(pivot: PivotKind) -> Option<Self> {
        match pivot {
            PivotKind::NameServer | PivotKind::MailExchanger => Some(Self::Host),
            PivotKind::Address => Some(Self::Address),
            PivotKind::RegistrantEmail | PivotKind::ZoneMailbox => Some(Self::Mailbox),
            PivotKind::Certificate => Some(Self::Certificate),
            PivotKind::PublicKey => Some(Self::PublicKey),
            PivotKind::FormTarget => Some(Self::FormTarget),
            _ => None,
        }
    }
}

/// What there is to search for of a campaign, as far as `viewer` may see it: its domains and the names seen under them, and
/// what rare things they share. The kinds in their order, and of each the earliest first. What analysts let pass is not searched
/// for, nor what only such domains are known to have.
pub fn indicators(campaign: &Campaign, viewer: &Viewer, validity: &Validity) -> Vec<Indicator> {
    of_view(&View::of(campaign, viewer), validity)
}

/// As [`indicators`].
pub(crate) fn of_view(view: &View, validity: &Validity) -> Vec<Indicator> {
    let pursued = view.campaign.pursued();
    let last = last_activity(&view.campaign);
    let mut all = vec![];
    for member in &pursued {
        let until = last[&member.domain];
        all.push(named(member, until, validity));
        all.extend(hosts(member, until, validity));
    }
    if !pursued.is_empty() {
        let pursued = pursued.iter().map(|member| &member.domain).collect();
        all.extend(shared(view, &pursued, &last, validity));
    }
    all.sort_by(|a, b| {
        let key = |it: &Indicator| (it.kind, it.valid_from);
        key(a).cmp(&key(b)).then_with(|| a.value.cmp(&b.value))
    });
    all.dedup_by(|a, b| (a.kind, &a.value) == (b.kind, &b.value));
    all
}

/// Indicators as a JSON array: `kind`, `value`, `valid_from`, `assumed`, `valid_until`, `why`.
pub fn indicators_json(indicators: &[Indicator]) -> Value {
    let written = indicators.iter().map(|indicator| {
        json!({
            "kind": indicator.kind.as_str(),
            "value": indicator.value,
            "valid_from": indicator.valid_from.to_string(),
            "assumed": indicator.assumed,
            "valid_until": indicator.valid_until.to_string(),
            "why": indicator.why,
        })
    });
    written.collect()
}

/// Indicators as CSV (RFC 4180) with a line of headings, for programs: values stand as they are, also those that a spreadsheet would
/// take for a formula.
///
/// # Panics
/// Never: each line has as many fields as the first, and writing to memory does not fail.
pub fn indicators_csv(indicators: &[Indicator]) -> String {
    const WRITES: &str = "lines have six fields each, and writing to memory does not fail";
    let mut csv = csv::Writer::from_writer(vec![]);
    csv.write_record([
        "kind",
        "value",
        "valid_from",
        "assumed",
        "valid_until",
        "why",
    ])
    .expect(WRITES);
    for indicator in indicators {
        let (from, until) = (indicator.valid_from, indicator.valid_until);
        csv.write_record([
            indicator.kind.as_str(),
            &indicator.value,
            &from.to_string(),
            &indicator.assumed.to_string(),
            &until.to_string(),
            &indicator.why,
        ])
        .expect(WRITES);
    }
    let bytes = csv.into_inner().expect(WRITES);
    String::from_utf8(bytes).expect("only text was written")
}

/// The last time that each domain did something, or was seen.
fn last_activity(campaign: &Campaign) -> BTreeMap<&DomainName, Timestamp> {
    let mut last = BTreeMap::new();
    for member in &campaign.members {
        let reached = member.stages.iter().filter(|it| !it.stage.is_end());
        let reached = reached.map(|reached| reached.since);
        last.insert(
            &member.domain,
            reached.fold(member.first_at_latest(), Timestamp::max),
        );
    }
    for moment in &campaign.timeline {
        let active = match moment.kind {
            MomentKind::Stage(stage) => !stage.is_end(),
            kind => kind == MomentKind::Seen,
        };
        let domain = moment.domain.as_ref().filter(|_| active);
        if let Some(known) = domain.and_then(|domain| last.get_mut(domain)) {
            *known = moment.at.max(*known);
        }
    }
    last
}

fn named(member: &Member, last: Timestamp, validity: &Validity) -> Indicator {
    let imitated: Vec<String> = member
        .aims
        .iter()
        .filter(|aim| !aim.let_pass)
        .map(|aim| aim.organisation.to_string())
        .collect();
    let why = if imitated.is_empty() {
        "imitates nobody; tied to the campaign by what it shares".to_owned()
    } else {
        format!("imitates {}", text::list(&imitated, 5))
    };
    Indicator {
        kind: IndicatorKind::Domain,
        value: member.domain.to_string(),
        valid_from: member.first,
        assumed: member.is_assumed(member.first),
        valid_until: later(last, validity.domain),
        why,
    }
}

/// The names under a domain by which it imitates.
fn hosts(member: &Member, last: Timestamp, validity: &Validity) -> Vec<Indicator> {
    let aims = member.aims.iter().filter(|aim| !aim.let_pass);
    let names = aims.filter_map(|aim| {
        let name: DomainName = aim.name.parse().ok()?;
        (name != member.domain).then(|| Indicator {
            kind: IndicatorKind::Host,
            value: name.to_string(),
            valid_from: member.first,
            assumed: member.is_assumed(member.first),
            valid_until: later(last, validity.domain),
            why: format!("imitates {}", aim.organisation),
        })
    });
    names.collect()
}

/// The rare values that domains share, if one of these has them that are `pursued`.
fn shared(
    view: &View,
    pursued: &BTreeSet<&DomainName>,
    last: &BTreeMap<&DomainName, Timestamp>,
    validity: &Validity,
) -> Vec<Indicator> {
    let Some(active) = view.campaign.active() else {
        return vec![];
    };
    let indicator = |value: Shared<'_>| {
        let kind = IndicatorKind::of(value.pivot.kind)?;
        let strangers = value.holders - value.within;
        let rare = value.strength >= validity.rare && strangers <= value.within;
        // What was published of a mailbox may be words that nobody can search for.
        let words = kind == IndicatorKind::Mailbox && !value.pivot.value.contains('@');
        if !rare || words || view.is_fingerprint(value.pivot) {
            return None;
        }
        let used = value.domains.keys().filter(|it| pursued.contains(*it));
        // Not all that have it are known by name; more than are let pass cannot all be let pass.
        let pass = view.campaign.members.len() - pursued.len();
        if used.clone().next().is_none() && value.within <= pass as u64 {
            return None;
        }
        let used = used.filter_map(|domain| last.get(domain));
        let until = used.max().copied().unwrap_or(active.1);
        let from = value.since.unwrap_or(active.0);
        let domains: Vec<&DomainName> = value.domains.keys().copied().collect();
        Some(Indicator {
            kind,
            value: value.pivot.value.clone(),
            valid_from: from,
            assumed: view.campaign.is_assumed(from, &domains),
            valid_until: later(until, validity.after(kind)),
            why: format!(
                "{}: {}{}",
                value.pivot.kind.says(),
                value.rarity(),
                if value.claimed() {
                    "; published by others, not seen by us"
                } else {
                    ""
                }
            ),
        })
    };
    view.shared().into_iter().filter_map(indicator).collect()
}

/// A time later by so much; the end of time where there is none.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
