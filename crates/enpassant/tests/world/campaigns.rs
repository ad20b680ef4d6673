//! Campaigns in `watch`: who shares a registrant with an alert is joined to it, raised, looked at again and told.
//!
//! All hosts are generated, which is said where they are described.

use crate::watch::{events, log};
use crate::{World, each, wait_for};
use serde_json::Value;

/// Alerts by themselves: they ask for a password.
const ALERTS: [&str; 2] = ["login-examplebank.example", "secure-examplebank.example"];
/// By its name it is only kept quietly, and what it shows is harmless.
const WEAK: &str = "exampleb.example";
/// As weak, by somebody else.
const STRANGER: &str = "example-bonds.example";
/// All that the registrant of [`WEAK`] has in the world of the bank.
const OF_ONE: [&str; 4] = [
    "examp1ebank.example",
    WEAK,
    "examplebank-mail.example",
    "login-examplebank.example",
];
/// Why the weak one is raised.
const WHY: &str = "shares its registrant's mailbox with";

fn scenario(latency_ms: u64) -> String {
    let host = |name: &str, year: u16, mailbox: &str, body: &str| {
        format!(
            r#"
# Generated.
[[hosts]]
name = "{name}"
rdap = '''{{"objectClassName": "domain", "ldhName": "{name}", "notices": [{{"title": "generated", "description": ["made up"]}}],
"events": [{{"eventAction": "registration", "eventDate": "{year}-03-03T10:00:00Z"}}],
"entities": [{{"objectClassName": "entity", "roles": ["registrant"], "vcardArray": ["vcard", [
  ["version", {{}}, "text", "4.0"], ["fn", {{}}, "text", "{name}"], ["email", {{}}, "text", "{mailbox}"]]]}}]}}'''
[[hosts.pages]]
path = "/"
body = "{body}"
"#
        )
    };
    let form = "<title>Sign in</title><form><input type=password></form>";
    let ours = "jo.doe@mail.example";
    format!(
        "latency_ms = {latency_ms}\n{}{}{}{}",
        host(ALERTS[0], 2017, ours, form),
        host(ALERTS[1], 2018, ours, form),
        host(WEAK, 2019, ours, "<p>Nothing here yet.</p>"),
        host(STRANGER, 2020, "else@post.example", "<p>Bonds.</p>"),
    )
}

/// The detection of a domain, if there is one.
fn detection(world: &World, domain: &str) -> Option<Value> {
    let mut found = world.detections().into_iter();
    found.find(|found| found["registrable"] == domain)
}

/// How many of all domains were looked at.
fn looked(world: &World) -> usize {
    let all = ALERTS.iter().chain(&[WEAK, STRANGER]);
    let looks = all.filter_map(|domain| detection(world, domain)?["look"]["looks"].as_u64());
    looks.filter(|looks| *looks > 0).count()
}

fn is_raised(world: &World) -> bool {
    detection(world, WEAK).is_some_and(|weak| weak["look"]["risk"]["tier"] == "alert")
}

/// Waits until all were looked at, and the weak one is raised.
fn wait_until_raised(world: &World) {
    wait_for("the weak one to be raised", || {
        looked(world) == 4 && is_raised(world)
    });
}

/// The one campaign of a world: all that must be the same whoever was killed in between.
fn campaign(world: &World) -> Value {
    let list: Value =
        serde_json::from_str(&world.ledger(&["campaigns", "--json"])).expect("it is JSON");
    assert_eq!(each(&list["campaigns"], "id").len(), 1, "{list}");
    let whole = world.ledger(&["campaigns", WEAK, "--json"]);
    let mut whole: Value = serde_json::from_str(&whole).expect("it is JSON");
    let mut members = each(&whole["members"], "domain");
    members.sort_unstable();
    assert_eq!(members, [WEAK, ALERTS[0], ALERTS[1]]);
    let links = whole["links"].as_array().expect("links");
    assert_eq!(links.len(), 2, "two links hold three: {links:?}");
    let parts = ["id", "name", "links", "centre", "hypotheses"];
    parts.iter().map(|part| whole[part].take()).collect()
}

/// The changes of campaigns that were told, with the domain that each is about.
fn changes(events: &[Value]) -> Vec<(&str, &str)> {
    let told = events.iter().filter(|event| event["event"] == "campaign");
    told.map(|event| {
        assert!(event["campaign"].is_string() && event["says"].is_string());
        let change = event["change"].as_str().expect("a text");
        (change, event["domain"].as_str().unwrap_or_default())
    })
    .collect()
}

