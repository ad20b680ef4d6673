//! What can be wrong with a written form.

/// Why a text cannot be read back.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RenderError {
    /// It is of a version that this program does not know: a newer program wrote it.
    #[error("the dossier is written in version {found}; only version {known} can be read")]
    UnknownVersion {
        /// The version that it claims.
        found: u64,
        /// The one that can be read.
        known: u64,
    },
    /// It is not JSON, a key is missing, or a value is not what it should be.
    #[error("not a written dossier: {says}")]
    Malformed {
        /// What is wrong, and where; one line without control characters, at most [`LONGEST`](Self::LONGEST) characters.
        says: String,
    },
}

impl RenderError {
    /// The most characters that are told of what is wrong: the text may be in it, and may be hostile.
    pub const LONGEST: usize = 300;
}

impl From<serde_json::Error> for RenderError {
    fn from(error: serde_json::Error) -> Self {
        let mut says = String::new();
        for letter in error.to_string().chars().take(Self::LONGEST) {
            says.push(if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            });
        }
        Self::Malformed { says }
    }
}
