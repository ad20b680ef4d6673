//! A watch that runs: told within seconds, served, reloaded, heard.

use crate::{Place, wait_for};
use serde_json::Value;
use std::fs;
use testbed::ct_log::{CtLogOptions, CtLogs};

#[test]
fn what_is_issued_is_detected_told_and_the_canary_comes_out() {
    let place = Place::with_config("");
    let told = place.path("told");
    let config = fs::read_to_string(place.path("enpassant.toml")).expect("it was written");
    let notify = format!(
        "{config}\n[[notify]]\nname = \"file\"\nkind = \"command\"\ntier = \"watch\"\n\
         command = [\"/bin/sh\", \"-c\", \"cat >> {}; echo >> {}\"]\n",
        told.display(),
        told.display()
    );
    place.write("enpassant.toml", &notify);
    let options = CtLogOptions {
        entries: 300,
        ..CtLogOptions::default()
    };
    let logs = CtLogs::start(vec![options]).expect("the log starts");
    let running = place.start(logs.log_list());
    wait_for("the log", || place.log().contains("following"));
    logs.logs()[0]
        .issue("login-examplebank.example")
        .expect("it is issued");
    wait_for("the line", || {
        fs::read_to_string(place.path("out"))
            .unwrap_or_default()
            .contains("login-examplebank.example")
    });
    wait_for("the command", || {
        fs::read_to_string(&told)
            .unwrap_or_default()
            .contains("login-examplebank.example")
    });
    wait_for("told", || {
        place.detections()[0]["times"]["told"].is_string()
    });
    // The canary is found, and kept apart.
    wait_for("the canary", || {
        let all = place.json(&["detections", "--tests", "--format", "json"]);
        all.as_array()
            .expect("a list")
            .iter()
            .any(|found: &Value| found["test"] == true)
    });
    assert_eq!(place.detections().len(), 1);
    // The watchlist is read again, and who is new is looked for in what was seen.
    logs.logs()[0]
        .issue("quillowmark-login.example")
        .expect("it is issued");
    wait_for("the entry", || {
        let status = place.status();
        let feeds = status["feeds"].as_array().expect("a list").clone();
        feeds
            .iter()
            .any(|feed| feed["settled"].as_u64() >= Some(logs.logs()[0].size()))
    });
    let more = "[[organisation]]\nid = \"quillowmark\"\ndomains = [\"quillowmark.example\"]\n";
    place.write("watchlist.toml", &format!("{}{more}", crate::WATCHLIST));
    running.signal("-HUP");
    wait_for("the retro-scan", || place.detections().len() == 2);
    assert_eq!(running.terminate(), Some(0), "{}", place.log());
}
