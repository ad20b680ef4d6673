//! JSON that may be of other types than the standard says: what does not fit is a note, and the rest is read.

use serde_json::{Map, Value};

use crate::text;

/// How many elements of an array are looked at.
const MAX_ELEMENTS: usize = 64;
/// How many notes are kept.
const MAX_NOTES: usize = 32;

/// An object of the answer, by its place in the answer.
#[derive(Clone, Copy)]
pub(super) struct Object<'v> {
    members: &'v Map<String, Value>,
    place: &'static str,
}

/// Oddities of the answer, one line each, as [`Registration::notes`](model::dossier::Registration::notes).
#[derive(Default)]
pub(super) struct Notes(Vec<String>);

impl Notes {
    /// Keeps a note, if there is room and it is new.
    pub(super) fn push(&mut self, note: &str) {
        if self.0.len() < MAX_NOTES && !self.0.iter().any(|one| one == note) {
            self.0.extend(text::tidy(note));
        }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.0
    }
}

impl<'v> Object<'v> {
    /// The value as an object at this place.
    pub(super) fn new(value: &'v Value, place: &'static str, notes: &mut Notes) -> Option<Self> {
        let members = value.as_object();
        if members.is_none() {
            notes.push(&format!("{place} is {}, no object", kind(value)));
        }
        Some(Object {
            members: members?,
            place,
        })
    }

    /// A member that is there and not `null`.
    pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
        self.members.get(key).filter(|value| !value.is_null())
    }

    /// A text. A number or a truth value in its place is taken as written, and noted.
    pub(super) fn text(&self, key: &str, notes: &mut Notes) -> Option<String> {
        match self.get(key)? {
            Value::String(value) => text::tidy(value),
            value @ (Value::Number(_) | Value::Bool(_)) => {
                self.odd(key, value, "text", notes);
                Some(value.to_string())
            }
            value => {
                self.odd(key, value, "text", notes);
                None
            }
        }
    }

    /// A truth value. `"true"` and `"false"` in its place are taken, and noted.
    pub(super) fn truth(&self, key: &str, notes: &mut Notes) -> Option<bool> {
        let value = self.get(key)?;
        if let Value::Bool(truth) = value {
            return Some(*truth);
        }
        self.odd(key, value, "truth value", notes);
        value.as_str()?.to_ascii_lowercase().parse().ok()
    }

    /// An object.
    pub(super) fn object(
        &self,
        key: &str,
        place: &'static str,
        notes: &mut Notes,
    ) -> Option<Object<'v>> {
        Object::new(self.get(key)?, place, notes)
    }

    /// The elements of an array. One value that stands alone is taken as an array of it, and noted.
    pub(super) fn elements(&self, key: &str, notes: &mut Notes) -> &'v [Value] {
        match self.get(key) {
            None => &[],
            Some(Value::Array(elements)) => {
                if elements.len() > MAX_ELEMENTS {
                    notes.push(&format!(
                        "{}.{key} has more than {MAX_ELEMENTS} elements",
                        self.place
                    ));
                }
                &elements[..elements.len().min(MAX_ELEMENTS)]
            }
            Some(alone) => {
                self.odd(key, alone, "array", notes);
                std::slice::from_ref(alone)
            }
        }
    }

    /// The objects of an array.
    pub(super) fn objects(
        &self,
        key: &str,
        place: &'static str,
        notes: &mut Notes,
    ) -> Vec<Object<'v>> {
        let elements = self.elements(key, notes);
        elements
            .iter()
            .filter_map(|element| Object::new(element, place, notes))
            .collect()
    }

    /// The texts of an array.
    pub(super) fn texts(&self, key: &str, notes: &mut Notes) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.elements(key, notes) {
            match element.as_str() {
                Some(value) => texts.extend(text::tidy(value)),
                None => self.odd(key, element, "text", notes),
            }
        }
        texts
    }

    fn odd(&self, key: &str, value: &Value, expected: &str, notes: &mut Notes) {
        notes.push(&format!(
            "{}.{key} is {}, no {expected}",
            self.place,
            kind(value)
        ));
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
