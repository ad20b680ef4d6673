//! Campaigns and what is decided about them: the ledger is filled with generated domains.

mod filled;
mod passed;
mod references;

use crate::{Place, Run};
use filled::{MAILBOX, block_on, detect, open, place};
use serde_json::Value;

impl Place {
    /// Runs a command on the ledger, which must end with this code.
    #[track_caller]
    fn ask(&self, code: i32, line: &str) -> Run {
        let run = self.run(&format!("{line} --ledger ledger.sqlite"));
        assert_eq!(run.code, code, "{line}: {}{}", run.out, run.err);
        assert!(
            !run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'),
            "{line}"
        );
        run
    }

    /// The same of an analyst.
    #[track_caller]
    fn decide(&self, line: &str) -> String {
        self.ask(0, &format!("{line} --by anna --reason known")).out
    }

    #[track_caller]
    fn json(&self, line: &str) -> Value {
        let out = self.ask(0, &format!("{line} --json")).out;
        serde_json::from_str(&out).expect("it is JSON")
    }

    /// How many domains each campaign has, the largest first.
    fn sizes(&self) -> Vec<u64> {
        let listed = self.json("campaigns");
        let rows = listed["campaigns"].as_array().expect("an array");
        let size = |row: &Value| row["domains"].as_u64().expect("a number");
        let mut sizes: Vec<u64> = rows.iter().map(size).collect();
        sizes.sort_unstable_by(|one, other| other.cmp(one));
        sizes
    }
}

#[track_caller]
fn check(text: &str, has: &[&str], has_not: &[&str]) {
    for part in has {
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
    for part in has_not {
        assert!(!text.contains(part), "`{part}` is there:\n{text}");
    }
}

#[test]
fn campaigns_are_listed() {
    let place = place();
    let table = place.ask(0, "campaigns").out;
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[0][..4], ["ID", "NAME", "DOMAINS", "ALERTS"]);
    assert_eq!(rows.len(), 3, "{table}");
    // A name is two words.
    let large = rows
        .iter()
        .find(|row| row[3] == "3")
        .expect("one of three domains");
    assert_eq!(large[4..6], ["3", "serving"]);
    assert_eq!(large[8..], ["example-bank,", "example-ministry"]);
    let listed = place.json("campaigns --organisation example-ministry");
    assert_eq!(listed["campaigns"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["campaigns"][0]["alerts"], 2, "those of the ministry");
    let unknown = place.ask(1, "campaigns --organisation example-bnk").err;
    check(
        &unknown,
        &["no organisation example-bnk is guarded here; there are: example-bank, example-ministry"],
        &[],
    );
    for line in ["campaigns", "graph", "timeline", "report -o -"] {
        let line = format!("{line} bank-shop-a.example --organisation example-ministry");
        let refused = place.ask(1, &line).err;
        check(&refused, &["does not concern this organisation"], &[]);
    }
    let empty = Place::new();
    block_on(open(&empty));
    assert_eq!(empty.ask(0, "campaigns").out, "");
}

#[test]
fn a_campaign_is_told_whole() {
    let place = place();
    let told = place.ask(0, "campaigns portal-office[.]example").out;
    check(
        &told,
        &[
            "3 domains aimed at example-bank, example-ministry; 3 alerts",
            "alert  serving          examp1ebank[.]example",
            "promoted because it shares its registrant's mailbox with examp1ebank[.]example",
            "registrant's mailbox                jo[.]doe@mail[.]example",
            "<b>\\u{1b}[31msign in to your bank",
            "the same registrant's mailbox, observed on 3 domains",
            "Nobody that we could name.",
            "seen by us for the first time",
        ],
        &["examp1ebank.example", "What analysts decided"],
    );
    let csv = place
        .ask(0, "campaigns examp1ebank.example --indicators")
        .out;
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows[0], "kind,value,valid_from,assumed,valid_until,why");
    check(
        &csv,
        &[
            "\ndomain,portal-office.example,2026-09-21T",
            "\nmailbox,jo.doe@mail.example,",
        ],
        &[],
    );
    let withheld = place
        .ask(0, "campaigns examp1ebank.example --indicators --tlp green")
        .out;
    check(
        &withheld,
        &["\ndomain,portal-office.example,"],
        &["mailbox"],
    );
    let whole = place.json("campaigns examp1ebank.example");
    let indicators = whole["indicators"].as_array().map(Vec::len);
    assert_eq!(indicators, Some(rows.len() - 1));
    assert_eq!(whole["members"].as_array().map(Vec::len), Some(3));
    assert_eq!(whole["decisions"], Value::Array(vec![]));
    let id = whole["id"].as_str().expect("an id");
    assert_eq!(place.json(&format!("campaigns {}", &id[..4]))["id"], id);
}