#[test]
fn the_weak_are_raised_by_the_company_they_keep() {
    let world = World::of(&scenario(0));
    let logs = log(&[ALERTS[0], ALERTS[1], WEAK, STRANGER]);
    let watch = world.watch(logs.log_list());
    wait_until_raised(&world);

    let weak = detection(&world, WEAK).expect("it is there");
    assert_eq!(weak["tier"], "watch", "by its name");
    assert!(
        weak["look"]["looks"].as_u64() >= Some(2),
        "looked at again: {weak}"
    );
    let findings = &weak["look"]["risk"]["findings"];
    let company = findings.as_array().expect("findings").iter();
    let mut company = company.filter(|finding| finding["id"] == "company");
    let says = company.next().expect("it is raised by it")["says"].as_str();
    assert!(says.is_some_and(|says| says.contains(WHY)), "{findings}");
    let stranger = detection(&world, STRANGER).expect("it is there");
    assert_ne!(stranger["look"]["risk"]["tier"], "alert", "{stranger}");
    campaign(&world);

    let events = events(&world, &watch);
    let told = changes(&events);
    let times = |change: &str| told.iter().filter(|told| told.0 == change).count();
    assert_eq!((times("formed"), times("promoted")), (1, 1), "{told:?}");
    assert!(told.contains(&("promoted", WEAK)), "{told:?}");
    let at = |is: &dyn Fn(&Value) -> bool| events.iter().position(is);
    let promoted = at(&|event| event["change"] == "promoted");
    let risk = at(&|event| {
        event["event"] == "risk" && event["registrable"] == WEAK && event["risk"]["tier"] == "alert"
    });
    assert!(promoted.is_some() && promoted < risk, "{events:?}");
    let risk = &events[risk.expect("checked just now")]["risk"];
    assert!(each(&risk["findings"], "id").contains(&"company"), "{risk}");
}

#[test]
fn killed_between_looks_it_comes_to_the_same_campaign() {
    let logs = log(&[ALERTS[0], ALERTS[1], WEAK, STRANGER]);
    let calm = World::of(&scenario(0));
    let watch = calm.watch(logs.log_list());
    wait_until_raised(&calm);
    let expected = campaign(&calm);
    drop(watch);

    let world = World::of(&scenario(300));
    // One after the other, so that some are joined and others not when it is killed.
    world.configure("[probe]\n", "[probe]\nat_once = 1\n");
    for done in 1..=4 {
        let watch = world.watch(logs.log_list());
        wait_for("a look", || looked(&world) >= done);
        watch.kill();
    }
    let watch = world.watch(logs.log_list());
    wait_until_raised(&world);
    assert_eq!(campaign(&world), expected);

    let events = events(&world, &watch);
    let told = changes(&events);
    let times = |change: &str| told.iter().filter(|told| told.0 == change).count();
    assert_eq!((times("formed"), times("promoted")), (1, 1), "{told:?}");
}

/// What the README shows, by the steps that it gives.
#[test]
fn the_world_of_the_bank_has_a_campaign() {
    let world = World::bank();
    let hosts = world.told["hosts"].as_array().expect("a list").iter();
    let hosts: Vec<&str> = hosts.map(|host| host.as_str().expect("a name")).collect();
    let logs = log(&hosts);
    let _watch = world.watch(logs.log_list());
    wait_for("the weak one to be raised", || is_raised(&world));
    wait_for("all four", || {
        let whole = world.ledger(&["campaigns", WEAK, "--json"]);
        let whole: Value = serde_json::from_str(&whole).expect("it is JSON");
        let mut members = each(&whole["members"], "domain");
        members.sort_unstable();
        members == OF_ONE
    });

    let list = world.ledger(&["campaigns"]);
    let row = list.lines().find(|row| row.contains("credential-form"));
    let row: Vec<&str> = row.expect("the campaign").split_whitespace().collect();
    assert_eq!(row[3..6], ["4", "4", "credential-form"], "{list}");
    let page = world.ledger(&["campaigns", row[0]]);
    assert!(
        page.contains(&format!("promoted because it {WHY}")),
        "{page}"
    );
    assert!(page.contains("jo[.]doe@mail[.]example"), "{page}");
    let graph = world.ledger(&["graph", row[0], "--format", "json"]);
    let report = world.ledger(&["report", row[0], "-o", "-", "--tlp", "green"]);
    assert!(
        !report.contains("jo[.]doe"),
        "persons are not for everybody"
    );
    for domain in OF_ONE {
        assert!(graph.contains(domain), "{domain}: {graph}");
        assert!(
            report.contains(&names::defanged(domain).to_string()),
            "{domain}"
        );
    }
}
