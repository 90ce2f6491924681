"""`python -m tests.benchmarks.upstream PORT`: a provider that answers as fast as it can.

`words` is answered with 2,000 small deltas, `loop` with a call of a tool fifteen times and then a word.
"""

import asyncio
import json
import sys

WORDS = 2000


def event(delta: dict[str, object], reason: str | None = None) -> bytes:
    data = json.dumps({"id": "x", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}).encode()
    block = b"data: " + data + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(block), block)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
DONE = event({}, "stop") + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
DELTAS = [event({"content": f"word{number:04} "}) for number in range(WORDS)]
FUNCTION = {"name": "read_file", "arguments": '{"path": "notes.txt"}'}
CALL = event({"tool_calls": [{"index": 0, "id": "call_0", "type": "function", "function": FUNCTION}]}, "tool_calls")


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            body = json.loads(await reader.readexactly(int(length.split(b":")[1])))
            writer.write(HEAD)
            asked = next(m["content"] for m in reversed(body["messages"]) if m["role"] == "user")
            if asked == "loop" and body.get("tool_choice") != "none":
                writer.write(CALL + b"0\r\n\r\n")
            elif asked == "loop":
                writer.write(DELTAS[0] + DONE)
            else:
                for delta in DELTAS:
                    writer.write(delta)
                    await writer.drain()
                writer.write(DONE)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(port: int) -> None:
    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
