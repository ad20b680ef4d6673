//! Which stages a domain stands on, and which steps it took since the last look.
//!
//! A question that failed says nothing: what was known before stays.

use jiff::Timestamp;
use model::dossier::{DomainStatus, PageKind, RegistrationSource};
use model::{Absence, Direction, Dossier, Probed, Reached, Stage, Step};

use crate::Infrastructure;
use crate::told::{Told, records};

/// What is known of a domain from elsewhere than a look at it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Known {
    /// When the first certificate for it was issued, as a log has it.
    pub issued: Option<Timestamp>,
    /// When it was first seen in mail or logs of the organisation.
    pub sighted: Option<Timestamp>,
}

/// Whether a domain stands on a stage.
enum Standing {
    Holds { since: Timestamp, says: String },
    DoesNot(String),
    Unknown,
}

/// The stages after this look, in order, and the steps that led there from `before`.
pub fn advance(
    before: &[Reached],
    dossier: &Dossier,
    known: Known,
    infrastructure: &Infrastructure,
) -> (Vec<Reached>, Vec<Step>) {
    let was_registered = before
        .iter()
        .any(|reached| reached.stage == Stage::Registered);
    let look = Sight {
        dossier,
        known,
        infrastructure,
        was_registered,
    };
    let (mut after, mut steps) = (vec![], vec![]);
    for stage in Stage::ALL {
        let had = before.iter().find(|reached| reached.stage == stage);
        match (look.standing(stage), had) {
            (Standing::Holds { says, .. }, Some(had)) => after.push(Reached {
                says,
                ..had.clone()
            }),
            (Standing::Holds { since, says }, None) => {
                steps.push(look.step(stage, !stage.is_end(), says.clone()));
                after.push(Reached { stage, since, says });
            }
            (Standing::DoesNot(says), Some(_)) => {
                steps.push(look.step(stage, stage.is_end(), says));
            }
            (Standing::Unknown, Some(had)) => after.push(had.clone()),
            (Standing::DoesNot(_) | Standing::Unknown, None) => {}
        }
    }
    (after, steps)
}

/// One look, with what it is read by.
struct Sight<'a> {
    dossier: &'a Dossier,
    known: Known,
    infrastructure: &'a Infrastructure,
    was_registered: bool,
}

