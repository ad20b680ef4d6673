//! Which WHOIS server to ask for a name, and how.

use std::collections::HashMap;

use names::DomainName;

use crate::error::ProbeError;
use crate::rdap::suffixes;

const EMBEDDED: &str = include_str!("../../data/whois-servers.tsv");

/// WHOIS servers by the suffix that they answer for.
#[derive(Clone, Debug)]
pub struct Servers(HashMap<Box<str>, Server>);

/// One server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its TCP port; 43 unless the list says otherwise (RFC 3912 §2).
    pub port: u16,
    /// What to send for a name, which stands for `{}`.
    question: String,
}

impl Server {
    /// What is sent to ask for `name`, with the line end (RFC 3912 §2).
    pub fn question(&self, name: &DomainName) -> String {
        format!("{}\r\n", self.question.replace("{}", name.as_str()))
    }
}

impl Servers {
    /// The list that this program was built with.
    ///
    /// # Panics
    ///
    /// Never: a test reads the list.
    pub fn embedded() -> Self {
        Self::from_text(EMBEDDED).expect("a test reads the embedded list")
    }

    /// Reads a list: a suffix, a server (`host` or `host:port`) and a question in each line, with tabulators between.
    /// Lines that begin with `#` are comments.
    pub fn from_text(text: &str) -> Result<Self, ProbeError> {
        let mut servers = HashMap::new();
        for (at, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = |why| ProbeError::ConfigServers { line: at + 1, why };
            let parts: Vec<&str> = line.split('\t').collect();
            let &[suffix, server, question] = parts.as_slice() else {
                return Err(fault("is not suffix, server and question"));
            };
            let (host, port) = match server.rsplit_once(':') {
                Some((host, port)) => (host, port.parse().map_err(|_| fault("the port is none"))?),
                None => (server, 43),
            };
            if !question.contains("{}") {
                return Err(fault("the question has no {} for the name"));
            }
            let server = Server {
                host: host.to_owned(),
                port,
                question: question.to_owned(),
            };
            servers.insert(suffix.into(), server);
        }
        Ok(Servers(servers))
    }

    /// The server for a name: that of the longest suffix on the list.
    pub fn server(&self, name: &DomainName) -> Option<&Server> {
        suffixes(name.as_str()).find_map(|suffix| self.0.get(suffix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &Servers, name: &str, expected: Option<(&str, u16, &str)>) {
        let name = name.parse().expect("it is a name");
        let server = list.server(&name);
        let told = server.map(|server| (server.host.clone(), server.port, server.question(&name)));
        let expected =
            expected.map(|(host, port, question)| (host.to_owned(), port, question.to_owned()));
        assert_eq!(told, expected);
    }

    #[test]
    fn the_embedded_list() {
        let list = Servers::embedded();
        check(
            &list,
            "shop.de",
            Some(("whois.denic.de", 43, "-T dn,ace shop.de\r\n")),
        );
        check(
            &list,
            "shop.co.jp",
            Some(("whois.jprs.jp", 43, "shop.co.jp/e\r\n")),
        );
        check(&list, "shop.example", None);
    }

    #[test]
    fn lists_of_the_operator() {
        let list = Servers::from_text("# comment\nexample\t127.0.0.1:4343\t{}\n").expect("a list");
        check(
            &list,
            "shop.example",
            Some(("127.0.0.1", 4343, "shop.example\r\n")),
        );
        for broken in ["example", "example\ta:b\t{}", "example\ta\tname"] {
            assert!(Servers::from_text(broken).is_err(), "{broken}");
        }
    }
}
