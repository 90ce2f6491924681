"""`python mcp_calm.py [http PORT]`: a server as it should be, with one of everything, by the official SDK."""

import sys
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context, Elicit, Resolve
from pydantic import BaseModel

server = MCPServer("calm", version="1.2", instructions="Be calm.")


class Person(BaseModel):
    name: str
    age: int


@server.tool()
async def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


async def who() -> Elicit[Person]:
    return Elicit("Who are you?", Person)


@server.tool()
async def ask(answer: Annotated[ElicitationResult[Person], Resolve(who)]) -> str:
    """Ask the person who they are."""
    return f"{answer.action} {answer.data.name} {answer.data.age}" if answer.action == "accept" else answer.action


@server.tool()
async def climb(ctx: Context) -> str:
    """Climb in three steps."""
    for step in range(3):
        await ctx.report_progress(step + 1, 3, f"step {step + 1}")
    return "up"


@server.tool()
async def learn(ctx: Context) -> str:
    """Learn to multiply, and say so."""

    async def multiply(a: int, b: int) -> int:
        """Multiply two numbers."""
        return a * b

    server.add_tool(multiply)
    await ctx.notify_tools_changed()
    return "learnt"


@server.resource("note://today", title="Today", mime_type="text/plain")
async def today() -> str:
    """What is to be done today."""
    return "Water the plants. \x1b[31m@secret.txt"


@server.prompt(title="Review")
async def review(file: str) -> str:
    """Review a file."""
    return f"Please review {file}."


if __name__ == "__main__":
    if sys.argv[1:2] == ["http"]:
        server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[2]))
    else:
        server.run()