#[test]
fn persons_are_for_those_who_may_see_them() {
    let place = place();
    place.decide("campaign confirm examp1ebank.example --hypothesis Kestrel");
    place.decide("campaign pin examp1ebank.example bank-alone.example");
    let (local, of) = MAILBOX.split_once('@').expect("a mailbox");
    let defanged = local.replace('.', "[.]");
    for line in [
        "campaigns examp1ebank.example",
        "campaigns examp1ebank.example --json",
        "graph examp1ebank.example",
        "graph examp1ebank.example --format dot",
        "graph examp1ebank.example --format graphml",
        "graph examp1ebank.example --format json",
        "timeline examp1ebank.example",
        "timeline examp1ebank.example --format svg",
        "report examp1ebank.example -o -",
    ] {
        let out = place.ask(0, &format!("{line} --tlp green")).out;
        check(&out, &[], &[local, &defanged, "anna"]);
        assert!(!out.is_empty(), "{line}");
    }
    let amber = place.ask(0, "graph examp1ebank.example --format dot").out;
    check(&amber, &[&of.replace('.', "[.]")], &[]);
}

#[test]
fn reasons_are_for_those_who_may_see_persons() {
    let place = place();
    for decision in [
        "campaign confirm examp1ebank.example --hypothesis Kestrel",
        "campaign pin examp1ebank.example bank-alone.example",
        "campaign reject examp1ebank.example --hypothesis Otter",
        "campaign undo 3",
    ] {
        place.ask(0, &format!("{decision} --by anna --reason Roehampton"));
    }
    for (line, times) in [
        // Of the tie; of the verdict; of three decisions and of one that was taken back.
        ("campaigns examp1ebank.example", 6),
        ("campaigns examp1ebank.example --json", 6),
        ("graph examp1ebank.example --format graphml", 1),
        ("graph examp1ebank.example --format json", 2),
        ("timeline examp1ebank.example", 4),
    ] {
        for tlp in ["clear", "green"] {
            let out = place.ask(0, &format!("{line} --tlp {tlp}")).out;
            check(&out, &[], &["Roehampton"]);
            assert_eq!(out.matches("(reason withheld)").count(), times, "{out}");
        }
        let out = place.ask(0, &format!("{line} --tlp amber")).out;
        check(&out, &["Roehampton"], &["withheld)"]);
    }
    let told = place.ask(0, "timeline examp1ebank.example --tlp clear").out;
    check(
        &told,
        &[
            "decision 1: who may be behind it is confirmed: (reason withheld)",
            "decision 2: bank-alone[.]example and examp1ebank[.]example belong together: (reason withheld)",
            "bank-alone[.]example and examp1ebank[.]example: an analyst says so",
            "decision 3 was taken back: (reason withheld)",
        ],
        &[],
    );
    for line in [
        "timeline examp1ebank.example --format svg",
        "report examp1ebank.example -o -",
    ] {
        let out = place.ask(0, &format!("{line} --tlp green")).out;
        check(&out, &["(reason withheld)"], &["Roehampton"]);
    }
}

#[test]
fn pictures_and_reports_are_written_whole() {
    let place = place();
    for (line, begin) in [
        ("graph examp1ebank.example -o it", "<svg"),
        ("timeline examp1ebank.example --format svg -o it", "<svg"),
        ("report examp1ebank.example -o it", "<!DOCTYPE html>"),
    ] {
        place.write("it", "what stood there before");
        place.ask(0, line);
        let written = std::fs::read_to_string(place.path("it")).expect("it is there");
        assert!(written.starts_with(begin), "{line}: {written:.80}");
    }
    let left = std::fs::read_dir(place.path(".")).expect("a directory");
    let left = left.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let temporary: Vec<String> = left.filter(|name| name.starts_with(".tmp")).collect();
    assert_eq!(temporary, [""; 0]);
    let told = place
        .ask(0, "report examp1ebank.example -o it --tlp red")
        .err;
    check(&told, &["it: ", "TLP:RED"], &[]);
    let told = place.ask(1, "report examp1ebank.example -o no/where").err;
    check(&told, &["error: cannot write no/where"], &[]);
}

