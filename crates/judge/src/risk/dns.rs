//! Signals of the DNS.

use model::{Absence, Probed};

use super::RiskSignal;
use crate::told::records;

pub(super) const MAIL: RiskSignal = RiskSignal {
    id: "mail",
    why: "A domain that takes or sends mail and shows no page is for mail; one that refuses all mail is held, not used.",
    levels: &["without-page", "refused"],
    read: |exhibit| {
        let dns = exhibit.dossier.dns.answer()?;
        let refuses = matches!(dns.mx, Probed::Absent(Absence::NoService))
            || dns
                .spf
                .as_deref()
                .is_some_and(|spf| spf.trim() == "v=spf1 -all");
        if refuses {
            return Some((1, "it says that it neither takes nor sends mail".into()));
        }
        let exchange = &dns.mx.answer()?.first()?.exchange;
        let silent =
            exhibit.dossier.page.outcome.is_absent() || matches!(dns.addresses, Probed::Absent(_));
        silent.then(|| {
            (
                0,
                format!("mail goes to {exchange}, and there is no web page"),
            )
        })
    },
};

pub(super) const NAME_SERVERS: RiskSignal = RiskSignal {
    id: "name-servers",
    why: "Name servers for parking or sale are used by who waits for a buyer; those of takedowns by who stopped it.",
    levels: &["parking", "sale", "suspended"],
    read: |exhibit| {
        let servers = exhibit.dossier.dns.answer()?.ns.answer()?;
        let known = exhibit.infrastructure;
        servers.iter().find_map(|server| {
            if known.is_suspended(server) {
                Some((
                    2,
                    format!("its name server {server} is for domains taken down"),
                ))
            } else if known.is_sale(server) {
                Some((
                    1,
                    format!("its name server {server} is for domains on sale"),
                ))
            } else if known.is_parking(server) {
                Some((0, format!("its name server {server} is for parked domains")))
            } else {
                None
            }
        })
    },
};

pub(super) const ABSENT: RiskSignal = RiskSignal {
    id: "absent",
    why: "A name that the DNS does not know cannot be used yet, or no more.",
    levels: &["not-delegated", "no-address"],
    read: |exhibit| {
        if records(exhibit.dossier, |dns| &dns.ns).is_none() {
            return Some((0, "it is not delegated".into()));
        }
        let idle = records(exhibit.dossier, |dns| &dns.addresses).is_none()
            && records(exhibit.dossier, |dns| &dns.mx).is_none();
        idle.then(|| (1, "it has neither an address nor a mail exchanger".into()))
    },
};
