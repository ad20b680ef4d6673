//! The prober that asks the world.

use std::sync::Arc;
use std::time::Duration;

use egress::Dialer;
use jiff::Timestamp;
use model::dossier::{DnsFacts, PageFacts, Registration, Screenshot, TlsFacts};
use model::{Dossier, Evidence, FailureKind, Look, Policy, Reason};
use names::SuffixList;
use tokio::time::{Instant, timeout_at};

use crate::network::Networks;
use crate::outcome::{Asked, Clock, failed};
use crate::page::{self, Whom};
use crate::prober::{Prober, Subject, Taken};
use crate::rdap::Bootstrap;
use crate::screenshot::{self, Browser};
use crate::whois::Servers;
use crate::{dns, rdap, tls, whois};

/// What a prober goes by.
#[derive(Debug)]
pub struct Settings {
    /// The RDAP servers.
    pub bootstrap: Bootstrap,
    /// The WHOIS servers, for what has no RDAP server.
    pub whois: Servers,
    /// Whose addresses are.
    pub networks: Option<Networks>,
    /// Where names divide.
    pub suffixes: Arc<SuffixList>,
    /// What takes pictures.
    pub browser: Option<Browser>,
    /// `Accept-Language` of visits; pages for victims of one country may show nothing to others.
    pub language: Option<String>,
    /// The ports of pages: 80 and 443 but on a testbed.
    pub ports: Ports,
    /// The time for one question.
    pub step: Duration,
    /// The time for all of a look; what has no time left is a failure by timeout.
    pub budget: Duration,
}

/// Where pages are served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ports {
    /// For `http`.
    pub http: u16,
    /// For `https`.
    pub https: u16,
}

impl Default for Ports {
    fn default() -> Self {
        Ports {
            http: 80,
            https: 443,
        }
    }
}

impl Default for Settings {
    /// The lists that the program was built with, 15 s for a question, 60 s for a look; no networks, no browser.
    fn default() -> Self {
        Settings {
            bootstrap: Bootstrap::embedded(),
            whois: Servers::embedded(),
            networks: None,
            suffixes: Arc::new(SuffixList::embedded()),
            browser: None,
            language: None,
            ports: Ports::default(),
            step: Duration::from_secs(15),
            budget: Duration::from_mins(1),
        }
    }
}

/// Asks DNS and the registry beside each other; then, where there are addresses and the policy lets it, the server for its
/// certificate, its page, and a picture of that.
#[derive(Debug)]
pub struct Live {
    dialer: Dialer,
    settings: Settings,
}

impl Live {
    /// Asks through this dialer.
    pub fn new(dialer: Dialer, settings: Settings) -> Self {
        Live { dialer, settings }
    }

    async fn dns(&self, subject: &Subject<'_>) -> Asked<DnsFacts> {
        if subject.policy < Policy::Resolve {
            return Asked::not_asked(Reason::Policy);
        }
        let networks = self.settings.networks.as_ref();
        let (resolver, name) = (self.dialer.resolver(), subject.name);
        Box::pin(dns::ask(resolver, networks, name, subject.registrable)).await
    }

    /// RDAP where the registry has it, or else WHOIS. One that fails is not asked for by the other: it may be throttled.
    async fn registration(&self, subject: &Subject<'_>) -> Asked<Registration> {
        let (domain, step) = (subject.registrable, self.settings.step);
        if let Some(server) = self.settings.bootstrap.server(domain) {
            return Box::pin(rdap::ask(&self.dialer, server, domain, step)).await;
        }
        let servers = &self.settings.whois;
        Box::pin(whois::ask(&self.dialer, servers, domain, step)).await
    }

    async fn tls(&self, subject: &Subject<'_>) -> Asked<TlsFacts> {
        let (port, step) = (self.settings.ports.https, self.settings.step);
        Box::pin(tls::ask(&self.dialer, subject.name, port, step)).await
    }

