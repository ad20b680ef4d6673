//! Hosts that answer.

use model::{Policy, Probed};
use probe::screenshot::Browser;
use testbed::world::{Host, Page, Text};

use super::{Registry, live, look, outcomes, world};

const RDAP: &str = r#"{"objectClassName":"domain","ldhName":"examp1ebank.example","status":["active"],
    "events":[{"eventAction":"registration","eventDate":"2017-04-12T00:00:00Z"}],
    "entities":[{"objectClassName":"entity","roles":["registrar"],"vcardArray":["vcard",[["fn",{},"text","Registrar Ltd"]]]}]}"#;
const WHOIS: &str =
    "domain: examp1ebank.example\r\ncreated: 2017-04-12\r\nregistrar: Registrar Ltd\r\n";
const PAGE: &str = "<html lang=en><title>Sign in</title><img src=https://static.real.example/logo.svg>\
    <form action=go.php><input name=user><input type=password></form>";

fn host() -> Host {
    Host {
        dns: vec![
            "@ MX 10 mail".to_owned(),
            "@ TXT \"v=spf1 -all\"".to_owned(),
        ],
        rdap: Some(Text::Inline(RDAP.to_owned())),
        whois: Some(Text::Inline(WHOIS.to_owned())),
        pages: vec![Page::new("/", PAGE)],
        ..Host::new("examp1ebank.example")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_told() {
    let world = world(vec![host()]);
    let live = live(&world, Registry::Rdap, None);
    let taken = look(&live, "examp1ebank.example", Policy::Fetch).await;
    let dossier = &taken.dossier;
    assert_eq!(outcomes(&taken), ["answered"; 4], "{dossier:#?}");
    let dns = dossier.dns.answer().expect("it is answered");
    assert_eq!(dns.spf.as_deref(), Some("v=spf1 -all"));
    let mx = dns.mx.answer().expect("there is one");
    assert_eq!(mx[0].exchange.as_str(), "mail.examp1ebank.example");
    let address = world.address("examp1ebank.example").expect("it has one");
    let addresses = dns.addresses.answer().expect("there is one");
    assert_eq!(addresses[0].ip, address);
    let registration = dossier.registration.answer().expect("it is answered");
    assert_eq!(
        registration.created.map(|at| at.to_string()).as_deref(),
        Some("2017-04-12T00:00:00Z")
    );
    let tls = dossier.tls.answer().expect("it is answered");
    assert!(
        tls.trusted
            && tls.chain[0]
                .names
                .contains(&"examp1ebank.example".to_owned())
    );
    let page = dossier.page.answer().expect("it is answered");
    assert_eq!(page.title.as_deref(), Some("Sign in"));
    assert_eq!(page.hops[0].address, Some(address));
    assert!(page.forms[0].password && page.borrowed.len() == 1);
    let kept: Vec<_> = taken.evidence.iter().map(|piece| piece.digest).collect();
    for digest in dossier.page.evidence.iter().chain(&dossier.dns.evidence) {
        assert!(kept.contains(digest), "all that is named is kept");
    }
    assert_eq!(
        taken.dossier.screenshot.outcome,
        Probed::NotAsked(model::Reason::NotInstalled)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn policies() {
    let world = world(vec![host()]);
    let live = live(&world, Registry::Whois, None);
    for (policy, expected) in [
        (
            Policy::Passive,
            [
                "not asked Policy",
                "answered",
                "not asked Policy",
                "not asked Policy",
            ],
        ),
        (
            Policy::Resolve,
            [
                "answered",
                "answered",
                "not asked Policy",
                "not asked Policy",
            ],
        ),
        (Policy::Fetch, ["answered"; 4]),
    ] {
        let taken = look(&live, "examp1ebank.example", policy).await;
        assert_eq!(outcomes(&taken), expected, "{policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there() {
    let undelegated = Host {
        undelegated: true,
        ..host()
    };
    let mail_only = Host {
        addresses: Some(Vec::new()),
        dns: vec!["@ MX 10 mail".to_owned()],
        ..Host::new("mail.example")
    };
    let world = world(vec![undelegated, mail_only]);
    let live = live(&world, Registry::Rdap, None);
    let nothing = ["not asked NothingThere"; 2];
    for (name, dns, registration) in [
        ("examp1ebank.example", "absent NoName", "answered"),
        ("mail.example", "answered", "absent NoName"),
        ("nobody.example", "absent NoName", "absent NoName"),
    ] {
        let taken = look(&live, name, Policy::Fetch).await;
        assert_eq!(
            outcomes(&taken),
            [dns, registration, nothing[0], nothing[1]],
            "{name}"
        );
    }
}

/// On a machine without Chromium the same question is not asked, which another test shows; this one wants it.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture() {
    let browser = Browser::find().expect("Chromium is installed");
    let page = Page::new(
        "/",
        "<body style='margin:0;background:linear-gradient(90deg,#000,#fff)'><img src=http://169.254.169.254/x><img src=http://10.0.0.1/y>",
    );
    let world = world(vec![Host {
        pages: vec![page],
        ..Host::new("examp1ebank.example")
    }]);
    let live = live(&world, Registry::Rdap, Some(browser));
    let taken = look(&live, "examp1ebank.example", Policy::Fetch).await;
    let look = &taken.dossier.screenshot;
    let picture = look.answer().unwrap_or_else(|| panic!("{look:?}"));
    assert_eq!(picture.size, (1280, 960));
    assert_eq!(picture.phash, u64::MAX, "it is brighter from left to right");
    assert!(
        taken
            .evidence
            .iter()
            .any(|piece| piece.digest == picture.picture)
    );
}
