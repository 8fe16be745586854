"""A server that speaks the Responses API and Chat Completions, and misbehaves on command.

    python tests/fixture_server.py --port 0 --script '["429", {"do": "answer", "code": "def f(x): return 1"}]'

prints its port. Each POST takes the next step of the script; after the last one `--after` (default "answer")
holds for all that follow. A step is a name or {"do": name, ...}:

    answer      code (default counts ones), rationale, text (instead of the JSON contract), usage (false:
    none) tool        code, name, calls: a call of the function `python`, once the request offers it 429 500
    502 503 529 400 401 403 404 422    that status; retry_after, message, code hang        seconds (30): no
    byte at all         slow        seconds: the reply dripped byte by byte cut         half of the body,
    then closed        malformed   200 with broken JSON shape       200 with JSON of another shape
    failed      200 whose body says that the server failed refusal     truncated       filtered    empty

Any step may have "delay", seconds before it begins. Every request goes to `--log` as one JSON line.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PARITY = "def f(x):\n    return x.count('1') % 2\n"
USAGE = (1000, 50)  # input and output tokens that each reply claims


class FixtureServer(ThreadingHTTPServer):
    """The server and what it has seen. `with FixtureServer(script) as server:` runs it in a thread."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self, script: list[Any] = (), *, after: Any = "answer", port: int = 0, log: Path | None = None
    ):
        super().__init__(("127.0.0.1", port), Handler)
        self.script, self.after, self.log = list(script), after, log
        self.requests: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self.busy = self.most_busy = 0
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self) -> FixtureServer:
        self.thread = threading.Thread(target=lambda: self.serve_forever(poll_interval=0.02), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.shutdown()
        self.server_close()

    def take(self, path: str, body: Any, key: str | None) -> dict[str, Any]:
        """Note a request and give the step that answers it."""
        with self.lock:
            number = len(self.requests)
            request = {"n": number, "at": time.time(), "path": path, "key": key, "body": body}
            self.requests.append(request)
            if self.log is not None:
                with self.log.open("a") as file:
                    file.write(json.dumps(request) + "\n")
            step = self.script[number] if number < len(self.script) else self.after
        return {"n": number} | (step if isinstance(step, dict) else {"do": str(step)})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what the tests provoke; say nothing."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FixtureServer

    def do_GET(self) -> None:
        self.reply(200, {"object": "list", "data": [{"id": "x", "object": "model"}]})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        path = self.path.removeprefix("/v1")
        if path not in ("/responses", "/chat/completions"):
            self.reply(404, {"error": {"message": f"no such path {self.path}"}})
            return
        body = json.loads(raw)
        key = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        step = self.server.take(path, body, key)
        with self.server.lock:
            self.server.busy += 1
            self.server.most_busy = max(self.server.most_busy, self.server.busy)
        try:
            self.act(step, path == "/chat/completions", body)
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def act(self, step: dict[str, Any], chat: bool, body: dict[str, Any]) -> None:
        do = step["do"]
        self.server.stopped.wait(step.get("delay", 0))
        if do == "hang":
            self.server.stopped.wait(step.get("seconds", 30))
            self.close_connection = True
        elif do.isdigit():
            error = {"message": step.get("message", f"status {do} on command"), "code": step.get("code")}
            after = {"Retry-After": str(step["retry_after"])} if "retry_after" in step else {}
            self.reply(int(do), {"error": error}, after)
        elif do == "cut":
            data = json.dumps(document(step | {"do": "answer"}, chat, body)).encode()
            self.start(200, len(data))
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif do == "slow":
            data = json.dumps(document(step | {"do": "answer"}, chat, body)).encode()
            self.start(200, len(data))
            for byte in data:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if self.server.stopped.wait(step.get("seconds", 1) / len(data)):
                    return
        elif do == "malformed":
            self.send_raw(b'{"id": "x", "output": [ {"type": "mess')
        elif do == "shape":
            self.send_raw(b'[1, {"choices": 3, "output": "no"}]')
        elif do == "failed":
            self.reply(200, {"error": {"message": "the engine is dead"}, "status": "failed", "output": []})
        else:
            self.reply(200, document(step, chat, body))

    def start(self, status: int, length: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def reply(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(value).encode()
        with contextlib.suppress(OSError):  # the client may be gone
            self.start(status, len(data), headers)
            self.wfile.write(data)

    def send_raw(self, data: bytes) -> None:
        self.start(200, len(data))
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the log file has everything."""


def document(step: dict[str, Any], chat: bool, body: dict[str, Any]) -> dict[str, Any]:
    """The JSON of a reply that ends well, by refusal, too early or in tool calls."""
    do = step["do"]
    answer = {"code": step.get("code", PARITY)} | (
        {"rationale": step["rationale"]} if "rationale" in step else {}
    )
    text = step.get("text", json.dumps(answer))
    if do == "truncated":
        text = text if "text" in step else text[: len(text) // 2]
    if do in ("refusal", "empty", "filtered"):
        text = ""
    calls: list[tuple[str, str, str]] = []
    if do == "tool" and body.get("tools") and body.get("tool_choice") != "none":
        arguments = step.get("arguments", json.dumps({"code": step.get("code", "print(len(x))")}))
        name = step.get("name", "python")
        calls = [(f"call_{step['n']}_{i}", name, arguments) for i in range(step.get("calls", 1))]
        text = step.get("text", "")
    made = in_chat(do, text, calls) if chat else in_responses(do, text, calls)
    if step.get("usage", True):
        names = ("prompt_tokens", "completion_tokens") if chat else ("input_tokens", "output_tokens")
        made["usage"] = dict(zip(names, USAGE, strict=True))
    return {"id": f"r{step['n']}", "model": body.get("model")} | made


def in_responses(do: str, text: str, calls: list[tuple[str, str, str]]) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    if do == "refusal":
        part = {"type": "refusal", "refusal": "I cannot help with that."}
    output: list[dict[str, Any]] = [{"type": "reasoning", "id": "rs_1", "summary": []}]
    output += [{"type": "function_call", "call_id": i, "name": n, "arguments": a} for i, n, a in calls]
    if not calls and do != "empty":
        output.append({"type": "message", "role": "assistant", "content": [part]})
    made: dict[str, Any] = {"object": "response", "status": "completed", "output": output}
    if do in ("truncated", "filtered"):
        reason = "max_output_tokens" if do == "truncated" else "content_filter"
        made |= {"status": "incomplete", "incomplete_details": {"reason": reason}}
    return made


def in_chat(do: str, text: str, calls: list[tuple[str, str, str]]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    if do == "refusal":
        message["refusal"] = "I cannot help with that."
    if calls:
        message["tool_calls"] = [
            {"id": i, "type": "function", "function": {"name": n, "arguments": a}} for i, n, a in calls
        ]
    reason = {"truncated": "length", "filtered": "content_filter"}.get(do, "tool_calls" if calls else "stop")
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", default="[]", help="JSON list, or a file that holds one")
    parser.add_argument(
        "--after", default="answer", help="step for all requests after the script; a name or JSON"
    )
    parser.add_argument("--log", type=Path, help="JSONL file of requests")
    options = parser.parse_args()
    text = options.script if options.script.lstrip().startswith("[") else Path(options.script).read_text()
    after = json.loads(options.after) if options.after.startswith("{") else options.after
    server = FixtureServer(json.loads(text), after=after, port=options.port, log=options.log)
    print(server.server_address[1], flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    sys.exit(0)


if __name__ == "__main__":
    main()
