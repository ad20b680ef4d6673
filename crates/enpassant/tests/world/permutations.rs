//! Imitations asked of the DNS: whoever set one up is found without any log.

use crate::{World, wait_for};
use serde_json::Value;
use std::collections::BTreeSet;

const SCENARIO: &str = "\
[[hosts]]
name = \"examplebank.example\"

[[hosts]]
name = \"examp1ebank.example\"

[[hosts]]
name = \"exampleb4nk.example\"
fault = \"dns-servfail\"

[[hosts]]
name = \"examplebamk.example\"
undelegated = true
";

/// How many questions of the feed are settled.
fn settled(world: &World) -> u64 {
    let status = world.ledger(&["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&status).expect("it is JSON");
    let mut feeds = status["feeds"].as_array().expect("a list").iter();
    let feed = feeds.find(|feed| feed["id"] == "permutations");
    feed.map_or(0, |feed| feed["settled"].as_u64().expect("a number"))
}

#[test]
fn imitations_that_the_dns_knows_are_detected() {
    let world = World::of(SCENARIO);
    let asking =
        "[permutations]\nenabled = true\nper_second = 10000.0\n\n[lake]\nclose_every = \"1s\"\n";
    world.configure("[lake]\n", asking);
    let watch = world.follow(&[]);
    wait_for("the questions", || settled(&world) > 0);
    let registrable = |found: &Value| found["registrable"].as_str().map(str::to_owned);
    let found = || -> BTreeSet<_> { world.detections().iter().filter_map(registrable).collect() };
    wait_for("the imitations", || found().len() >= 2);
    drop(watch);
    let expected = ["examp1ebank.example", "exampleb4nk.example"].map(str::to_owned);
    assert_eq!(found(), BTreeSet::from(expected), "{}", world.log());
}
