"""`python -m tests.benchmarks.upstream PORT`: a provider of both protocols that answers as fast as it can.

`words` is answered with 2,000 small deltas, `loop` with a call of a tool fifteen times and then a word.
"""

import asyncio
import json
import sys
from typing import Any

WORDS = 2000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
TEXTS = [f"word{number:04} " for number in range(WORDS)]


def chunk(data: object, kind: str = "") -> bytes:
    """Return an event as one chunk of a body."""
    block = f"event: {kind}\n" if kind else ""
    return _chunk(f"{block}data: {json.dumps(data)}\n\n".encode())


def _chunk(block: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(block), block)


def completion(delta: dict[str, object], reason: str | None = None) -> bytes:
    return chunk({"id": "x", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})


def message(kind: str, **more: object) -> bytes:
    return chunk({"type": kind, **more}, kind)


FUNCTION = {"name": "read_file", "arguments": '{"path": "notes.txt"}'}
CALL = completion(
    {"tool_calls": [{"index": 0, "id": "call_0", "type": "function", "function": FUNCTION}]}, "tool_calls"
)

OPENAI_DELTAS = [completion({"content": text}) for text in TEXTS]
OPENAI_END = completion({}, "stop") + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"

USAGE = {"input_tokens": 10, "output_tokens": WORDS}
STARTED: dict[str, object] = {
    "id": "x",
    "type": "message",
    "role": "assistant",
    "content": [],
    "model": "m",
    "usage": USAGE,
}
ANTHROPIC_BEGIN = message("message_start", message=STARTED) + message(
    "content_block_start", index=0, content_block={"type": "text", "text": ""}
)
ANTHROPIC_DELTAS = [
    message("content_block_delta", index=0, delta={"type": "text_delta", "text": text}) for text in TEXTS
]
ANTHROPIC_END = (
    message("content_block_stop", index=0)
    + message("message_delta", delta={"stop_reason": "end_turn"}, usage=USAGE)
    + message("message_stop")
    + b"0\r\n\r\n"
)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            body = json.loads(await reader.readexactly(int(length.split(b":")[1])))
            writer.write(HEAD)
            is_anthropic = b"/v1/messages" in head.partition(b"\r\n")[0]
            await (answer_messages(writer) if is_anthropic else answer_completions(body, writer))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def answer_messages(writer: asyncio.StreamWriter) -> None:
    writer.write(ANTHROPIC_BEGIN)
    await write_all(ANTHROPIC_DELTAS, writer)
    writer.write(ANTHROPIC_END)


async def answer_completions(body: Any, writer: asyncio.StreamWriter) -> None:
    asked = next(m["content"] for m in reversed(body["messages"]) if m["role"] == "user")
    if asked == "loop" and body.get("tool_choice") != "none":
        writer.write(CALL + b"0\r\n\r\n")
    elif asked == "loop":
        writer.write(OPENAI_DELTAS[0] + OPENAI_END)
    else:
        await write_all(OPENAI_DELTAS, writer)
        writer.write(OPENAI_END)


async def write_all(deltas: list[bytes], writer: asyncio.StreamWriter) -> None:
    for delta in deltas:
        writer.write(delta)
        await writer.drain()


async def main(port: int) -> None:
    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
