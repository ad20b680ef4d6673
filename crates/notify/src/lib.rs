//! Tells somebody: a command is run, or a web hook is called, for one event at a time.
//!
//! Delivery is *at least once*. The ledger keeps what is still to be told and asks again after a failure, and after a
//! crash in the wrong moment; whoever is told twice knows by [`Message::id`], which is the same both times.

mod command;
mod error;
mod message;
mod webhook;

pub use command::Command;
pub use error::NotifyError;
pub use message::Message;
pub use webhook::{Secret, Webhook};

/// A way of telling somebody.
#[derive(Debug)]
pub enum Notifier {
    /// Runs a program.
    Command(Command),
    /// Calls a URL.
    Webhook(Webhook),
}

impl Notifier {
    /// Tells one event. `Ok` means that the program ended well, or that the server took the message: from then on it is
    /// told, and not before.
    ///
    /// May be called twice for the same event, and takes no longer than the timeout. If its future is dropped, the program
    /// is killed.
    pub async fn deliver(&self, message: &Message<'_>) -> Result<(), NotifyError> {
        match self {
            Notifier::Command(command) => command.deliver(message).await,
            Notifier::Webhook(webhook) => webhook.deliver(message).await,
        }
    }
}
