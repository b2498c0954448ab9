import http.server, sys, threading
leak = sys.argv[2:] == ["leak"]

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        done = threading.Event()
        threading.Thread(target=done.wait, daemon=True).start()
        if not leak:
            done.set()
        self.send_response(204)
        self.end_headers()

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
