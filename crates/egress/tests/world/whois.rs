//! One question, one text.

use egress::{EgressError, Endpoint, Trust};
use testbed::world::{Host, HostFault, Text};

use super::{Place, TIME, bounded, data, told};

fn place() -> Place {
    let host = |fault: HostFault| Host::new(&format!("{fault}.example")).with(fault);
    let mut honest = Host::new("honest.example");
    honest.whois = Some(Text::Inline("domain: honest.example\r\n".to_owned()));
    Place::new(vec![
        honest,
        host(HostFault::WhoisSilent),
        host(HostFault::WhoisEndless),
        host(HostFault::WhoisDrip),
        host(HostFault::WhoisThrottled),
    ])
}

/// Asks for a name with a limit of 1,000 bytes, and compares the text (or its length) and what cut it.
async fn check(place: &Place, name: &str, text: Option<&str>, cut: &str) {
    let host = place.whois();
    let endpoint = Endpoint::new(&host, place.world.whois().port(), Trust::Configured);
    let request = format!("{name}\r\n");
    let exchange = bounded(
        place
            .dialer
            .exchange(endpoint, request.as_bytes(), 1000, TIME),
    )
    .await
    .expect("it listens");
    if let Some(text) = text {
        assert_eq!(String::from_utf8_lossy(&exchange.bytes), text);
    }
    assert!(exchange.bytes.len() <= 1000);
    let told = exchange
        .cut
        .as_ref()
        .map(|error| format!("{:?}", error.kind()));
    assert_eq!(told.unwrap_or_default(), cut, "{name}");
}

#[tokio::test]
async fn texts() {
    let place = place();
    check(
        &place,
        "honest.example",
        Some("domain: honest.example\r\n"),
        "",
    )
    .await;
    check(
        &place,
        "nobody.example",
        Some("No match for domain \"NOBODY.EXAMPLE\".\r\n"),
        "",
    )
    .await;
}

#[tokio::test]
async fn a_throttled_answer_comes_as_it_is() {
    let place = place();
    let says = "%% Too many requests, please try again later.\r\n%%\r\n%% No entries found\r\n";
    check(&place, "whois-throttled.example", Some(says), "").await;
}

#[tokio::test]
async fn who_never_ends_is_cut_and_what_came_is_kept() {
    let place = place();
    check(&place, "whois-silent.example", Some(""), "Timeout").await;
    check(&place, "whois-endless.example", None, "TooLarge").await;
    check(&place, "whois-drip.example", None, "Timeout").await;
    check(
        &place,
        "honest.example",
        Some("domain: honest.example\r\n"),
        "",
    )
    .await;
}

#[tokio::test]
async fn nobody_listens() {
    let place = place();
    let exchange = place
        .dialer
        .exchange(data("honest.example", 9), b"a\r\n", 10, TIME);
    let error = bounded(exchange).await.expect_err("nobody listens");
    assert!(told(&error).starts_with("NoService"), "{error}");
    let exchange = place
        .dialer
        .exchange(data("nobody.example", 9), b"a\r\n", 10, TIME);
    let error = bounded(exchange).await.expect_err("nobody is there");
    assert!(matches!(error, EgressError::NoAddress { .. }), "{error}");
}
