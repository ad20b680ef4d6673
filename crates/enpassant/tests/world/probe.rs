//! `probe`: what each host of the world comes to.

use crate::{World, each, text};
use serde_json::Value;
use std::time::{Duration, Instant};

const ASKED: [&str; 4] = ["dns", "registration", "tls", "page"];

/// What came of each question: `answered`, `absent no-name`, `failed timeout`, `not-asked policy`.
fn outcomes(looked: &Value) -> [String; 4] {
    ASKED.map(|question| {
        let look = &looked["dossier"][question];
        let word = |key: &str| look[key].as_str().unwrap_or_default().to_owned();
        match look {
            _ if look["answered"].is_object() => "answered".to_owned(),
            _ if look["absent"].is_string() => format!("absent {}", word("absent")),
            _ if look["failed"].is_object() => {
                let kind = look["failed"]["kind"].as_str().expect("a word");
                let says = look["failed"]["says"].as_str().expect("a text");
                assert!(!says.is_empty(), "a failure has its reason");
                format!("failed {kind}")
            }
            _ => format!("not-asked {}", word("not_asked")),
        }
    })
}

/// Stages, severity and findings of a host, and that its findings add up to its score.
#[track_caller]
fn check(world: &World, name: &str, stages: &[&str], severity: &str, findings: &[&str]) -> Value {
    let looked = world.probe(name, &[]);
    let risk = &looked["risk"];
    assert_eq!(each(&looked["stages"], "stage"), stages, "{name}");
    assert_eq!(risk["severity"], severity, "{name}: {risk}");
    let found = each(&risk["findings"], "id");
    for finding in findings {
        assert!(found.contains(finding), "{name}: {finding} in {found:?}");
    }
    let list = risk["findings"].as_array().expect("a list").iter();
    let sum: f64 = list
        .map(|finding| finding["log_odds"].as_f64().expect("a number"))
        .sum();
    let score = risk["score"].as_f64().expect("a number");
    assert!((score - 1.0 / (1.0 + (-sum).exp())).abs() < 1e-9, "{risk}");
    looked
}

#[test]
fn honest_hosts() {
    let world = World::bank();
    let set_up = ["registered", "delegated", "resolving"];
    let serving = ["certified", "serving"];
    let armed = check(
        &world,
        "login-examplebank.example",
        &[&set_up[..], &["mail-ready"], &serving, &["credential-form"]].concat(),
        "critical",
        &[
            "name",
            "age",
            "quick-certificate",
            "page-similarity",
            "credential-form",
            "borrowed",
        ],
    );
    assert_eq!(armed["organisation"], "example-bank");
    assert_eq!(armed["risk"]["tier"], "alert");
    assert_eq!(outcomes(&armed), ["answered"; 4]);
    check(
        &world,
        "examplebank-online.example",
        &[&set_up[..], &serving].concat(),
        "low",
        &["age", "page-kind"],
    );
    let mail = check(
        &world,
        "examplebank-mail.example",
        &["registered", "delegated", "mail-ready"],
        "high",
        &["mail"],
    );
    let nothing = "not-asked nothing-there";
    assert_eq!(outcomes(&mail), ["answered", "answered", nothing, nothing]);
    let suspended = check(
        &world,
        "examp1ebank.example",
        &["registered", "suspended"],
        "low",
        &["age"],
    );
    assert_eq!(outcomes(&suspended)[0], "absent no-name");
    // Its own, once by what it shares and once by its name.
    let careers = check(
        &world,
        "examplebank-careers.example",
        &[&set_up[..], &serving].concat(),
        "low",
        &["shared-with-own"],
    );
    let own = careers["risk"]["own"].as_str().expect("the reason");
    assert!(own.contains("registrant"), "{own}");
    assert!(careers["risk"]["tier"].is_null());
    let bank = world.probe("examplebank.example", &[]);
    assert!(bank["risk"]["own"].is_string(), "{}", bank["risk"]);
    assert_eq!(bank["organisation"], "example-bank");
    let nobody = world.probe("nobody.example", &[]);
    assert!(nobody["organisation"].is_null());
    assert_eq!(
        outcomes(&nobody),
        ["absent no-name", "absent no-name", nothing, nothing]
    );
    let named = world.probe("nobody.example", &["--organisation", "example-bank"]);
    assert_eq!(named["organisation"], "example-bank");
}

