//! Pages, honest and hostile.

use std::collections::BTreeMap;

use egress::{Astray, Visit, Visited};
use testbed::world::{Host, HostFault, Page};
use url::Url;

use super::{Place, TIME, bounded, told};

const LIMIT: usize = 100_000;

fn place() -> Place {
    let mut honest = Host::new("honest.example");
    let redirect = |path: &str, to: &str| Page {
        status: 302,
        headers: BTreeMap::from([("Location".to_owned(), to.to_owned())]),
        ..Page::new(path, "")
    };
    honest.pages.extend([
        redirect("/app", "intent://open/#Intent;end"),
        Page {
            headers: BTreeMap::from([("Content-Encoding".to_owned(), "br".to_owned())]),
            ..Page::new("/brotli", "not really")
        },
    ]);
    let faulty = HostFault::ALL
        .into_iter()
        .map(|fault| Host::new(&format!("{fault}.example")).with(fault));
    Place::new([honest].into_iter().chain(faulty).collect())
}

async fn look(place: &Place, url: &Url) -> Result<Visited, Astray> {
    bounded(place.dialer.visit(Visit::new(url, LIMIT, TIME))).await
}

/// Looks at a page over HTTP and over HTTPS, and compares status, length of the body and what cut it.
async fn check(place: &Place, host: &str, path: &str, expected: &str) -> Visited {
    let mut last = None;
    for url in [place.http(host, path), place.https(host, path)] {
        let visited = look(place, &url).await.expect("there is a page");
        let cut = visited
            .cut
            .as_ref()
            .map_or("whole".to_owned(), |cut| format!("{:?}", cut.kind()));
        let told = format!("{} {} {cut}", visited.status, visited.body.len());
        assert!(
            told == expected || expected.ends_with(&format!("* {cut}")),
            "{url}: {told}"
        );
        assert!(visited.body.len() <= LIMIT);
        assert_eq!(visited.tls.is_some(), url.scheme() == "https");
        last = Some(visited);
    }
    last.expect("two visits")
}

#[tokio::test]
async fn pages_as_they_are() {
    let place = place();
    let page = check(&place, "honest.example", "/", "200 29 whole").await;
    assert_eq!(page.body, b"<title>honest.example</title>");
    assert_eq!(page.hops[0].address, place.world.address("honest.example"));
    let kind = (
        "content-type".to_owned(),
        b"text/html; charset=utf-8".to_vec(),
    );
    assert!(page.headers.contains(&kind), "{:?}", page.headers);
    let tls = page.tls.expect("the last was over TLS");
    assert_eq!((tls.vouched, tls.chain.len()), (Ok(()), 2));
    check(&place, "honest.example", "/none?a=b", "404 18 whole").await;
    let packed = check(&place, "honest.example", "/brotli", "200 10 whole").await;
    assert_eq!(packed.packed.as_deref(), Some("br"));
    let app = check(&place, "honest.example", "/app", "302 0 whole").await;
    assert_eq!(app.hops.len(), 1, "it leads where nobody can follow");
}

#[tokio::test]
async fn what_never_ends_is_cut() {
    let place = place();
    check(&place, "web-endless.example", "/", "200 100000 TooLarge").await;
    let bomb = check(&place, "web-gzip-bomb.example", "/", "200 100000 TooLarge").await;
    assert!(bomb.body.iter().all(|byte| *byte == 0), "it was unpacked");
    check(&place, "web-drip.example", "/", "* Timeout").await;
    check(&place, "web-broken.example", "/", "200 11 Unreachable").await;
    let odd = check(&place, "web-invalid-utf8.example", "/", "* whole").await;
    assert!(
        odd.headers
            .contains(&("server".to_owned(), b"caf\xe9".to_vec()))
    );
    check(&place, "honest.example", "/", "200 29 whole").await;
}