impl Sight<'_> {
    fn step(&self, stage: Stage, up: bool, says: String) -> Step {
        Step {
            direction: if up { Direction::Up } else { Direction::Down },
            stage,
            at: self.dossier.taken,
            says,
        }
    }

    fn standing(&self, stage: Stage) -> Standing {
        match stage {
            Stage::Registered => self.registered(),
            Stage::Delegated => self.delegated(),
            Stage::Resolving => self.resolving(),
            Stage::MailReady => self.mail_ready(),
            Stage::Certified => self.certified(),
            Stage::Serving => self.serving(),
            Stage::CredentialForm => self.credential_form(),
            Stage::Sighted => match self.known.sighted {
                Some(since) => Standing::Holds {
                    since,
                    says: "it was seen in use".into(),
                },
                None => Standing::Unknown,
            },
            Stage::Suspended => self.suspended(),
            Stage::Expired => self.expired(),
        }
    }

    /// From this look on.
    fn holds(&self, says: impl Into<String>) -> Standing {
        Standing::Holds {
            since: self.dossier.taken,
            says: says.into(),
        }
    }

    fn is_gone(&self) -> bool {
        let registry = &self.dossier.registration.outcome;
        let no_name = matches!(registry, Probed::Absent(Absence::NoName));
        no_name && records(self.dossier, |dns| &dns.ns).is_none()
    }

    fn registered(&self) -> Standing {
        if self.is_gone() {
            return Standing::DoesNot("registry and DNS know no such name".into());
        }
        if let Some(registration) = self.dossier.registration.answer() {
            return match registration.created {
                Some(since) => Standing::Holds {
                    since,
                    says: format!("registered on {}", since.strftime("%Y-%m-%d")),
                },
                None if registration.via == RegistrationSource::Published => {
                    self.holds("said to be registered, without a day")
                }
                None => self.holds("the registry knows it"),
            };
        }
        match records(self.dossier, |dns| &dns.ns) {
            Told::Some(_) => self.holds("it is delegated"),
            _ if self.known.issued.is_some() => self.holds("a certificate was issued for it"),
            _ => Standing::Unknown,
        }
    }

    fn delegated(&self) -> Standing {
        match records(self.dossier, |dns| &dns.ns) {
            Told::Some(servers) => self.holds(format!(
                "delegated to {}",
                servers
                    .first()
                    .map_or_else(String::new, ToString::to_string)
            )),
            Told::None => Standing::DoesNot("no name servers".into()),
            Told::Nothing => Standing::Unknown,
        }
    }

    fn resolving(&self) -> Standing {
        match records(self.dossier, |dns| &dns.addresses) {
            Told::Some(addresses) => {
                let first = addresses.first().map(|address| address.ip.to_string());
                self.holds(format!("resolves to {}", first.unwrap_or_default()))
            }
            Told::None => Standing::DoesNot("no address".into()),
            Told::Nothing => Standing::Unknown,
        }
    }

    fn mail_ready(&self) -> Standing {
        let mx = records(self.dossier, |dns| &dns.mx);
        if let Told::Some(servers) = mx
            && let Some(first) = servers.first()
        {
            return self.holds(format!("mail goes to {}", first.exchange));
        }
        let dns = self.dossier.dns.answer();
        let spf = dns.and_then(|dns| dns.spf.as_deref());
        if spf.is_some_and(may_send) {
            return self.holds("SPF says who may send mail in its name");
        }
        match mx {
            Told::Some(_) | Told::None => Standing::DoesNot("takes no mail".into()),
            Told::Nothing => Standing::Unknown,
        }
    }

    fn certified(&self) -> Standing {
        if let Some(since) = self.known.issued {
            return Standing::Holds {
                since,
                says: "a certificate is logged".into(),
            };
        }
        let tls = &self.dossier.tls.outcome;
        let name = self.dossier.name.as_str();
        let covers = |written: &String| {
            let written = written.to_ascii_lowercase();
            written == name
                || written.strip_prefix("*.").is_some_and(|parent| {
                    name.split_once('.').is_some_and(|(_, rest)| rest == parent)
                })
        };
        match tls {
            Probed::Answered(tls) => match tls.chain.first() {
                Some(own) if !own.self_signed && own.names.iter().any(covers) => Standing::Holds {
                    since: own.not_before.unwrap_or(self.dossier.taken),
                    says: format!("a certificate by {}", own.issuer),
                },
                _ => Standing::DoesNot("the server shows no certificate for this name".into()),
            },
            Probed::Absent(_) => Standing::DoesNot("no TLS".into()),
            _ => self.without_address(),
        }
    }

    fn serving(&self) -> Standing {
        match &self.dossier.page.outcome {
            Probed::Answered(page) if page.kind == PageKind::Error => {
                Standing::DoesNot("the web server answers with errors".into())
            }
            Probed::Answered(page) => self.holds(match &page.title {
                Some(title) => format!("a web page, “{title}”"),
                None => "a web page".to_owned(),
            }),
            Probed::Absent(_) => Standing::DoesNot("no web server".into()),
            _ => self.without_address(),
        }
    }

    /// Of what was not answered: a name without an address serves nothing, and so nobody asked.
    fn without_address(&self) -> Standing {
        match records(self.dossier, |dns| &dns.addresses) {
            Told::None => Standing::DoesNot("no address".into()),
            _ => Standing::Unknown,
        }
    }

    fn credential_form(&self) -> Standing {
        match &self.dossier.page.outcome {
            Probed::Answered(page) => match page.forms.iter().find(|form| form.asks()) {
                Some(form) => self.holds(format!("a form that posts to {}", form.action)),
                None => Standing::DoesNot("the page asks for no credentials".into()),
            },
            Probed::Absent(_) => Standing::DoesNot("no web server".into()),
            _ => self.without_address(),
        }
    }

    fn suspended(&self) -> Standing {
        let registration = self.dossier.registration.answer();
        let held = registration.and_then(|registration| {
            registration.statuses.iter().find(|status| {
                matches!(status, DomainStatus::ClientHold | DomainStatus::ServerHold)
            })
        });
        match held {
            Some(DomainStatus::ServerHold) => return self.holds("held by the registry"),
            Some(_) => return self.holds("held by the registrar"),
            None => {}
        }
        let servers = match records(self.dossier, |dns| &dns.ns) {
            Told::Some(servers) => servers.as_slice(),
            Told::None | Told::Nothing => &[],
        };
        let taken = servers
            .iter()
            .find(|server| self.infrastructure.is_suspended(server));
        if let Some(server) = taken {
            return self.holds(format!(
                "its name server {server} is for domains taken down"
            ));
        }
        let page = self.dossier.page.answer();
        if page.is_some_and(|page| page.kind == PageKind::Suspended) {
            return self.holds("its page says that it was suspended");
        }
        if registration.is_some() || !servers.is_empty() {
            return Standing::DoesNot("no longer held".into());
        }
        Standing::Unknown
    }

    fn expired(&self) -> Standing {
        if self.is_gone() {
            return if self.was_registered {
                self.holds("the name is free again")
            } else {
                Standing::Unknown
            };
        }
        let Some(registration) = self.dossier.registration.answer() else {
            return Standing::Unknown;
        };
        let ending = registration.statuses.iter().any(|status| {
            matches!(
                status,
                DomainStatus::Redemption | DomainStatus::PendingDelete
            )
        });
        if ending {
            return self.holds("about to be deleted");
        }
        match registration.expires {
            Some(expires) if expires < self.dossier.taken => Standing::Holds {
                since: expires,
                says: format!("ended on {}", expires.strftime("%Y-%m-%d")),
            },
            _ => Standing::DoesNot("registered again".into()),
        }
    }
}

/// Whether an SPF policy lets anybody send (RFC 7208): `v=spf1 -all` says that nobody does.
fn may_send(policy: &str) -> bool {
    let mut terms = policy.split_ascii_whitespace().skip(1);
    terms.any(|term| !term.ends_with("all") && !term.contains('='))
        || policy.contains("redirect=")
        || policy.contains("+all")
}