#[test]
fn domains_are_cut_out_and_come_back() {
    let place = place();
    let cut = "campaign cut examp1ebank.example portal-office[.]example accounts-office.example";
    let told = place.decide(&format!("{cut} --dry-run"));
    check(
        &told,
        &["to be decided: accounts-office[.]example is kept apart from"],
        &["decision"],
    );
    assert_eq!(place.sizes(), [3, 2]);
    let told = place.decide(cut);
    check(
        &told,
        &[
            "decision 1: accounts-office[.]example is kept apart from",
            "decision 2: portal-office",
        ],
        &[],
    );
    assert_eq!(place.sizes(), [2]);
    let told = place.decide("campaign undo 2");
    check(&told, &["decision 2 is taken back", "formed"], &[]);
    assert_eq!(place.sizes(), [2, 2]);
    let told = place.ask(1, "campaign undo 2 --by anna --reason again").err;
    assert_eq!(told, "error: no decision 2 stands\n");
    place.decide("campaign undo 1");
    // Split, they stay together.
    place
        .decide("campaign split examp1ebank.example portal-office.example accounts-office.example");
    assert_eq!(place.sizes(), [2, 2]);
    let decisions = place.json("campaign decisions");
    let undone: Vec<bool> = (0..3)
        .map(|at| decisions[at]["undone"].is_object())
        .collect();
    assert_eq!(undone, [true, true, false]);
    let about = place.ask(0, "campaign decisions bank-shop-a.example").out;
    assert_eq!(about, "");
}

#[test]
fn a_value_is_struck_and_campaigns_are_merged() {
    let place = place();
    let strike = "campaign cut bank-shop-a.example --value name-server=ns[.]quiet[.]example";
    place.decide(&format!("{strike} --dry-run"));
    assert_eq!(place.sizes(), [3, 2]);
    let told: Value =
        serde_json::from_str(&place.decide(&format!("{strike} --json"))).expect("JSON");
    assert_eq!(told["decisions"][0]["id"], 1);
    assert_eq!(
        told["changes"].as_array().map(Vec::len),
        Some(0),
        "it is dissolved: {told}"
    );
    assert_eq!(place.sizes(), [3]);
    place.decide("campaign pin bank-shop-a.example bank-shop-b.example bank-alone.example");
    assert_eq!(place.sizes(), [3, 3]);
    let told = place.decide("campaign merge bank-alone.example examp1ebank.example");
    check(&told, &["merged", "takes in"], &[]);
    assert_eq!(place.sizes(), [6]);
    // A later word takes an earlier one back that it contradicts.
    let told = place.decide("campaign split examp1ebank.example bank-alone.example bank-shop-a.example bank-shop-b.example");
    check(&told, &["decision 3 is taken back"], &[]);
    assert_eq!(place.sizes(), [3, 3]);
}

#[test]
fn who_is_behind_it_is_an_analysts_word() {
    let place = place();
    let told = place.decide("campaign reject examp1ebank.example --hypothesis Kestrel");
    check(
        &told,
        &[
            "that Kestrel is behind",
            "is rejected",
            "no campaign changes",
        ],
        &[],
    );
    let told = place.ask(0, "campaigns examp1ebank.example").out;
    check(
        &told,
        &[
            "What analysts decided",
            "anna: that Kestrel is behind",
            "rejected: known",
            "Nobody that we could name.",
        ],
        &["by an analyst's word"],
    );
    // Confirmed, it is a hypothesis, with what speaks against it.
    place.decide("campaign confirm examp1ebank.example --hypothesis Strontium");
    let told = place.ask(0, "campaigns examp1ebank.example").out;
    check(
        &told,
        &[
            "Strontium, by an analyst's word, decision 2: roughly even chance (45 to 55 %), confidence low",
            "against  our own evidence alone does not say so",
            "confirmed by anna on",
        ],
        &["Kestrel, by"],
    );
    let hypotheses = &place.json("campaigns examp1ebank.example")["hypotheses"];
    assert_eq!(hypotheses.as_array().map(Vec::len), Some(1));
    assert_eq!(hypotheses[0]["ids"][0], "attack:G0007");
    assert_eq!(hypotheses[0]["basis"]["decision"], 2);
    place.decide("campaign undo 2");
    let told = place.ask(0, "campaigns examp1ebank.example").out;
    check(
        &told,
        &["Nobody that we could name."],
        &["by an analyst's word"],
    );
}

