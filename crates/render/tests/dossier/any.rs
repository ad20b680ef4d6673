//! Dossiers of all kinds, small ones, with text as hostile as there is.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use model::dossier::{
    Address, Caa, Cloaking, Contact, DnsFacts, DomainStatus, Dossier, Event, Form, Hop, Mx,
    Network, PageFacts, PageKind, Registrar, Registration, RegistrationSource, Role, Screenshot,
    ServedCertificate, Soa, TlsFacts,
};
use model::{Absence, EvidenceDigest, Failure, FailureKind, Look, Probed, Reason};
use names::DomainName;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Any text, control characters, quotes and words of the format among it.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(any::<char>(), 0..6).prop_map(String::from_iter),
        select(vec![
            "",
            "null",
            "\"}\n{\"",
            "\u{1b}[31m\0\r\n",
            "\u{2028}",
            "{\"absent\":\"no-name\"}"
        ])
        .prop_map(str::to_owned),
    ]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    vec(text(), 0..3)
}

fn name() -> impl Strategy<Value = DomainName> {
    "[a-z0-9_-]{1,8}(\\.(xn--bcher-kva|[a-z0-9]{1,8})){0,2}\\.example"
        .prop_filter_map("a name", |text| text.parse().ok())
}

fn names() -> impl Strategy<Value = Vec<DomainName>> {
    vec(name(), 0..3)
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (0..4_102_444_800_i64)
            .prop_map(|second| Timestamp::from_second(second).expect("of this century")),
        (Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond())
            .prop_map(|nanosecond| Timestamp::from_nanosecond(nanosecond).expect("in range")),
    ]
}

fn duration() -> impl Strategy<Value = Duration> {
    let ten_days = 10_u64 * 24 * 60 * 60 * 1_000_000_000;
    prop_oneof![
        any::<u64>().prop_map(Duration::from_millis),
        (0..=ten_days).prop_map(Duration::from_nanos),
        (0..1_000_000_000_u64).prop_map(Duration::from_nanos),
    ]
}

fn digest() -> impl Strategy<Value = EvidenceDigest> {
    any::<[u8; 32]>().prop_map(EvidenceDigest)
}

prop_compose! {
    fn failure()(
        kind in select(vec![
            FailureKind::Timeout, FailureKind::Unreachable, FailureKind::Forbidden, FailureKind::Refused,
            FailureKind::Broken, FailureKind::Malformed, FailureKind::TooLarge,
        ]),
        says in text(),
        retry_after in option::of(duration()),
    ) -> Failure {
        Failure { kind, says, retry_after }
    }
}

fn probed<T: Clone + std::fmt::Debug + 'static>(
    answer: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Probed<T>> {
    let absences = vec![
        Absence::NoName,
        Absence::NoData,
        Absence::NoService,
        Absence::NoRegistry,
    ];
    let reasons = vec![Reason::Policy, Reason::NothingThere, Reason::NotInstalled];
    prop_oneof![
        3 => answer.prop_map(Probed::Answered),
        1 => select(absences).prop_map(Probed::Absent),
        1 => failure().prop_map(Probed::Failed),
        1 => select(reasons).prop_map(Probed::NotAsked),
    ]
    .boxed()
}

fn look<T: Clone + std::fmt::Debug + 'static>(
    answer: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Look<T>> {
    (
        probed(answer),
        time(),
        duration(),
        text(),
        vec(digest(), 0..3),
    )
        .prop_map(|(outcome, at, took, source, evidence)| Look {
            outcome,
            at,
            took,
            source,
            evidence,
        })
        .boxed()
}

prop_compose! {
    fn soa()(mname in text(), rname in text(), serial: u32) -> Soa {
        Soa { mname, rname, serial }
    }
}

prop_compose! {
    fn mx()(preference: u16, exchange in name()) -> Mx {
        Mx { preference, exchange }
    }
}

prop_compose! {
    fn caa()(tag in text(), value in text()) -> Caa {
        Caa { tag, value }
    }
}

prop_compose! {
    fn network()(asn: u32, country in text(), name in text()) -> Network {
        Network { asn, country, name }
    }
}

prop_compose! {
    fn address()(ip: IpAddr, network in option::of(network())) -> Address {
        Address { ip, network }
    }
}

prop_compose! {
    fn dns()(
        ns in probed(names()),
        soa in probed(soa()),
        addresses in probed(vec(address(), 0..3)),
        aliases in names(),
        mx in probed(vec(mx(), 0..3)),
        txt in probed(texts()),
        spf in option::of(text()),
        dmarc in probed(text()),
        caa in probed(vec(caa(), 0..3)),
        wildcard in probed(any::<bool>()),
        notes in texts(),
    ) -> DnsFacts {
        DnsFacts { ns, soa, addresses, aliases, mx, txt, spf, dmarc, caa, wildcard, notes }
    }
}

prop_compose! {
    fn registrar()(
        name in text(),
        iana_id: Option<u32>,
        abuse_email in option::of(text()),
        abuse_phone in option::of(text()),
    ) -> Registrar {
        Registrar { name, iana_id, abuse_email, abuse_phone }
    }
}

