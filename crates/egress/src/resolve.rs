//! Names to addresses. What is checked here is what the connection goes to: nobody resolves a second time.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::dns::Resolver;
use crate::error::{EgressError, NoAddress};
use crate::guard::Guard;

/// Asks the system.
pub(crate) struct System;

#[expect(
    clippy::disallowed_methods,
    reason = "egress is the only door, and this is where it looks up names"
)]
impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Asks the servers that the operator set. Only the proxy, which is the operator's too, is asked of the system.
pub(crate) struct Asked {
    pub(crate) resolver: Resolver,
    pub(crate) proxy: Option<String>,
}

impl Resolve for Asked {
    fn resolve(&self, name: Name) -> Resolving {
        if self.proxy.as_deref() == Some(name.as_str()) {
            return System.resolve(name);
        }
        let resolver = self.resolver.clone();
        Box::pin(async move {
            let found = resolver.addresses(name.as_str()).await;
            let found = found.map_err(|error| match error {
                EgressError::NoAddress { .. } => {
                    Box::new(NoAddress) as Box<dyn Error + Send + Sync>
                }
                other => other.into(),
            })?;
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found) as Addrs)
        })
    }
}

/// Refuses a name if any address that `inner` finds for it is refused.
pub(crate) struct Guarded {
    pub(crate) inner: Arc<dyn Resolve>,
    pub(crate) guard: Guard,
    /// The operator's proxy, which may be anywhere. [`Http`](crate::Http) does not let data name it.
    pub(crate) exempt: Option<String>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let exempt = self.exempt.as_deref() == Some(name.as_str());
        let guard = self.guard;
        let resolving = self.inner.resolve(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = resolving.await?.collect();
            if !exempt {
                found
                    .iter()
                    .try_for_each(|address| guard.check(address.ip()))?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
