//! What was seen of a domain from outside, at one time.

mod certificate;
mod dns;
mod page;
mod registration;

pub use certificate::{ServedCertificate, TlsFacts};
pub use dns::{Address, Caa, DnsFacts, Mx, Network, Soa};
pub use page::{Cloaking, Form, Hop, PageFacts, PageKind, Screenshot};
pub use registration::{
    Contact, DomainStatus, Event, Registrar, Registration, RegistrationSource, Role,
};

use jiff::Timestamp;
use names::DomainName;

use crate::probed::Look;

/// Everything that one look at a domain gave. It is never changed: another look is another dossier.
#[derive(Clone, PartialEq, Debug)]
pub struct Dossier {
    /// The name that was looked at: a host, or the registrable domain itself.
    pub name: DomainName,
    /// Its registrable domain; registration data is about this.
    pub registrable: DomainName,
    /// When the look began.
    pub taken: Timestamp,
    /// What the DNS says.
    pub dns: Look<DnsFacts>,
    /// What the registry or registrar says.
    pub registration: Look<Registration>,
    /// What the server shows at the TLS handshake, port 443.
    pub tls: Look<TlsFacts>,
    /// What the web server shows.
    pub page: Look<PageFacts>,
    /// What a browser shows.
    pub screenshot: Look<Screenshot>,
}
