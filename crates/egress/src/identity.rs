//! What we call ourselves.

/// The text for `User-Agent`: `enpassant/0.1`, and where a contact is configured `enpassant/0.1 (+contact)`.
///
/// Logs give more room to callers whom they can reach: an e-mail address or a page. What no header may hold (control
/// characters, anything beyond ASCII) is left out of the contact.
pub fn user_agent(contact: Option<&str>) -> String {
    let name = concat!(
        "enpassant/",
        env!("CARGO_PKG_VERSION_MAJOR"),
        ".",
        env!("CARGO_PKG_VERSION_MINOR")
    );
    let contact: String = contact
        .unwrap_or_default()
        .chars()
        .filter(|c| matches!(c, ' '..='~'))
        .collect();
    match contact.trim() {
        "" => name.to_owned(),
        contact => format!("{name} (+{contact})"),
    }
}

#[cfg(test)]
mod tests {
    use super::user_agent;

    #[track_caller]
    fn check(contact: Option<&str>, expected: &str) {
        assert_eq!(user_agent(contact), expected);
    }

    #[test]
    fn with_and_without_a_contact() {
        check(None, "enpassant/0.1");
        check(Some("  "), "enpassant/0.1");
        check(
            Some("soc@ministry.example"),
            "enpassant/0.1 (+soc@ministry.example)",
        );
    }

    #[test]
    fn a_contact_makes_no_second_header() {
        check(
            Some("a@b.example\r\nHost: c"),
            "enpassant/0.1 (+a@b.exampleHost: c)",
        );
    }
}
