//! Hosts that fail, lie or attack: each has its reason, in bounded time, and the others are unharmed.

use std::time::Duration;

use model::Policy;
use testbed::world::{Host, HostFault};
use tokio::time::Instant;

use super::{Registry, live, look, outcomes, world};

/// What comes of DNS, registration, TLS and page.
fn expected(fault: HostFault) -> [&'static str; 4] {
    let unreached = "not asked NothingThere";
    let dns = |outcome| [outcome, "absent NoName", unreached, unreached];
    let registration = |outcome| ["answered", outcome, "answered", "answered"];
    let servers = |tls, page| ["answered", "absent NoName", tls, page];
    let page = |outcome| servers("answered", outcome);
    match fault {
        HostFault::DnsSilent => dns("failed Timeout"),
        HostFault::DnsMalformed => dns("failed Malformed"),
        HostFault::DnsLame => dns("failed Refused"),
        HostFault::DnsServfail | HostFault::DnsCircle | HostFault::DnsEndless => {
            dns("failed Broken")
        }
        HostFault::DnsLiesMetadata
        | HostFault::DnsLiesPrivate
        | HostFault::DnsLiesLoopback
        | HostFault::DnsRebinds => servers("failed Forbidden", "failed Forbidden"),
        HostFault::WhoisSilent | HostFault::WhoisDrip => registration("failed Timeout"),
        HostFault::WhoisEndless => registration("failed TooLarge"),
        HostFault::WhoisThrottled | HostFault::RdapThrottled => registration("failed Refused"),
        HostFault::RdapBroken => registration("failed Broken"),
        HostFault::RdapWrongTypes => registration("answered"),
        HostFault::RdapNoJson => registration("failed Malformed"),
        HostFault::WebSilent => page("failed Timeout"),
        HostFault::WebEndless
        | HostFault::WebDrip
        | HostFault::WebBroken
        | HostFault::WebGzipBomb
        | HostFault::WebInvalidUtf8 => page("answered"),
        HostFault::WebRedirectLoop | HostFault::WebHugeHeader => page("failed TooLarge"),
        HostFault::WebRedirectMetadata | HostFault::WebRedirectLoopback => page("failed Forbidden"),
        HostFault::WebGarbage => servers("failed Broken", "failed Malformed"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_has_its_reason() {
    let name = |fault: HostFault| format!("{fault}.example");
    let mut hosts: Vec<Host> = HostFault::ALL
        .into_iter()
        .map(|fault| Host::new(&name(fault)).with(fault))
        .collect();
    hosts.push(Host::new("honest.example"));
    let world = world(hosts);
    let by_rdap = live(&world, Registry::Rdap, None);
    let by_whois = live(&world, Registry::Whois, None);
    let start = Instant::now();
    let looks = HostFault::ALL.into_iter().map(|fault| {
        let is_whois = format!("{fault}").starts_with("whois");
        let live = if is_whois { &by_whois } else { &by_rdap };
        async move { (fault, look(live, &name(fault), Policy::Fetch).await) }
    });
    let (told, honest) = tokio::join!(
        futures_util::future::join_all(looks),
        look(&by_rdap, "honest.example", Policy::Fetch)
    );
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    let mut wrong = Vec::new();
    for (fault, taken) in told {
        let outcomes = outcomes(&taken);
        if outcomes != expected(fault) {
            wrong.push(format!("{fault}: {outcomes:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        outcomes(&honest),
        ["answered", "absent NoName", "answered", "answered"]
    );
}
