//! One suite for both stores: `SQLite` in a temporary directory, and a real `PostgreSQL`.

mod alarms;
mod campaign_faults;
mod campaigns;
mod detections;
mod faults;
mod hold;
mod looks;
mod open;
mod outbox;
mod record;
mod references;
mod retro;
mod rulings;
mod samples;
mod settle;
mod stores;
mod versions;
