//! What servers show at the handshake.

use egress::{EgressError, Handshake, Hello, Settings};
use testbed::world::{Certificate, Host, HostFault};

use super::{Place, TIME, bounded, data, dialer, settings, told};

fn place() -> Place {
    let signed = |name: &str, certificate| Host {
        certificate,
        ..Host::new(name)
    };
    Place::new(vec![
        Host::new("honest.example"),
        signed("expired.example", Certificate::Expired),
        signed("self-signed.example", Certificate::SelfSigned),
        Host::new("garbage.example").with(HostFault::WebGarbage),
    ])
}

async fn greet(place: &Place, host: &str, sni: &str) -> Result<Handshake, EgressError> {
    let hello = Hello {
        sni,
        alpn: &[b"h2", b"http/1.1"],
        timeout: TIME,
    };
    let endpoint = data(host, place.world.https_port());
    bounded(place.dialer.handshake(endpoint, hello)).await
}

/// Greets a host as itself, and compares the length of its chain and what is said against it.
async fn check(place: &Place, host: &str, chain: usize, against: &str) {
    let handshake = greet(place, host, host)
        .await
        .expect("a handshake needs no trust");
    assert_eq!(handshake.version, "TLSv1.3");
    assert_eq!(handshake.cipher, "TLS_AES_256_GCM_SHA384");
    assert_eq!(handshake.alpn.as_deref(), Some("http/1.1"));
    assert_eq!(handshake.fingerprint.as_deref(), Some("771,4866,51-43"));
    assert_eq!(handshake.address, place.world.address(host));
    assert_eq!(handshake.chain.len(), chain, "{host}");
    let told = handshake.vouched.err().unwrap_or_default();
    assert!(
        told.contains(against) && told.is_empty() == against.is_empty(),
        "{host}: {told}"
    );
}

#[tokio::test]
async fn trust_is_told_and_not_asked_for() {
    let place = place();
    check(&place, "honest.example", 2, "").await;
    check(&place, "www.honest.example", 2, "").await;
    check(&place, "expired.example", 2, "certificate expired").await;
    check(&place, "self-signed.example", 1, "invalid peer certificate").await;
}

#[tokio::test]
async fn another_name_is_told() {
    let place = place();
    let handshake = greet(&place, "self-signed.example", "honest.example").await;
    assert_eq!(handshake.expect("it answers").vouched, Ok(()));
    let two_below = greet(&place, "honest.example", "a.b.honest.example").await;
    let against = two_below.expect("it answers").vouched.expect_err("not its");
    assert!(against.contains("not valid for name"), "{against}");
}

#[tokio::test]
async fn no_root_and_no_trust() {
    let place = place();
    let bare = Settings {
        roots: Vec::new(),
        ..settings(&place.world)
    };
    let place = Place {
        dialer: dialer(&bare),
        ..place
    };
    let handshake = greet(&place, "honest.example", "honest.example").await;
    let handshake = handshake.expect("it answers");
    assert!(handshake.vouched.is_err() && handshake.chain.len() == 2);
}

#[tokio::test]
async fn what_is_no_tls() {
    let place = place();
    let garbage = greet(&place, "garbage.example", "garbage.example").await;
    assert!(told(&garbage.expect_err("no TLS")).starts_with("Broken"));
    let plain = place.dialer.handshake(
        data("honest.example", place.world.http_port()),
        Hello {
            sni: "honest.example",
            alpn: &[],
            timeout: TIME,
        },
    );
    assert!(bounded(plain).await.is_err());
}
