//! RDAP by plain HTTP calls, with names looked up in the world.

use egress::{Answer, EgressError, Get, Http, Trust};
use testbed::world::{Host, HostFault, Text};

use super::{Place, TIME, bounded, settings, told, url};

fn place() -> (Place, Http) {
    let mut honest = Host::new("honest.example");
    honest.rdap = Some(Text::Inline("{\"objectClassName\":\"domain\"}".to_owned()));
    let faulty = HostFault::ALL
        .into_iter()
        .map(|fault| Host::new(&format!("{fault}.example")).with(fault));
    let place = Place::new([honest].into_iter().chain(faulty).collect());
    let http = Http::new(&settings(&place.world)).expect("the settings can be used");
    (place, http)
}

async fn get(http: &Http, address: &str) -> Result<Answer, EgressError> {
    let address = url(address);
    let get = Get::new(&address, Trust::Configured, 10_000, TIME);
    bounded(http.get(get)).await
}

#[tokio::test]
async fn registrations_and_refusals() {
    let (place, http) = place();
    let check = async |name: &str, expected: &str| {
        let told = match get(&http, &format!("{}domain/{name}", place.world.rdap())).await {
            Ok(answer) => String::from_utf8_lossy(&answer.body).into_owned(),
            Err(error) => format!("{:?} {:?}", error.status(), error.retry_after()),
        };
        assert!(told.starts_with(expected), "{name}: {told}");
    };
    check("honest.example", "{\"objectClassName\":\"domain\"}").await;
    check("nobody.example", "Some(404) None").await;
    check("rdap-throttled.example", "Some(429) Some(30s)").await;
    check("rdap-broken.example", "Some(500) None").await;
    check("rdap-wrong-types.example", "{\"objectClassName\":7").await;
    check("rdap-no-json.example", "<html>").await;
}

#[tokio::test]
async fn the_bootstrap_file_leads_there() {
    let (place, _) = place();
    let bootstrap = place.world.bootstrap();
    let services = format!(
        "\"services\":[[[\"example\"],[\"{}\"]]]",
        place.world.rdap()
    );
    assert!(bootstrap.contains(&services), "{bootstrap}");
}

#[tokio::test]
async fn names_are_asked_of_the_servers_that_were_set() {
    let (place, http) = place();
    let port = place.world.http_port();
    let answer = get(&http, &format!("http://honest.example:{port}/")).await;
    let page = answer.expect("the name is known there");
    assert_eq!(&*page.body, b"<title>honest.example</title>");
    for (name, expected) in [
        ("nobody.example", "NoName: nobody.example"),
        (
            "dns-servfail.example",
            "Unreachable: cannot find the address",
        ),
        ("dns-silent.example", "Unreachable: cannot find the address"),
    ] {
        let error = get(&http, &format!("http://{name}:{port}/")).await;
        let error = error.expect_err("it has no address");
        assert!(told(&error).starts_with(expected), "{}", told(&error));
    }
}
