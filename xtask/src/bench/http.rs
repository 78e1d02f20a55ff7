//! A keep-alive HTTP/1.1 client of a few lines, so that the load generator costs little beside what it measures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::failure::{Context, Failure, Outcome};

const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Client {
    pub(super) fn connect(port: u16) -> Outcome<Self> {
        let host = format!("127.0.0.1:{port}");
        let stream = TcpStream::connect(&host).context(|| format!("connecting to {host}"))?;
        stream.set_nodelay(true).context(|| "the connection".to_owned())?;
        stream
            .set_read_timeout(Some(TIMEOUT))
            .context(|| "the connection".to_owned())?;
        Ok(Self {
            stream: BufReader::new(stream),
            host,
        })
    }

    pub(super) fn post(&mut self, path: &str, headers: &str, body: &str) -> Outcome<Answer> {
        let length = body.len();
        let host = &self.host;
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
        );
        self.stream
            .get_mut()
            .write_all(request.as_bytes())
            .context(|| format!("sending to {path}"))?;
        self.answer().context(|| format!("reading from {path}"))
    }

    fn answer(&mut self) -> std::io::Result<Answer> {
        let malformed = || std::io::Error::other("not an HTTP answer");
        let status = self
            .line()?
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .ok_or_else(malformed)?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(|_| malformed())?;
            }
            chunked |= line.starts_with("transfer-encoding:") && line.ends_with("chunked");
        }
        let body = if chunked {
            self.chunks()?
        } else {
            self.exactly(length)?
        };
        Ok(Answer {
            status,
            body: String::from_utf8(body).map_err(|_| malformed())?,
        })
    }

    fn chunks(&mut self) -> std::io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = self.line()?;
            let size = usize::from_str_radix(size.trim(), 16).map_err(std::io::Error::other)?;
            body.extend(self.exactly(size)?);
            self.line()?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn exactly(&mut self, length: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::Error::other("the connection was closed"));
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    /// The body as JSON, where the status is the one that was wanted.
    pub(super) fn json(self, wanted: u16) -> Outcome<serde_json::Value> {
        if self.status != wanted {
            return Err(Failure::new(format!(
                "status {} instead of {wanted}: {}",
                self.status, self.body
            )));
        }
        serde_json::from_str(&self.body).context(|| "an answer that is not JSON".to_owned())
    }
}
