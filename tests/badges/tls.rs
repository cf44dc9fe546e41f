//! Servers behind TLS: trusted by a CA file, or not asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::Server;

/// A server whose certificate is of a CA of its own: its address and the CA in PEM.
fn upstream() -> (String, String) {
    _ = rustls::crypto::ring::default_provider().install_default();
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let leaf_key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&leaf_key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![leaf.der().clone()], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            std::thread::spawn(move || answer(StreamOwned::new(connection, stream)));
        }
    });
    (url, authority)
}

fn answer(stream: StreamOwned<ServerConnection, std::net::TcpStream>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        if length == 0 || reader.read_exact(&mut vec![0; length]).is_err() {
            return;
        }
        let body = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"42"]}]}}"#;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        if reader.get_mut().write_all((head + body).as_bytes()).is_err() {
            return;
        }
    }
}

#[test]
fn a_ca_file_makes_a_server_trusted() {
    let (url, authority) = upstream();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority).unwrap();
    let server = Server::start(&format!(
        "sources:\n  known: {{url: '{url}', caFile: '{}'}}\n  unknown: {{url: '{url}'}}\n\
         badges:\n  - {{id: a, query: up, source: known}}\n  - {{id: b, query: up, source: unknown}}\n",
        file.display()
    ));
    assert_eq!(server.get("/badges/a?format=json").json()["value"], "42");
    let refused = server.get("/badges/b?format=json");
    assert_eq!((refused.status, &refused.json()["message"]), (500, &"Query Error".into()));
    server.wait_for("a query failed");
    let file = file.display().to_string();
    let variables = [("KROMGO_PROMETHEUS_URL", url.as_str()), ("RACKBOOK_CA_FILE", file.as_str())];
    let server = Server::with("badges: [{id: a, query: up}]\n", &variables);
    assert_eq!(server.get("/badges/a?format=json").json()["value"], "42");
}