    async fn page(&self, subject: &Subject<'_>, secure: bool) -> Asked<PageFacts> {
        let whom = Whom {
            owned: subject.owned.to_vec(),
            suffixes: Arc::clone(&self.settings.suffixes),
            reference: subject.reference.cloned(),
        };
        let manner = page::Manner {
            timeout: self.settings.step,
            language: self.settings.language.as_deref(),
        };
        let url = self.url(subject, secure);
        Box::pin(page::ask(&self.dialer, &url, manner, whom)).await
    }

    async fn screenshot(&self, subject: &Subject<'_>, secure: bool) -> Asked<Screenshot> {
        let Some(browser) = &self.settings.browser else {
            return Asked::not_asked(Reason::NotInstalled);
        };
        let url = self.url(subject, secure);
        let reference = subject.reference_picture;
        Box::pin(screenshot::ask(browser, &self.dialer, &url, reference)).await
    }

    fn url(&self, subject: &Subject<'_>, secure: bool) -> String {
        let name = subject.name;
        let Ports { http, https } = self.settings.ports;
        match (secure, http, https) {
            (true, _, 443) => format!("https://{name}/"),
            (true, _, port) => format!("https://{name}:{port}/"),
            (false, 80, _) => format!("http://{name}/"),
            (false, port, _) => format!("http://{name}:{port}/"),
        }
    }
}

impl Prober for Live {
    async fn look(&self, subject: &Subject<'_>, now: Timestamp) -> Taken {
        let mut session = Session {
            clock: Clock::start(now),
            ends: Instant::now() + self.settings.budget,
            evidence: Vec::new(),
        };
        let (dns, registration) = tokio::join!(
            session.ask(self.dns(subject)),
            session.ask(self.registration(subject))
        );
        let dns = session.keep(dns);
        let registration = session.keep(registration);
        let addresses = dns.answer().and_then(|facts| facts.addresses.answer());
        let reason = if subject.policy < Policy::Fetch {
            Some(Reason::Policy)
        } else if addresses.is_none_or(Vec::is_empty) {
            Some(Reason::NothingThere)
        } else {
            None
        };
        let at = session.clock.now();
        let (tls, page, screenshot) = match reason {
            Some(reason) => (
                Look::not_asked(reason, at),
                Look::not_asked(reason, at),
                Look::not_asked(reason, at),
            ),
            None => self.serving(subject, &mut session).await,
        };
        Taken {
            dossier: Dossier {
                name: subject.name.clone(),
                registrable: subject.registrable.clone(),
                taken: now,
                dns,
                registration,
                tls,
                page,
                screenshot,
            },
            evidence: session.evidence,
        }
    }
}

impl Live {
    /// What the servers of the name show; a picture only of a page that is there.
    async fn serving(
        &self,
        subject: &Subject<'_>,
        session: &mut Session,
    ) -> (Look<TlsFacts>, Look<PageFacts>, Look<Screenshot>) {
        let tls = session.ask(self.tls(subject)).await;
        let tls = session.keep(tls);
        let secure = tls.answer().is_some();
        let page = session.ask(self.page(subject, secure)).await;
        let page = session.keep(page);
        let screenshot = if page.answer().is_some() {
            let taken = session.ask(self.screenshot(subject, secure)).await;
            session.keep(taken)
        } else {
            Look::not_asked(Reason::NothingThere, session.clock.now())
        };
        (tls, page, screenshot)
    }
}

/// One look.
struct Session {
    clock: Clock,
    ends: Instant,
    evidence: Vec<Evidence>,
}

impl Session {
    /// Asks in the time that is left.
    async fn ask<T>(&self, asking: impl Future<Output = Asked<T>>) -> (Look<T>, Vec<Evidence>) {
        let bounded = async {
            timeout_at(self.ends, asking).await.unwrap_or_else(|_| {
                let outcome = failed(FailureKind::Timeout, "no time was left for it");
                Asked::nothing(outcome, String::new())
            })
        };
        self.clock.time(bounded).await
    }

    fn keep<T>(&mut self, (look, evidence): (Look<T>, Vec<Evidence>)) -> Look<T> {
        self.evidence.extend(evidence);
        look
    }
}
