//! A contact's card: jCard (RFC 7095), vCard 4.0 (RFC 6350) as JSON.

use model::dossier::Contact;
use serde_json::Value;

use super::json::Notes;
use crate::text;

/// How many properties of a card are read.
const MAX_PROPERTIES: usize = 64;
/// How many lines of an address are kept, and how many mailboxes and numbers.
const MAX_EACH: usize = 16;

/// Adds what a card says to a contact, and tells which properties are kept back by words that say so.
pub(super) fn read(
    card: &Value,
    contact: &mut Contact,
    kept_back: &mut Vec<String>,
    notes: &mut Notes,
) {
    let Some(properties) = card.get(1).and_then(Value::as_array) else {
        return notes.push("vcardArray holds no properties");
    };
    for property in properties.iter().take(MAX_PROPERTIES) {
        // Name, parameters, type, and values (RFC 7095 §3.3).
        let (Some(name), Some(values)) = (
            property.get(0).and_then(Value::as_str),
            property.as_array().and_then(|parts| parts.get(3..)),
        ) else {
            notes.push("a property of vcardArray has no name or no value");
            continue;
        };
        let parameters = &property[1];
        for value in values.iter().take(MAX_EACH) {
            add(name, parameters, value, contact, kept_back);
        }
    }
}

fn add(
    name: &str,
    parameters: &Value,
    value: &Value,
    contact: &mut Contact,
    kept_back: &mut Vec<String>,
) {
    let lines = lines(value);
    let first = lines.first().cloned();
    let name = name.to_ascii_lowercase();
    if first.as_deref().is_some_and(text::is_kept_back) {
        return kept_back.push(name);
    }
    match name.as_str() {
        "fn" => contact.name = contact.name.take().or(first),
        "org" => contact.organisation = contact.organisation.take().or(first),
        "email" if contact.emails.len() < MAX_EACH => {
            contact
                .emails
                .extend(first.map(|mailbox| mailbox.to_lowercase()));
        }
        "tel" if contact.phones.len() < MAX_EACH && !is_fax(parameters) => {
            let number = first.map(|number| {
                number
                    .strip_prefix("tel:")
                    .map_or_else(|| number.clone(), str::to_owned)
            });
            contact.phones.extend(number);
        }
        "adr" => address(parameters, lines, contact),
        _ => {}
    }
}

/// An address has seven parts, the last is the country; or it stands unstructured in `label` (RFC 6350 §6.3.1).
fn address(parameters: &Value, mut lines: Vec<String>, contact: &mut Contact) {
    if lines.is_empty() {
        let label = parameters.get("label").and_then(Value::as_str);
        lines = label
            .into_iter()
            .flat_map(str::lines)
            .filter_map(text::tidy)
            .collect();
    }
    let code = parameters.get("cc").and_then(Value::as_str);
    contact.country = contact
        .country
        .take()
        .or_else(|| text::country(code?))
        .or_else(|| text::country(lines.last()?));
    let room = MAX_EACH.saturating_sub(contact.address.len());
    contact.address.extend(lines.into_iter().take(room));
}

fn is_fax(parameters: &Value) -> bool {
    let is = |kind: &Value| {
        kind.as_str()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("fax"))
    };
    match parameters.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is),
        Some(kind) => is(kind),
        None => false,
    }
}

/// The texts of a value: itself, or those of its parts and of the parts of these, as they stand.
fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::String(line) => text::tidy(line).into_iter().collect(),
        Value::Number(number) => vec![number.to_string()],
        Value::Array(parts) => {
            let parts = parts.iter().take(MAX_EACH).flat_map(|part| match part {
                Value::Array(inner) => &inner[..inner.len().min(MAX_EACH)],
                _ => std::slice::from_ref(part),
            });
            parts
                .filter_map(Value::as_str)
                .filter_map(text::tidy)
                .collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(card: &str, expected: &str) {
        let card = serde_json::from_str(card).expect("the test gives JSON");
        let (mut contact, mut kept_back, mut notes) =
            (Contact::default(), Vec::new(), Notes::default());
        read(&card, &mut contact, &mut kept_back, &mut notes);
        let Contact {
            name,
            organisation,
            emails,
            phones,
            address,
            country,
            ..
        } = contact;
        let told = format!(
            "{name:?} {organisation:?} {emails:?} {phones:?} {address:?} {country:?} {kept_back:?} {:?}",
            notes.into_lines()
        );
        assert_eq!(told, expected);
    }

    #[test]
    fn a_whole_card() {
        check(
            r#"["vcard",[["version",{},"text","4.0"],["fn",{},"text","Shop"],["org",{},"text",["Shop Ltd","Sales"]],
                ["email",{},"text","Hello@Shop.Example"],["tel",{"type":["work","voice"]},"uri","tel:+1.5"],
                ["tel",{"type":"fax"},"uri","tel:+1.6"],["adr",{},"text",["","",["1 Street","2nd floor"],"Town","","123","FR"]]]]"#,
            r#"Some("Shop") Some("Shop Ltd") ["hello@shop.example"] ["+1.5"] ["1 Street", "2nd floor", "Town", "123", "FR"] Some("FR") [] []"#,
        );
    }

    #[test]
    fn labels_and_what_is_kept_back() {
        check(
            r#"["vcard",[["fn",{},"text","REDACTED FOR PRIVACY"],["adr",{"cc":"de","label":"1 Street\nTown"},"text",["","","","","","",""]]]]"#,
            r#"None None [] [] ["1 Street", "Town"] Some("DE") ["fn"] []"#,
        );
    }

    #[test]
    fn broken_cards() {
        check(
            r#"["vcard"]"#,
            r#"None None [] [] [] None [] ["vcardArray holds no properties"]"#,
        );
        check(
            r#"["vcard",[7,["fn"],["fn",7,7,7],["fn",{},"text",{"a":1}]]]"#,
            r#"Some("7") None [] [] [] None [] ["a property of vcardArray has no name or no value"]"#,
        );
    }
}
