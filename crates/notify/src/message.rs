//! What is told.

/// One event, ready to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message<'a> {
    /// The event's number in its ledger.
    pub number: u64,
    /// What happened: `detection`, `raised`, `sighting`, `alarm` or `alarm-cleared`.
    pub event: &'a str,
    /// Tells one ledger from another; letters, digits and `-`.
    pub ledger: &'a str,
    /// The event as a JSON object.
    pub body: &'a str,
}

impl Message<'_> {
    /// The same for every attempt, and for no other message: `<ledger>-<number>`.
    pub fn id(&self) -> String {
        format!("{}-{}", self.ledger, self.number)
    }
}
