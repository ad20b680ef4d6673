//! Loopback is opened by the key in the configuration and the flag together, and never in silence.

use crate::World;
use std::process::Output;

fn probe(world: &World, more: &[&str]) -> Output {
    let mut command = world.command(&["probe", "login-examplebank.example", "--json"]);
    command.args(more).output().expect("the program starts")
}

#[track_caller]
fn check(output: &Output, code: i32, told: &str) {
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{err}");
    assert!(err.contains(told), "{told:?}: {err}");
}

#[test]
fn it_takes_the_key_and_the_flag_and_warns() {
    let world = World::bank();
    let flag = ["--danger-loopback"];
    check(
        &probe(&world, &flag),
        0,
        "warning: data may lead to this machine itself",
    );
    check(&probe(&world, &[]), 2, "wants the flag --danger-loopback");
    world.configure("danger_loopback = true", "danger_loopback = false");
    check(&probe(&world, &flag), 2, "wants `danger_loopback = true`");
    // Without both, nobody calls a look-alike on this machine.
    let closed = probe(&world, &[]);
    check(&closed, 0, "");
    let looked: serde_json::Value = serde_json::from_slice(&closed.stdout).expect("it is JSON");
    for question in ["tls", "page"] {
        let failure = &looked["dossier"][question]["failed"];
        assert_eq!(failure["kind"], "forbidden", "{question}: {failure}");
    }
}
