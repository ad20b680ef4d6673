//! Looks at a world on loopback: honest hosts, and each way in which one can fail, lie or attack.

mod honest;
mod hostile;

use std::fmt::Debug;
use std::time::Duration;

use egress::dns::DnsSettings;
use egress::{Dialer, Gate, Manners, Rate};
use jiff::Timestamp;
use model::{Look, Policy, Probed};
use names::DomainName;
use probe::rdap::Bootstrap;
use probe::screenshot::Browser;
use probe::whois::Servers;
use probe::{Live, Ports, Prober, Settings, Subject, Taken};
use testbed::world::{Host, Scenario, World};

/// Which protocol registration data comes by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Registry {
    Rdap,
    Whois,
}

/// A world with these hosts.
fn world(hosts: Vec<Host>) -> World {
    World::start(Scenario {
        hosts,
        ..Scenario::default()
    })
    .expect("loopback is there")
}

/// A prober that asks this world.
fn live(world: &World, registry: Registry, browser: Option<Browser>) -> Live {
    let mut settings = egress::Settings::new("probe tests");
    settings.danger_loopback = true;
    settings.roots = vec![world.root().to_owned()];
    settings.dns = DnsSettings {
        servers: vec![world.dns()],
        timeout: Duration::from_secs(2),
        attempts: 1,
    };
    let gate = Gate::new(Manners {
        at_once: 64,
        per_host: 8,
        rate: Rate::per_second(1_000.0, 1_000),
    });
    let dialer = Dialer::new(&settings, gate).expect("the settings are valid");
    let bootstrap = match registry {
        Registry::Rdap => world.bootstrap(),
        Registry::Whois => r#"{"services":[[["none"],["https://rdap.invalid/"]]]}"#.to_owned(),
    };
    let whois = format!("example\t{}\t{{}}", world.whois());
    Live::new(
        dialer,
        Settings {
            bootstrap: Bootstrap::from_bytes(bootstrap.as_bytes()).expect("it is a list"),
            whois: Servers::from_text(&whois).expect("it is a list"),
            browser,
            ports: Ports {
                http: world.http_port(),
                https: world.https_port(),
            },
            step: Duration::from_secs(2),
            budget: Duration::from_secs(30),
            ..Settings::default()
        },
    )
}

/// What one look at `name` gives.
async fn look(live: &Live, name: &str, policy: Policy) -> Taken {
    let name: DomainName = name.parse().expect("the test gives a name");
    let owned = ["real.example".parse().expect("it is a name")];
    let subject = Subject {
        name: &name,
        registrable: &name,
        policy,
        owned: &owned,
        reference: None,
        reference_picture: None,
    };
    live.look(&subject, Timestamp::UNIX_EPOCH).await
}

/// What came of a question, in a word or two.
fn outcome<T: Debug>(look: &Look<T>) -> String {
    match &look.outcome {
        Probed::Answered(_) => "answered".to_owned(),
        Probed::Absent(absence) => format!("absent {absence:?}"),
        Probed::Failed(failure) => format!("failed {:?}", failure.kind),
        Probed::NotAsked(reason) => format!("not asked {reason:?}"),
    }
}

/// What came of all questions: DNS, registration, TLS, page.
fn outcomes(taken: &Taken) -> [String; 4] {
    let dossier = &taken.dossier;
    [
        outcome(&dossier.dns),
        outcome(&dossier.registration),
        outcome(&dossier.tls),
        outcome(&dossier.page),
    ]
}
