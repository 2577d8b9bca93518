//! The server loop on real sockets: time limits, the cap on connections, keep-alive, and the end.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use shouce::http::{self, Limits, State};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::serve_fixture::{FOR_EVER, Server};

/// Short limits, so that a test sees them end.
const SHORT: Limits = Limits {
    head: Duration::from_millis(300),
    stall: Duration::from_millis(300),
    connections: 64,
    drain: Duration::from_secs(10),
    head_bytes: 16 << 10,
};

struct Running {
    address: SocketAddr,
    state: Arc<State>,
    end: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
    _server: Server,
}

impl Running {
    async fn new(limits: Limits) -> Self {
        let server = Server::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (end, ended) = oneshot::channel();
        let state = server.state.clone();
        let ending = {
            let state = state.clone();
            async move {
                let _ = ended.await;
                state.end();
            }
        };
        let served = tokio::spawn(http::run(listener, server.state.clone(), limits, ending));
        Self { address, state, end: Some(end), served, _server: server }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("connected")
    }

    fn end(&mut self) {
        let _ = self.end.take().expect("ended once").send(());
    }
}

/// Everything that comes until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is reset is closed, too.
    let _ = timeout(FOR_EVER, stream.read_to_end(&mut bytes)).await.expect("the server closes");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One answer with a `content-length`.
async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
            if bytes.len() >= end + 4 + length.parse::<usize>().expect("a number") {
                return String::from_utf8(bytes).expect("text");
            }
        }
        let read = timeout(FOR_EVER, stream.read(&mut buffer)).await.expect("an answer").expect("readable");
        assert!(read > 0, "closed in the middle: {}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&buffer[..read]);
    }
}

#[tokio::test]
async fn half_a_request_is_not_held() {
    let running = Running::new(SHORT).await;
    for half in ["", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", "\r\n\r\n"] {
        let mut stream = running.connect().await;
        stream.write_all(half.as_bytes()).await.expect("sent");
        let answer = rest(&mut stream).await;
        assert!(!answer.contains(" 200 "), "{half:?}: {answer}");
    }
}

#[tokio::test]
async fn headers_that_drip_in_do_not_buy_time() {
    let running = Running::new(SHORT).await;
    let mut stream = running.connect().await;
    let (mut reading, mut writing) = stream.split();
    let drip = async {
        writing.write_all(b"GET / HTTP/1.1\r\n").await?;
        loop {
            writing.write_all(b"X: y\r\n").await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        #[allow(unreachable_code, reason = "gives the block its type")]
        Ok::<(), std::io::Error>(())
    };
    let closed = async {
        let mut bytes = Vec::new();
        let _ = reading.read_to_end(&mut bytes).await;
    };
    tokio::select! {
        _ = drip => {}
        () = closed => {}
        () = tokio::time::sleep(FOR_EVER) => panic!("held"),
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request_and_not_for_ever() {
    let running = Running::new(SHORT).await;
    let mut stream = running.connect().await;
    for _ in 0..3 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
        let answer = answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("ok\n"), "{answer}");
    }
    assert_eq!(rest(&mut stream).await, "", "an idle connection is closed without a word");
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_is_given_up() {
    let mut running = Running::new(SHORT).await;
    let mut stream = running.connect().await;
    // Far more answers than any buffer between holds, and none of them is read.
    let requests = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2000);
    let _ = timeout(FOR_EVER, stream.write_all(requests.as_bytes())).await.expect("given up or taken");
    // With the client given up, nothing holds the end back.
    tokio::time::sleep(Duration::from_millis(600)).await;
    running.end();
    timeout(FOR_EVER, &mut running.served).await.expect("ends").expect("no panic");
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_their_turn() {
    let running = Running::new(Limits { connections: 2, ..SHORT }).await;
    let _silent = [running.connect().await, running.connect().await];
    let mut third = running.connect().await;
    third.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    // The silent ones are closed by their time limit, which makes room.
    assert!(answer(&mut third).await.contains(" 200 "));
}

#[tokio::test]
async fn slow_clients_do_not_keep_others_waiting() {
    let running = Running::new(Limits { connections: 1024, ..Limits::default() }).await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = running.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.expect("sent");
        slow.push(stream);
    }
    for _ in 0..20 {
        let mut stream = running.connect().await;
        stream
            .write_all(b"GET /NJ-03/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .await
            .expect("sent");
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test]
async fn a_large_body_is_refused_before_it_is_sent() {
    let running = Running::new(SHORT).await;
    for (request, status) in [
        ("POST /api/v1/norms HTTP/1.1\r\nHost: x\r\nContent-Length: 10737418240\r\n\r\n", " 413 "),
        ("POST /api/v1/norms HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n", " 405 "),
        (
            "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 10737418240\r\nExpect: 100-continue\r\n\r\n",
            " 413 ",
        ),
    ] {
        let mut stream = running.connect().await;
        stream.write_all(request.as_bytes()).await.expect("sent");
        let answer = rest(&mut stream).await;
        assert!(answer.lines().next().is_some_and(|line| line.contains(status)), "{request:?}: {answer}");
    }
}

#[tokio::test]
async fn ambiguous_or_oversized_requests_are_refused() {
    let running = Running::new(SHORT).await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(64 << 10));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(10_000));
    for request in [
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHo st: x\r\n\r\n",
        "GET /\0 HTTP/1.1\r\n\r\n",
        &long,
        &many,
    ] {
        let mut stream = running.connect().await;
        let _ = stream.write_all(request.as_bytes()).await;
        let answer = rest(&mut stream).await;
        let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
        assert!(
            status.is_empty() || status.starts_with('4'),
            "{:?}: {answer}",
            &request[..request.len().min(80)]
        );
    }
}

#[tokio::test]
async fn the_end_waits_for_answers_and_ends_streams() {
    let mut running = Running::new(SHORT).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET /_live?page=/ HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let mut idle = running.connect().await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    assert!(answer(&mut idle).await.contains(" 200 "));
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.expect("the stream begins");
    running.end();
    timeout(FOR_EVER, &mut running.served).await.expect("ends").expect("no panic");
    assert!(rest(&mut stream).await.ends_with("0\r\n\r\n"), "the stream is ended, not cut");
    assert!(TcpStream::connect(running.address).await.is_err(), "no new connection is taken");
    assert!(*running.state.ending().borrow());
}

#[tokio::test]
async fn a_page_that_stands_ready_is_answered_as_one_that_must_be_rendered() {
    let running = Running::new(SHORT).await;
    let mut stream = running.connect().await;
    let mut pages = Vec::new();
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
        let answer = answer(&mut stream).await;
        let dated = |line: &&str| !line.starts_with("date: ");
        let mut lines: Vec<String> = answer.lines().filter(dated).map(str::to_owned).collect();
        lines.sort();
        pages.push(lines);
    }
    assert!(pages[0].iter().any(|line| line == "HTTP/1.1 200 OK"), "{:?}", pages[0]);
    assert_eq!(pages[0], pages[1]);
    let mut counts = String::new();
    running.state.metrics.write(&mut counts);
    assert!(counts.contains("{route=\"pages\",status=\"200\"} 2"), "{counts}");
}
