//! `watchlist services`: the catalogue.

use crate::command::Outcome;
use crate::command::list::ListArgs;
use crate::output::{self, Cell, Color, Column, Ink, Row};
use anyhow::Result;
use resemble::{Catalogue, Service};
use serde::Serialize;

/// List the services that an organisation can name under `services`
#[derive(clap::Args, Debug)]
pub(in crate::command) struct Services {
    #[command(flatten)]
    list: ListArgs,
}

impl Services {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let catalogue = Catalogue::embedded();
        output::list(
            catalogue.services().iter().map(ServiceRow::from),
            self.list.format,
            color,
        )?;
        Ok(Outcome::Done)
    }
}

#[derive(Serialize)]
struct ServiceRow<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'a str,
    domains: &'a [String],
    words: &'a [String],
}

impl<'a> From<&'a Service> for ServiceRow<'a> {
    fn from(service: &'a Service) -> Self {
        let Service {
            id,
            name,
            kind,
            domains,
            words,
            ..
        } = service;
        Self {
            id,
            name,
            kind,
            domains,
            words,
        }
    }
}

impl Row for ServiceRow<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::new("SERVICE", 24),
        Column::new("NAME", 28),
        Column::new("KIND", 9),
        Column::new("DOMAINS", 0),
    ];
    const FIELDS: &'static [&'static str] = &["id", "name", "kind", "domains", "words"];

    fn cells(&self) -> Vec<Cell> {
        let most = 4;
        let mut domains = self
            .domains
            .iter()
            .take(most)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        if self.domains.len() > most {
            domains.push_str(" and ");
            domains.push_str(&(self.domains.len() - most).to_string());
            domains.push_str(" more");
        }
        vec![
            Cell::new(Ink::Strong, self.id),
            Cell::plain(self.name),
            Cell::plain(self.kind),
            Cell::plain(domains),
        ]
    }

    fn fields(&self) -> Vec<String> {
        let Self {
            id,
            name,
            kind,
            domains,
            words,
        } = self;
        vec![
            (*id).to_owned(),
            (*name).to_owned(),
            (*kind).to_owned(),
            domains.join(" "),
            words.join(" "),
        ]
    }
}