prop_compose! {
    fn event()(action in text(), at in time()) -> Event {
        Event { action, at }
    }
}

fn status() -> impl Strategy<Value = DomainStatus> {
    prop_oneof![
        select(vec![
            DomainStatus::Active,
            DomainStatus::Inactive,
            DomainStatus::ClientHold,
            DomainStatus::ServerHold,
            DomainStatus::Redemption,
            DomainStatus::PendingDelete,
            DomainStatus::AddPeriod,
            DomainStatus::Reserved,
        ]),
        text().prop_map(DomainStatus::Locked),
        text().prop_map(DomainStatus::Other),
    ]
}

fn role() -> impl Strategy<Value = Role> {
    select(vec![
        Role::Registrant,
        Role::Administrative,
        Role::Technical,
        Role::Billing,
        Role::Abuse,
        Role::Other,
    ])
}

prop_compose! {
    fn contact()(
        roles in vec(role(), 0..3),
        handle in option::of(text()),
        name in option::of(text()),
        organisation in option::of(text()),
        emails in texts(),
        phones in texts(),
        address in texts(),
        country in option::of(text()),
    ) -> Contact {
        Contact { roles, handle, name, organisation, emails, phones, address, country }
    }
}

prop_compose! {
    fn registration()(
        via in select(vec![RegistrationSource::Rdap, RegistrationSource::Whois, RegistrationSource::Published]),
        registrar in option::of(registrar()),
        [created, changed, expires] in [option::of(time()), option::of(time()), option::of(time())],
        events in vec(event(), 0..3),
        statuses in vec(status(), 0..4),
        contacts in vec(contact(), 0..3),
        name_servers in names(),
        signed: Option<bool>,
        redacted in texts(),
        privacy: bool,
        notes in texts(),
    ) -> Registration {
        Registration {
            via, registrar, created, changed, expires, events, statuses, contacts, name_servers, signed, redacted,
            privacy, notes,
        }
    }
}

prop_compose! {
    fn certificate()(
        sha256: [u8; 32],
        spki_sha256: [u8; 32],
        [subject, issuer, serial] in [text(), text(), text()],
        [not_before, not_after] in [option::of(time()), option::of(time())],
        names in texts(),
        self_signed: bool,
    ) -> ServedCertificate {
        ServedCertificate { sha256, spki_sha256, subject, issuer, not_before, not_after, serial, names, self_signed }
    }
}

prop_compose! {
    fn tls()(
        [version, cipher] in [text(), text()],
        [alpn, fingerprint, distrust] in [option::of(text()), option::of(text()), option::of(text())],
        chain in vec(certificate(), 0..3),
        trusted: bool,
    ) -> TlsFacts {
        TlsFacts { version, cipher, alpn, fingerprint, chain, trusted, distrust }
    }
}

prop_compose! {
    fn hop()(url in text(), address: Option<IpAddr>, status: u16) -> Hop {
        Hop { url, address, status }
    }
}

prop_compose! {
    fn form()(action in text(), [elsewhere, password, login, secret]: [bool; 4]) -> Form {
        Form { action, elsewhere, password, login, secret }
    }
}

fn page_kind() -> impl Strategy<Value = PageKind> {
    select(vec![
        PageKind::Content,
        PageKind::Parked,
        PageKind::ForSale,
        PageKind::Default,
        PageKind::Suspended,
        PageKind::Listing,
        PageKind::Empty,
        PageKind::Error,
    ])
}

fn cloaking() -> impl Strategy<Value = Cloaking> {
    select(vec![
        Cloaking::Challenge,
        Cloaking::Encoded,
        Cloaking::NoRobots,
        Cloaking::ScriptRedirect,
        Cloaking::ToTheReal,
    ])
}

prop_compose! {
    fn page()(
        hops in vec(hop(), 0..3),
        [server, title, language, tlsh] in
            [option::of(text()), option::of(text()), option::of(text()), option::of(text())],
        [headers, borrowed, trackers, hosts] in [texts(), texts(), texts(), texts()],
        body in digest(),
        body_len: usize,
        truncated: bool,
        favicon: Option<i32>,
        similarity in option::of(0.0..=1.0),
        forms in vec(form(), 0..3),
        kind in page_kind(),
        cloaking in vec(cloaking(), 0..3),
    ) -> PageFacts {
        PageFacts {
            hops, server, headers, title, language, body, body_len, truncated, favicon, tlsh, similarity, forms,
            borrowed, trackers, hosts, kind, cloaking,
        }
    }
}

prop_compose! {
    fn screenshot()(
        picture in digest(),
        size: (u32, u32),
        phash: u64,
        distance: Option<u32>,
    ) -> Screenshot {
        Screenshot { picture, size, phash, distance }
    }
}

prop_compose! {
    pub(crate) fn dossier()(
        [name, registrable] in [name(), name()],
        taken in time(),
        dns in look(dns()),
        registration in look(registration()),
        tls in look(tls()),
        page in look(page()),
        screenshot in look(screenshot()),
    ) -> Dossier {
        Dossier { name, registrable, taken, dns, registration, tls, page, screenshot }
    }
}
