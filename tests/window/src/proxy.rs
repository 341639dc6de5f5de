//! A small HTTP proxy: it passes requests for `http://` addresses on, and counts them.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::Result;

/// A running proxy on this computer.
pub struct Proxy {
    /// `127.0.0.1:PORT`
    pub address: String,
    passed: Arc<AtomicUsize>,
    ended: Arc<AtomicBool>,
}

impl Proxy {
    /// Starts one.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let proxy = Self { address, passed: Arc::default(), ended: Arc::default() };
        let (passed, ended) = (Arc::clone(&proxy.passed), Arc::clone(&proxy.ended));
        thread::spawn(move || {
            for client in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let passed = Arc::clone(&passed);
                // Whoever breaks off gets no answer.
                thread::spawn(move || client.and_then(|client| pass_on(client, &passed)));
            }
        });
        Ok(proxy)
    }

    /// How many requests it passed on.
    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // It waits for somebody to come.
        let _ = TcpStream::connect(&self.address);
    }
}

/// Passes one request on, and its answer back; a connection carries no second one.
fn pass_on(mut client: TcpStream, passed: &AtomicUsize) -> io::Result<()> {
    let mut from_client = BufReader::new(client.try_clone()?);
    let mut first = String::new();
    from_client.read_line(&mut first)?;
    let odd = || io::Error::new(io::ErrorKind::InvalidData, "no request for a proxy");
    // RFC 9112, 3.2.2: a client asks a proxy for the whole address.
    let (method, rest) = first.split_once(" http://").ok_or_else(odd)?;
    let (host, path) = rest.split_once('/').ok_or_else(odd)?;
    let mut server = TcpStream::connect(host)?;
    write!(server, "{method} /{path}Connection: close\r\n")?;
    loop {
        let mut line = String::new();
        from_client.read_line(&mut line)?;
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if !matches!(name.as_str(), "connection" | "proxy-connection") {
            server.write_all(line.as_bytes())?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    passed.fetch_add(1, Ordering::SeqCst);
    let mut to_server = server.try_clone()?;
    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
    io::copy(&mut server, &mut client)?;
    // The thread that waits for more from the client ends, too.
    client.shutdown(Shutdown::Both)
}
