//! In: lines on an input. Out: messages of the protocol, and a parse error for each line that is no JSON, which the
//! protocol's library would pass over in silence.

use rmcp::model::ErrorData;
use rmcp::service::{RoleServer, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream, duplex};
use tokio::sync::mpsc;

/// Longest message: a query may have a megabyte, and letters beyond ASCII may be written with six.
const LONGEST_LINE: u64 = 8 << 20;
/// Bytes on their way from the check to the protocol.
const PASSED_BYTES: usize = 64 << 10;
/// Errors on their way; past that the input waits until its writer reads them.
const UNTOLD_ERRORS: usize = 16;

/// Messages that were checked line by line.
pub struct Lines<W: AsyncWrite> {
    messages: AsyncRwTransport<RoleServer, DuplexStream, W>,
    errors: mpsc::Receiver<ErrorData>,
}

impl<W: AsyncWrite + Send + Unpin + 'static> Lines<W> {
    pub fn new(input: impl AsyncRead + Send + Unpin + 'static, output: W) -> Self {
        let (passed, messages) = duplex(PASSED_BYTES);
        let (tell, errors) = mpsc::channel(UNTOLD_ERRORS);
        tokio::spawn(check(input, passed, tell));
        Self { messages: AsyncRwTransport::new_server(messages, output), errors }
    }
}

impl<W: AsyncWrite + Send + Unpin + 'static> Transport<RoleServer> for Lines<W> {
    type Error = std::io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.messages.send(message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            tokio::select! {
                // An error is told before the input is found to have ended.
                biased;
                Some(error) = self.errors.recv() => {
                    // In a task of its own, because whoever waits here may give up waiting.
                    let told = tokio::spawn(self.messages.send(TxJsonRpcMessage::<RoleServer>::error(error, None)));
                    told.await.ok()?.ok()?;
                }
                message = self.messages.receive() => return message,
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.messages.close().await
    }
}

/// Passes on the lines that are JSON until the input ends or nobody listens.
async fn check(input: impl AsyncRead + Unpin, mut passed: DuplexStream, errors: mpsc::Sender<ErrorData>) {
    let mut input = BufReader::new(input);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut input).take(LONGEST_LINE).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => (),
        }
        let is_cut = line.len() as u64 == LONGEST_LINE && !line.ends_with(b"\n");
        let error = if is_cut {
            if skip_line(&mut input).await.is_err() {
                return;
            }
            Some(format!("a message of more than {LONGEST_LINE} bytes"))
        } else if line.trim_ascii().is_empty() {
            continue;
        } else {
            serde_json::from_slice::<serde_json::Value>(&line).err().map(|error| error.to_string())
        };
        let is_heard = match error {
            Some(error) => errors.send(ErrorData::parse_error(error, None)).await.is_ok(),
            None => passed.write_all(&line).await.is_ok(),
        };
        if !is_heard {
            return;
        }
    }
}

/// Reads to the end of a line without keeping it.
async fn skip_line(input: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<()> {
    loop {
        let read = input.fill_buf().await?;
        let (length, is_end) = match read.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (read.len(), read.is_empty()),
        };
        input.consume(length);
        if is_end {
            return Ok(());
        }
    }
}
