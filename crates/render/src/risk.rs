//! What a dossier comes to, for events and programs.

use model::{Reached, Risk};
use serde_json::{Value, json};

/// A risk as a JSON object: `score`, `tier`, `severity`, `confidence`, `own`, `rules`, and the `findings` with `id`, `log_odds`
/// and `says`.
///
/// `tier` and `own` are `null` where there is none. The log odds add up to the score, to the last bit: numbers are written so
/// that they are read as they were.
pub fn risk(risk: &Risk) -> Value {
    let findings = risk.findings.iter().map(|finding| {
        json!({
            "id": finding.id.0,
            "log_odds": finding.log_odds,
            "says": finding.says,
        })
    });
    json!({
        "score": risk.score.value(),
        "tier": risk.tier.map(|tier| tier.to_string()),
        "severity": risk.severity.as_str(),
        "confidence": risk.confidence.as_str(),
        "own": risk.own,
        "rules": risk.rules,
        "findings": findings.collect::<Vec<_>>(),
    })
}

/// The stages that a domain stands on as a JSON array, in the order given: `stage`, `since`, `says`, and the `techniques` of
/// MITRE ATT&CK that the stage could serve.
pub fn stages(reached: &[Reached]) -> Value {
    let stage = |reached: &Reached| {
        json!({
            "stage": reached.stage.as_str(),
            "since": reached.since.to_string(),
            "says": reached.says,
            "techniques": reached.stage.techniques(),
        })
    };
    reached.iter().map(stage).collect()
}

#[cfg(test)]
mod tests {
    use model::{Confidence, Finding, FindingId, Score, Severity, Stage, Tier};

    use super::*;

    fn finding(id: &'static str, log_odds: f64, says: &str) -> Finding {
        Finding {
            id: FindingId(id),
            log_odds,
            says: says.to_owned(),
        }
    }

    /// Compares the written text, and adds up what can be read of it.
    #[track_caller]
    fn check(findings: Vec<Finding>, tier: Option<Tier>, own: Option<&str>, written: &str) {
        let sum = findings.iter().map(|finding| finding.log_odds).sum();
        let value = risk(&Risk {
            findings,
            score: Score::from_log_odds(sum),
            severity: Severity::High,
            confidence: Confidence::Moderate,
            tier,
            alone: tier,
            own: own.map(str::to_owned),
            rules: "rules-0",
        });
        let text = value.to_string();
        assert_eq!(text, written);
        let read: Value = serde_json::from_str(&text).expect("what was written is JSON");
        let findings = read["findings"].as_array().expect("an array");
        let sum = findings
            .iter()
            .filter_map(|finding| finding["log_odds"].as_f64())
            .sum();
        assert_eq!(
            read["score"].as_f64(),
            Some(Score::from_log_odds(sum).value())
        );
    }

    #[test]
    fn a_risk_can_be_added_up_again() {
        check(
            vec![
                finding("prior", -4.1, "Few names that resemble one are lures."),
                finding("credential-form", 4.3, "It asks for a \"password\"."),
            ],
            Some(Tier::Alert),
            None,
            r#"{"confidence":"moderate","findings":[{"id":"prior","log_odds":-4.1,"says":"Few names that resemble one are lures."},{"id":"credential-form","log_odds":4.3,"says":"It asks for a \"password\"."}],"own":null,"rules":"rules-0","score":0.549833997312478,"severity":"high","tier":"alert"}"#,
        );
        check(
            vec![],
            None,
            Some("Its name servers are the organisation's."),
            r#"{"confidence":"moderate","findings":[],"own":"Its name servers are the organisation's.","rules":"rules-0","score":0.5,"severity":"high","tier":null}"#,
        );
    }

    #[test]
    fn stages_name_their_techniques() {
        let reached = |stage, since: &str, says: &str| Reached {
            stage,
            since: since.parse().expect("a time"),
            says: says.to_owned(),
        };
        let stages = stages(&[
            reached(
                Stage::MailReady,
                "2026-03-04T05:06:07.089Z",
                "It takes mail at mx.examp1ebank.example.",
            ),
            reached(Stage::Expired, "2027-03-04T00:00:00Z", "It ended."),
        ]);
        assert_eq!(
            stages.to_string(),
            r#"[{"says":"It takes mail at mx.examp1ebank.example.","since":"2026-03-04T05:06:07.089Z","stage":"mail-ready","techniques":["T1583.001","T1566.002"]},{"says":"It ended.","since":"2027-03-04T00:00:00Z","stage":"expired","techniques":[]}]"#
        );
    }
}
