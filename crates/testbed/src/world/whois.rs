//! WHOIS (RFC 3912): a line comes, a text goes, and the connection is closed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::fault::HostFault;
use super::stage::Stage;

/// The most bytes that a question may have.
const LINE_LIMIT: u64 = 1024;
/// How long a dripping server waits between two bytes.
const DRIP: Duration = Duration::from_millis(100);

/// What a registry says that is asked too often: it ends as if there were nothing.
const THROTTLED: &[u8] =
    b"%% Too many requests, please try again later.\r\n%%\r\n%% No entries found\r\n";

/// Answers for as long as the runtime lives.
pub(super) async fn serve(listener: TcpListener, stage: Arc<Stage>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        while connections.try_join_next().is_some() {}
        let stage = Arc::clone(&stage);
        // It ends when the other side does.
        connections.spawn(async move { answer(stream, &stage).await.is_ok() });
    }
}

async fn answer(mut stream: TcpStream, stage: &Stage) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    BufReader::new(reader.take(LINE_LIMIT))
        .read_line(&mut line)
        .await?;
    // Some registries want switches before the name.
    let name = line.split_ascii_whitespace().last().unwrap_or_default();
    let placed = stage.of(name);
    sleep(placed.map_or(stage.latency, |placed| placed.latency)).await;
    let text = placed.and_then(|placed| placed.whois.as_deref());
    match placed.and_then(|placed| placed.host.fault) {
        Some(HostFault::WhoisSilent) => std::future::pending().await,
        Some(HostFault::WhoisEndless) => loop {
            writer
                .write_all("Remark: there is more to say\r\n".repeat(1000).as_bytes())
                .await?;
        },
        Some(HostFault::WhoisDrip) => {
            for byte in text.unwrap_or(THROTTLED).iter().cycle() {
                writer.write_u8(*byte).await?;
                sleep(DRIP).await;
            }
        }
        Some(HostFault::WhoisThrottled) => writer.write_all(THROTTLED).await?,
        _ => {
            let nothing = format!("No match for domain \"{}\".\r\n", name.to_uppercase());
            let text = text.unwrap_or(nothing.as_bytes());
            writer.write_all(text).await?;
        }
    }
    writer.shutdown().await
}
