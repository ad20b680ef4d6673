//! What is let pass, in all that is told of a campaign.

use super::check;
use super::filled::{MAILBOX, place};

#[test]
fn what_is_let_pass_is_told_as_harmless() {
    let place = place();
    place.decide("decide portal-office.example benign --allow name");
    place.decide("campaign pin portal-office.example examp1ebank.example");
    let told = place.ask(0, "campaigns examp1ebank.example").out;
    check(
        &told,
        &[
            "1 domain of them ruled harmless by an analyst, and let pass",
            "pass   serving          portal-office[.]example",
            "harmless to example-ministry: an analyst lets it pass",
        ],
        &["nothing is to be done"],
    );
    let report = place.ask(0, "report examp1ebank.example -o -").out;
    check(
        &report,
        &["an analyst lets it pass", "Block the domains"],
        &[],
    );
    let whole = place.json("campaigns examp1ebank.example");
    let members = whole["members"].as_array().expect("an array");
    let passed = members
        .iter()
        .filter(|it| it["aims"][0]["let_pass"] == true)
        .map(|it| it["domain"].as_str().expect("a name"));
    assert_eq!(passed.collect::<Vec<_>>(), ["portal-office.example"]);
}

#[test]
fn a_campaign_that_is_let_pass_whole_asks_for_nothing() {
    let place = place();
    place.decide("campaign pin bank-shop-a.example bank-shop-b.example");
    place.decide("decide bank-shop-a.example benign --allow bank-shop-*.example");
    let told = place.ask(0, "campaigns bank-shop-a.example").out;
    check(
        &told,
        &[
            "an analyst ruled all of it harmless and lets it pass: nothing is to be done",
            "no alerts",
        ],
        &[],
    );
    let report = place.ask(0, "report bank-shop-a.example -o -").out;
    check(
        &report,
        &["None: there is nothing to search for."],
        &["Block the domains", "Ask the registrars", MAILBOX],
    );
}

#[test]
fn who_is_confirmed_is_not_nobody() {
    let place = place();
    place.decide("campaign confirm examp1ebank.example --hypothesis Strontium");
    let told = place.ask(0, "campaigns examp1ebank.example").out;
    check(
        &told,
        &["Strontium, by an analyst's word"],
        &["Nobody that we could name."],
    );
}
