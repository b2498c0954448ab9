use std::io::{Read, Write};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let leak = args.get(2).map(String::as_str) == Some("leak");
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{}", args[1])).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        let _ = stream.shutdown(std::net::Shutdown::Write);
        if leak {
            std::mem::forget(stream);
        }
    }
}
