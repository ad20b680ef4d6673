//! A thousand candidates looked at (DNS, RDAP, handshake, page) in a world whose every answer takes 50 ms.
//!
//! `cargo bench -p probe --bench look`; as a test it has fifty. It checks that every question was answered.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egress::dns::DnsSettings;
use egress::{Dialer, Gate, Manners, Rate};
use jiff::Timestamp;
use model::{Dossier, Policy};
use names::DomainName;
use probe::rdap::Bootstrap;
use probe::{Live, Ports, Prober, Settings, Subject};
use testbed::world::{Host, Page, Scenario, Text, World};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const LATENCY_MS: u64 = 50;
/// Looks at a time.
const AT_ONCE: usize = 64;

fn main() {
    let as_test = !std::env::args().any(|argument| argument == "--bench");
    let candidates = if as_test { 50 } else { 1_000 };
    let host = |n: usize| {
        let name = format!("login-examplebank-{n}.example");
        let rdap = format!(
            r#"{{"objectClassName":"domain","ldhName":"{name}","events":[{{"eventAction":"registration","eventDate":"2026-01-01T00:00:00Z"}}]}}"#
        );
        Host {
            pages: vec![Page::new(
                "/",
                "<title>Sign in</title><form><input type=password></form>",
            )],
            rdap: Some(Text::Inline(rdap)),
            ..Host::new(&name)
        }
    };
    let world = World::start(Scenario {
        latency_ms: LATENCY_MS,
        hosts: (0..candidates).map(host).collect(),
        ..Scenario::default()
    })
    .expect("loopback is there");
    let live = Arc::new(live(&world));
    let runtime = tokio::runtime::Runtime::new().expect("it starts");
    let began = Instant::now();
    let dossiers = runtime.block_on(look_at_all(&live, candidates));
    let took = began.elapsed();
    for dossier in &dossiers {
        let answered = dossier.dns.answer().is_some()
            && dossier.registration.answer().is_some()
            && dossier.tls.answer().is_some()
            && dossier.page.answer().is_some();
        assert!(answered, "{dossier:?}");
    }
    // Nobody to tell where standard output is closed.
    let _ = writeln!(
        std::io::stdout(),
        "{} candidates in {:.1} s, {} MiB at most with the world in the same process",
        dossiers.len(),
        took.as_secs_f64(),
        memory()
    );
}

async fn look_at_all(live: &Arc<Live>, candidates: usize) -> Vec<Dossier> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut looks = JoinSet::new();
    for n in 0..candidates {
        let (live, places) = (Arc::clone(live), Arc::clone(&places));
        looks.spawn(async move {
            let _place = places.acquire().await.expect("it is never closed");
            let name = format!("login-examplebank-{n}.example");
            let name: DomainName = name.parse().expect("it is a name");
            let subject = Subject {
                name: &name,
                registrable: &name,
                policy: Policy::Fetch,
                owned: &[],
                reference: None,
                reference_picture: None,
            };
            live.look(&subject, Timestamp::now()).await.dossier
        });
    }
    looks.join_all().await
}

/// A prober that asks this world, and holds back nothing.
fn live(world: &World) -> Live {
    let settings = egress::Settings {
        danger_loopback: true,
        roots: vec![world.root().to_owned()],
        dns: DnsSettings {
            servers: vec![world.dns()],
            ..DnsSettings::default()
        },
        ..egress::Settings::new("probe bench")
    };
    let gate = Gate::new(Manners {
        at_once: 128,
        per_host: 64,
        rate: Rate::per_second(10_000.0, 1_000),
    });
    let bootstrap = Bootstrap::from_bytes(world.bootstrap().as_bytes());
    Live::new(
        Dialer::new(&settings, gate).expect("the settings are valid"),
        Settings {
            bootstrap: bootstrap.expect("it is a list"),
            ports: Ports {
                http: world.http_port(),
                https: world.https_port(),
            },
            budget: Duration::from_mins(2),
            ..Settings::default()
        },
    )
}

/// The most memory that this process had, in MiB.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}
