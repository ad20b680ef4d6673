//! Killed while it looks, a watch loses no look and takes none twice.

use crate::watch::{events, log};
use crate::{World, each, wait_for};
use serde_json::Value;
use std::collections::BTreeSet;

/// How often it is killed.
const KILLS: u64 = 3;
const NAMES: [&str; 12] = [
    "login-examplebank.example",
    "examplebank-login.example",
    "secure-examplebank.example",
    "examplebank-secure.example",
    "my-examplebank.example",
    "examplebank-account.example",
    "examp1ebank.example",
    "exampleb4nk.example",
    "examplebank-mail.example",
    "portal-examplebank.example",
    "examplebank-support.example",
    "webmail-examplebank.example",
];

/// Hosts that take their time, so that looks are under way when it is killed.
fn scenario() -> String {
    let host = |name: &&str| {
        format!(
            "[[hosts]]\nname = \"{name}\"\ndns = [\"@ MX 10 mail\"]\n[[hosts.pages]]\npath = \"/\"\n\
             body = \"<title>Sign in</title><form><input type=password></form>\"\n"
        )
    };
    let hosts: String = NAMES.iter().map(host).collect();
    format!("latency_ms = 600\n{hosts}")
}

/// How many looks are done, and how many under way.
fn looks(world: &World) -> (u64, u64) {
    let status = world.ledger(&["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&status).expect("it is JSON");
    let count = |key: &str| status["looks"][key].as_u64().expect("a number");
    (count("looked"), count("under_way"))
}

#[test]
fn no_look_is_lost_and_none_doubled() {
    let world = World::of(&scenario());
    // Some are done, some under way, some wait.
    world.configure("[probe]\n", "[probe]\nat_once = 3\n");
    let logs = log(&NAMES);
    for kills in 0..KILLS {
        let watch = world.watch(logs.log_list());
        wait_for("looks done and under way", || {
            let (done, under_way) = looks(&world);
            done >= 2 * kills && under_way > 0
        });
        watch.kill();
        assert!(looks(&world).0 < NAMES.len() as u64, "there is more to do");
    }
    let watch = world.watch(logs.log_list());
    let all = NAMES.len() as u64;
    wait_for("every look", || looks(&world) == (all, 0));

    let found = world.detections();
    assert_eq!(found.len(), NAMES.len());
    let events = events(&world, &watch);
    let told: Vec<(u64, &str)> = events
        .iter()
        .filter(|event| event["event"] == "stage")
        .map(|event| {
            assert_eq!(event["direction"], "up", "{event}");
            let id = event["id"].as_u64().expect("a number");
            (id, event["stage"].as_str().expect("a text"))
        })
        .collect();
    let once: BTreeSet<_> = told.iter().copied().collect();
    assert_eq!(once.len(), told.len(), "no step is told twice");
    for detection in &found {
        let look = &detection["look"];
        // The second look is not due for minutes: the one that was broken off was the same as the one that was taken.
        assert_eq!(look["looks"], 1, "{detection}");
        let id = detection["id"].as_u64().expect("a number");
        let stages: BTreeSet<_> = each(&look["stages"], "stage").into_iter().collect();
        let of_this = once.iter().filter(|(of, _)| *of == id);
        assert_eq!(
            of_this.map(|(_, stage)| *stage).collect::<BTreeSet<_>>(),
            stages
        );
        assert!(stages.contains("credential-form"), "{look}");
    }
}
