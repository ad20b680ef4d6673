//! No packet leaves for a forbidden address, whichever way it is asked for.

#![expect(
    clippy::disallowed_methods,
    reason = "it listens, to see that nobody comes"
)]

use std::net::{IpAddr, TcpListener};
use std::time::Duration;

use egress::dns::RecordType;
use egress::{Dialer, EgressError, Endpoint, Get, Hello, Http, Settings, Trust, Visit};
use testbed::world::{Host, HostFault};

use super::{TIME, data, dialer, settings, told, url, world};

/// A server on this machine that nobody is to call.
struct Trap(TcpListener);

impl Trap {
    fn set(address: IpAddr) -> Option<Self> {
        let listener = TcpListener::bind((address, 0)).ok()?;
        listener.set_nonblocking(true).expect("a socket");
        Some(Trap(listener))
    }

    fn port(&self) -> u16 {
        self.0.local_addr().expect("it is bound").port()
    }

    fn sprung(&self) -> bool {
        // Who connects is in the queue before the caller knows.
        self.0.accept().is_ok()
    }
}

/// Calls a host in every way there is, and gives what came of each.
async fn every_way(settings: &Settings, host: &str, port: u16) -> Vec<EgressError> {
    let dialer = dialer(settings);
    let hello = Hello {
        sni: "honest.example",
        alpn: &[],
        timeout: TIME,
    };
    let plain = url(&format!("http://{host}:{port}/"));
    let secure = url(&format!("https://{host}:{port}/"));
    let http = Http::new(settings).expect("the settings can be used");
    let get = |url| Get::new(url, Trust::FromData, 100, TIME);
    let visit = |url| Visit::new(url, 100, TIME);
    let mut errors = vec![
        failure(dialer.exchange(data(host, port), b"a\r\n", 100, TIME).await),
        failure(dialer.handshake(data(host, port), hello).await),
        failure(http.get(get(&plain)).await),
        failure(http.get(get(&secure)).await),
    ];
    for url in [&plain, &secure] {
        let astray = dialer.visit(visit(url)).await;
        errors.push(astray.expect_err("nobody is called").error);
    }
    errors.extend(ask(&dialer, host, port).await);
    errors
}

/// A server is named by its address.
async fn ask(dialer: &Dialer, host: &str, port: u16) -> Option<EgressError> {
    let address: IpAddr = host.trim_matches(['[', ']']).parse().ok()?;
    let server = (address, port).into();
    let asked = dialer
        .ask_server(server, Trust::FromData, "a.example", RecordType::NS)
        .await;
    Some(failure(asked))
}

fn failure<T>(result: Result<T, EgressError>) -> EgressError {
    match result {
        Ok(_) => panic!("somebody was called"),
        Err(error) => error,
    }
}

async fn check(settings: &Settings, host: &str, port: u16) {
    for error in every_way(settings, host, port).await {
        assert!(told(&error).starts_with("Forbidden"), "{host}: {error}");
    }
}

#[tokio::test]
async fn a_resolver_that_lies() {
    let own = "127.0.0.1".parse().expect("an address");
    let trap = Trap::set(own).expect("loopback has a free port");
    let v6 = Trap::set("::1".parse().expect("an address"));
    let with = |name: &str, addresses: &[&str]| Host {
        addresses: Some(
            addresses
                .iter()
                .map(|text| text.parse().expect("an address"))
                .collect(),
        ),
        ..Host::new(name)
    };
    let world = world(vec![
        with("plain.example", &["127.0.0.1"]),
        with("mixed.example", &["9.9.9.9", "127.0.0.1"]),
        with("mapped.example", &["::ffff:127.0.0.1"]),
        with("nat64.example", &["64:ff9b::7f00:1"]),
        Host::new("metadata.example").with(HostFault::DnsLiesMetadata),
        Host::new("private.example").with(HostFault::DnsLiesPrivate),
        Host::new("loopback.example").with(HostFault::DnsLiesLoopback),
    ]);
    // The resolver is on loopback as well: it is the operator's.
    let strict = Settings {
        danger_loopback: false,
        ..settings(&world)
    };
    for name in ["plain", "mixed", "mapped", "nat64", "metadata", "private"] {
        check(&strict, &format!("{name}.example"), trap.port()).await;
    }
    let port = v6.as_ref().map_or(9, Trap::port);
    for settings in [&strict, &settings(&world)] {
        check(settings, "loopback.example", port).await;
        check(settings, "metadata.example", 80).await;
        check(settings, "[::1]", port).await;
        check(settings, "169.254.169.254", 80).await;
        check(settings, "10.0.0.1", 80).await;
    }
    check(&strict, "127.0.0.1", trap.port()).await;
    check(&strict, "localhost", trap.port()).await;
    assert!(!trap.sprung() && !v6.is_some_and(|trap| trap.sprung()));
    // That the trap would have told.
    let open = dialer(&settings(&world));
    let called = open
        .exchange(
            data("plain.example", trap.port()),
            b"",
            1,
            Duration::from_millis(50),
        )
        .await;
    assert!(called.is_ok() && trap.sprung());
}

#[tokio::test]
async fn a_name_that_changes_is_checked_each_time() {
    let place = super::Place::new(vec![
        Host::new("rebinds.example").with(HostFault::DnsRebinds),
    ]);
    let first = place.http("rebinds.example", "/");
    let visited = place.dialer.visit(Visit::new(&first, 100, TIME)).await;
    assert!(visited.is_ok());
    let again = place.dialer.visit(Visit::new(&first, 100, TIME)).await;
    assert!(told(&again.expect_err("it has moved").error).starts_with("Forbidden"));
}

#[tokio::test]
async fn the_operator_may_call_anyone() {
    let world = world(vec![Host::new("honest.example")]);
    let strict = Settings {
        danger_loopback: false,
        ..settings(&world)
    };
    let host = world.whois().ip().to_string();
    let endpoint = Endpoint::new(&host, world.whois().port(), Trust::Configured);
    let exchange = dialer(&strict)
        .exchange(endpoint, b"honest.example\r\n", 1000, TIME)
        .await
        .expect("it is called");
    assert!(exchange.bytes.starts_with(b"No match"));
}