/// Looks at a page that leads nowhere good, and compares why and how many redirects there were.
async fn check_astray(place: &Place, url: Url, expected: &str, hops: usize) {
    let astray = look(place, &url).await.expect_err("it comes to nothing");
    assert!(
        told(&astray.error).starts_with(expected),
        "{}",
        told(&astray.error)
    );
    assert_eq!(astray.hops.len(), hops, "{url}");
}

#[tokio::test]
async fn what_comes_to_nothing() {
    let place = place();
    for (fault, expected, hops) in [
        (
            HostFault::WebRedirectLoop,
            "TooLarge: it redirects more than 10",
            11,
        ),
        (
            HostFault::WebRedirectMetadata,
            "Forbidden: 169.254.169.254:80 is not called: a link-local address",
            1,
        ),
        (HostFault::WebRedirectLoopback, "Forbidden: [::1]:", 1),
        (HostFault::WebHugeHeader, "TooLarge: the head", 0),
        (HostFault::WebSilent, "Timeout", 0),
        (HostFault::DnsLiesMetadata, "Forbidden", 0),
        (HostFault::DnsLiesPrivate, "Forbidden", 0),
        (HostFault::DnsLiesLoopback, "Forbidden", 0),
        (HostFault::DnsServfail, "Broken", 0),
        (HostFault::DnsSilent, "Timeout", 0),
    ] {
        let host = format!("{fault}.example");
        check_astray(&place, place.http(&host, "/"), expected, hops).await;
        check_astray(&place, place.https(&host, "/"), expected, hops).await;
    }
    let garbage = "web-garbage.example";
    check_astray(&place, place.http(garbage, "/"), "Malformed", 0).await;
    check_astray(&place, place.https(garbage, "/"), "Broken", 0).await;
    check_astray(&place, place.http("nobody.example", "/"), "NoName", 0).await;
    check_astray(&place, super::url("ftp://honest.example/"), "Ours", 0).await;
    check_astray(
        &place,
        super::url("http://honest.example:9/"),
        "NoService",
        0,
    )
    .await;
}

#[tokio::test]
async fn redirects_are_followed_hop_by_hop() {
    let mut hosts = vec![Host::new("other.example"), Host::new("honest.example")];
    let target = Place::new(vec![Host::new("target.example")]);
    let port = target.world.http_port();
    hosts[1].pages = vec![Page {
        status: 301,
        headers: BTreeMap::from([(
            "Location".to_owned(),
            format!("http://user:secret@target.example:{port}/?a=1#top"),
        )]),
        ..Page::new("/", "")
    }];
    // The name that it leads to lives in the first world, the page in the second.
    hosts.push(Host {
        addresses: target.world.address("target.example").map(|to| vec![to]),
        ..Host::new("target.example")
    });
    let place = Place::new(hosts);
    let visited = look(&place, &place.http("honest.example", "/"))
        .await
        .expect("a page");
    let hops: Vec<_> = visited
        .hops
        .iter()
        .map(|hop| format!("{} {}", hop.status, hop.url))
        .collect();
    let first = place.http("honest.example", "/");
    let second = format!("200 http://target.example:{port}/?a=1");
    assert_eq!(hops, [format!("301 {first}"), second]);
    assert_eq!(visited.body, b"<title>target.example</title>");
}

#[tokio::test]
async fn hosts_are_called_one_by_one() {
    let host = Host {
        latency_ms: Some(100),
        ..Host::new("slow.example")
    };
    let world = super::world(vec![host]);
    let gate = egress::Gate::new(egress::Manners {
        at_once: 64,
        per_host: 1,
        rate: egress::Rate::per_second(1e6, 1000),
    });
    let dialer = egress::Dialer::new(&super::settings(&world), gate).expect("usable settings");
    let place = Place { world, dialer };
    let url = place.http("slow.example", "/");
    let start = std::time::Instant::now();
    let visits = (0..4).map(|_| look(&place, &url));
    for visited in futures_util::future::join_all(visits).await {
        // Waiting for the others is not counted: all have the same time.
        assert!(visited.is_ok());
    }
    // Names are looked up together; the requests, 100 ms each, come one after the other.
    assert!(start.elapsed().as_millis() >= 500);
}