#[test]
fn hostile_hosts_end_in_time_with_their_reason() {
    let world = World::bank();
    let nothing = "not-asked nothing-there";
    let no_name = "absent no-name";
    let (yes, no) = ("answered", "failed forbidden");
    let cases = [
        ("silent", ["failed timeout", no_name, nothing, nothing]),
        ("lame", ["failed refused", no_name, nothing, nothing]),
        ("inside", [yes, no_name, no, no]),
        ("cloud", [yes, no_name, yes, no]),
        ("circle", [yes, no_name, yes, "failed too-large"]),
        ("bomb", [yes, no_name, yes, yes]),
        ("endless", [yes, no_name, yes, yes]),
        (
            "garbage",
            [yes, no_name, "failed broken", "failed malformed"],
        ),
        ("busy", [yes, "failed refused", yes, yes]),
        ("odd", [yes, yes, yes, yes]),
    ];
    std::thread::scope(|scope| {
        for (host, expected) in cases {
            let world = &world;
            scope.spawn(move || {
                let since = Instant::now();
                let looked = world.probe(&format!("examplebank-{host}.example"), &[]);
                let took = since.elapsed();
                assert_eq!(outcomes(&looked), expected, "{host}");
                assert!(took < Duration::from_secs(45), "{host}: {took:?}");
                if ["bomb", "endless"].contains(&host) {
                    let page = &looked["dossier"]["page"]["answered"];
                    assert_eq!(page["truncated"], true, "{host}");
                }
            });
        }
    });
    // The others are unharmed.
    let armed = world.probe("login-examplebank.example", &[]);
    assert_eq!(outcomes(&armed), [yes; 4]);
}

#[test]
fn names_divide_as_the_given_list_tells() {
    let world = World::of(
        "[[hosts]]\nname = \"pages.example\"\n[[hosts.pages]]\npath = \"/\"\n\
         body = \"<form action='//b.pages.example/'><input type=password></form>\"\n",
    );
    let list = world.dir.path().join("list.dat");
    let rules = "// ===BEGIN PRIVATE DOMAINS===\npages.example\n// ===END PRIVATE DOMAINS===\n";
    std::fs::write(&list, rules).expect("it can be written");
    let list = list.to_str().expect("it is UTF-8");
    // Below a suffix, the neighbour is a stranger.
    for (more, elsewhere) in [(&[][..], false), (&["--suffix-list", list], true)] {
        let looked = world.probe("www.pages.example", more);
        let page = &looked["dossier"]["page"]["answered"];
        assert_eq!(page["forms"][0]["elsewhere"], elsewhere, "{page}");
    }
}

#[test]
fn policies_go_so_far_and_no_further() {
    let world = World::bank();
    let (yes, not) = ("answered", "not-asked policy");
    for (policy, expected) in [
        ("passive", [not, yes, not, not]),
        ("resolve", [yes, yes, not, not]),
        ("fetch", [yes; 4]),
    ] {
        let looked = world.probe("login-examplebank.example", &["--policy", policy]);
        assert_eq!(outcomes(&looked), expected, "{policy}");
        let picture = &looked["dossier"]["screenshot"]["not_asked"];
        let why = if policy == "fetch" {
            "not-installed"
        } else {
            "policy"
        };
        assert_eq!(picture, why);
    }
    // Where nobody says otherwise, the configuration does.
    world.configure("policy = \"fetch\"", "policy = \"passive\"");
    let looked = world.probe("login-examplebank.example", &[]);
    assert_eq!(outcomes(&looked), [not, yes, not, not]);
}

#[test]
fn people_read_what_it_comes_to_and_can_keep_what_it_rests_on() {
    let world = World::bank();
    let kept = world.dir.path().join("evidence");
    let page = |name: &str| {
        let mut command = world.command(&["probe", name, "--danger-loopback"]);
        let output = command.arg("--evidence").arg(&kept).output();
        text(&output.expect("the program starts"))
    };
    let armed = page("login-examplebank.example");
    for told in [
        "login-examplebank[.]example\n",
        "imitates example-bank",
        "severity critical",
        "credential-form",
        "100 % like the organisation's own",
        "a form that posts to https://collect[.]example/in[.]php",
    ] {
        assert!(armed.contains(told), "{told}: {armed}");
    }
    assert!(page("examplebank.example").contains("its own, score"));
    let looked = world.probe("login-examplebank.example", &[]);
    let body = looked["dossier"]["page"]["answered"]["body"]
        .as_str()
        .expect("a digest");
    let bytes = std::fs::read(kept.join(body)).expect("it was kept by its digest");
    assert!(bytes.starts_with(b"<!doctype html>"));
}