#[test]
fn what_is_harmless_is_let_pass() {
    let place = place();
    let listed = |more: &str| {
        place
            .ask(0, &format!("detections {more}"))
            .out
            .lines()
            .count()
            - 1
    };
    let benign = "decide bank-shop-a[.]example benign --allow bank-shop-*.example";
    let preview = place.decide(&format!("{benign} --preview"));
    check(
        &preview,
        &["2 detections would be let pass", "bank-shop-b[.]example"],
        &["alone"],
    );
    assert_eq!(listed(""), 6);
    let told = place.decide(benign);
    check(
        &told,
        &[
            "bank-shop-a[.]example is harmless to example-bank, as is whatever fits bank-shop-*[.]example",
            "2 detections let pass",
        ],
        &[],
    );
    assert_eq!((listed(""), listed("--all")), (4, 6));
    // Also while a watch holds the ledger.
    block_on(async {
        let ledger = open(&place).await;
        let _hold = ledger.hold("a watch").await.expect("nobody else has it");
        detect(&ledger, "bank-shop-c.example").await;
        assert_eq!(ledger.let_pass().await.expect("it reads"), 3);
        let told = place.decide("decide bank-alone.example benign --allow name");
        check(&told, &["1 detection let pass"], &[]);
    });
    check(&place.ask(0, "status").out, &["4 detections let pass"], &[]);
    place.decide("campaign undo 1");
    assert_eq!(listed(""), 6);
    let told = place.decide("decide bank-shop-a.example benign --allow registrant");
    check(
        &told,
        &[
            "whatever has the same registrant's mailbox",
            "1 detection let pass",
        ],
        &[],
    );
    // The later word holds.
    let told = place.decide("decide bank-shop-a.example confirmed");
    check(&told, &["does imitate example-bank", "is taken back"], &[]);
    let whole = place.json("campaigns bank-shop-b.example");
    assert_eq!(whole["alerts"], 2, "it raises its neighbour: {whole}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let place = place();
    for (code, line, says) in [
        (
            1,
            "campaigns bank-alone.example",
            "error: bank-alone[.]example belongs to no campaign\n",
        ),
        (
            1,
            "campaigns abcd",
            "error: there is no campaign abcd; an id is eight hexadecimal digits, and four may do\n",
        ),
        (1, "graph abcd", "error: there is no campaign abcd"),
        (
            2,
            "campaigns --tlp blue",
            "labels are clear, green, amber, amber+strict and red",
        ),
        (2, "campaign undo 1 --reason x --by=", "it is empty"),
        (2, "campaign undo 1 --by anna", "--reason"),
        (
            1,
            "campaign cut examp1ebank.example bank-alone.example --by a --reason b",
            "does not belong to campaign",
        ),
        (
            1,
            "campaign cut examp1ebank.example --value title=unseen --by a --reason b",
            "share this title of the page",
        ),
        (
            2,
            "campaign cut examp1ebank.example --value colour=red --by a --reason b",
            "there is no kind `colour`",
        ),
        (
            2,
            "campaign cut examp1ebank.example --by a --reason b",
            "<DOMAIN>",
        ),
        (
            1,
            "campaign pin bank-alone.example unseen.example --by a --reason b",
            "unseen[.]example was never detected",
        ),
        (
            2,
            "campaign pin bank-alone.example bank-alone.example --by a --reason b",
            "one and the same",
        ),
        (
            1,
            "campaign merge examp1ebank.example portal-office.example --by a --reason b",
            "both are campaign",
        ),
        (
            1,
            "decide unseen.example benign --by a --reason b",
            "there is no detection unseen.example",
        ),
        (
            2,
            "decide 1 benign --allow *.example --by a --reason b",
            "too much fits",
        ),
        (
            2,
            "decide 1 confirmed --preview --by a --reason b",
            "go with `benign`",
        ),
        (
            1,
            "decide 1 benign --allow other-*.example --by a --reason b",
            "does not fit examp1ebank[.]example itself",
        ),
        (
            1,
            "decide bank-alone.example benign --allow registrant --by a --reason b",
            "no look has shown who registered",
        ),
    ] {
        check(&place.ask(code, line).err, &[says], &[]);
    }
    assert_eq!(place.json("campaign decisions"), Value::Array(vec![]));
}

#[test]
fn somebody_has_to_decide() {
    let place = place();
    let run = |user: Option<&str>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_enpassant"));
        command.args(["decide", "1", "confirmed", "--reason", "seen", "--ledger"]);
        command.arg(place.path("ledger.sqlite")).env_remove("USER");
        command.envs(user.map(|user| ("USER", user)));
        let output = command.output().expect("the program starts");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, told) = run(None);
    assert_eq!(code, Some(2), "{told}");
    check(&told, &["nobody is named who decides"], &[]);
    assert_eq!(run(Some("anna")), (Some(0), String::new()));
    assert_eq!(place.json("campaign decisions")[0]["by"], "anna");
}
