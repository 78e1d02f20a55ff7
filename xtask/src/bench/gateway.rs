//! A vendor's gateway that takes everything: what the worker tells it costs the worker what it costs in use.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use crate::failure::{Context, Outcome};

const TAKEN: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

/// Listens until the process ends. Returns its address.
pub(super) fn start() -> Outcome<String> {
    let what = || "a gateway for the bench".to_owned();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context(what)?;
    let address = listener.local_addr().context(what)?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || take_all(stream));
        }
    });
    Ok(format!("http://{address}/"))
}

/// One connection, to its end.
fn take_all(stream: TcpStream) -> std::io::Result<()> {
    let mut requests = BufReader::new(stream.try_clone()?);
    let mut answers = stream;
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if requests.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            }
        }
        let mut body = vec![0; length];
        requests.read_exact(&mut body)?;
        answers.write_all(TAKEN)?;
    }
}
