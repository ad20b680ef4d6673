//! Why a file as a whole cannot be read.

use crate::MAX_BYTES;

/// Why nothing can be read from a file. What is wrong with one object of it is counted instead.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IntelError {
    /// It is larger than [`MAX_BYTES`].
    #[error("the file has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// It is not UTF-8.
    #[error("the file is not UTF-8 text (byte {at})")]
    NotText {
        /// The first byte that is not, from 0.
        at: usize,
    },
    /// It is neither JSON nor CSV, or is cut off.
    #[error("the file cannot be read: {says}")]
    Malformed {
        /// What is wrong, and where; one line, at most [`LONGEST`](Self::LONGEST) characters.
        says: String,
    },
    /// It can be read, but is of no known form.
    #[error("the file is none of: {known}")]
    UnknownForm {
        /// The forms that are known.
        known: &'static str,
    },
    /// It has something else where its form wants a list.
    #[error("`{field}` has to be a list of objects, and is something else")]
    NotAList {
        /// The field of the outermost object.
        field: &'static str,
    },
    /// It is written in a version that this program does not know.
    #[error("the file is written in schema {found}; only schema {known} can be read")]
    UnknownSchema {
        /// The one that it claims.
        found: u64,
        /// The one that can be read.
        known: u64,
    },
    /// It is a list without the one column that has to be there.
    #[error("the heading has no column `value`")]
    NoValueColumn,
}

impl IntelError {
    /// The most characters that are told of what is wrong: the text may be in it, and may be hostile.
    pub const LONGEST: usize = 300;

    pub(crate) fn malformed(error: &impl ToString) -> Self {
        let says = error.to_string();
        let plain = says.chars().take(Self::LONGEST);
        let plain = plain.map(|c| if c.is_control() { '\u{fffd}' } else { c });
        Self::Malformed {
            says: plain.collect(),
        }
    }
}
