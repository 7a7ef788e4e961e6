//! A way to a server that delays, damages or cuts what passes.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A proxy on a port of its own, for as long as the test runs.
pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    delay: AtomicU64,
    damages: AtomicBool,
    cut: AtomicBool,
    /// Which of the answers to come is lost, counted from 1; 0 for none.
    loses: AtomicU64,
    streams: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<State>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { continue };
                if shared.cut.load(Ordering::SeqCst) {
                    continue;
                }
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let mut streams = shared.streams.lock().unwrap();
                streams.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                pass(client.try_clone().unwrap(), server.try_clone().unwrap(), None);
                pass(server, client, Some(Arc::clone(&shared)));
            }
        });
        Self { port, state }
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Answers come so much later.
    pub fn delay(&self, delay: Duration) {
        self.state.delay.store(delay.as_millis() as u64, Ordering::SeqCst);
    }

    /// Bytes of long answers are changed, or are again as they were.
    pub fn damage(&self, damages: bool) {
        self.state.damages.store(damages, Ordering::SeqCst);
    }

    /// Of the answers to come one is lost, the first being 1, and its connection with it.
    pub fn lose(&self, answer: u64) {
        self.state.loses.store(answer, Ordering::SeqCst);
    }

    /// Nothing passes any more, until it does again.
    pub fn cut(&self, cut: bool) {
        self.state.cut.store(cut, Ordering::SeqCst);
        for stream in self.state.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, answers: Option<Arc<State>>) {
    thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let mut passing = bytes[..count].to_vec();
            if let Some(state) = &answers {
                thread::sleep(Duration::from_millis(state.delay.load(Ordering::SeqCst)));
                let counted = state.loses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                if counted == Ok(1) {
                    let _ = from.shutdown(Shutdown::Both);
                    break;
                }
                if state.damages.load(Ordering::SeqCst) && count > 200 {
                    // The middle of a long answer is in the body of the entry.
                    passing[count / 2] ^= 1;
                }
            }
            if to.write_all(&passing).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
