//! The door against real servers on loopback: honest ones, hostile ones, and a resolver that lies.

mod dns;
mod forbidden;
mod pages;
mod proxies;
mod rdap;
mod tls;
mod whois;

use std::time::{Duration, Instant};

use egress::dns::DnsSettings;
use egress::{Dialer, EgressError, Endpoint, Gate, Manners, Rate, Settings, Trust};
use testbed::world::{Host, Scenario, World};
use url::Url;

/// The time of each call, where nothing else is said.
const TIME: Duration = Duration::from_secs(1);
/// How much longer than its time a call may take on a busy machine.
const GRACE: Duration = Duration::from_millis(1500);

/// A world, and a door to it.
struct Place {
    world: World,
    dialer: Dialer,
}

impl Place {
    fn new(hosts: Vec<Host>) -> Self {
        let world = world(hosts);
        let dialer = dialer(&settings(&world));
        Place { world, dialer }
    }

    fn http(&self, host: &str, path: &str) -> Url {
        url(&format!("http://{host}:{}{path}", self.world.http_port()))
    }

    fn https(&self, host: &str, path: &str) -> Url {
        url(&format!("https://{host}:{}{path}", self.world.https_port()))
    }

    fn whois(&self) -> String {
        self.world.whois().ip().to_string()
    }
}

fn world(hosts: Vec<Host>) -> World {
    let scenario = Scenario {
        hosts,
        ..Scenario::default()
    };
    World::start(scenario).expect("loopback has free ports")
}

/// Data may lead to loopback, names are asked of the world, and its authority is trusted.
fn settings(world: &World) -> Settings {
    Settings {
        danger_loopback: true,
        dns: DnsSettings {
            servers: vec![world.dns()],
            timeout: Duration::from_millis(500),
            attempts: 1,
        },
        roots: vec![world.root().to_path_buf()],
        ..Settings::new("enpassant/test")
    }
}

fn dialer(settings: &Settings) -> Dialer {
    let gate = Gate::new(Manners {
        rate: Rate::per_second(1e6, 1000),
        ..Manners::default()
    });
    Dialer::new(settings, gate).expect("the settings can be used")
}

fn url(text: &str) -> Url {
    text.parse().expect("the test writes URLs")
}

/// What strangers name.
fn data(host: &str, port: u16) -> Endpoint<'_> {
    Endpoint::new(host, port, Trust::FromData)
}

/// Waits for a call that must end in its time, whatever the other side does.
async fn bounded<T>(call: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let done = call.await;
    let took = start.elapsed();
    assert!(took < TIME + GRACE, "it took {took:?}");
    done
}

/// The kind of an error, and what it says.
fn told(error: &EgressError) -> String {
    format!("{:?}: {error}", error.kind())
}
