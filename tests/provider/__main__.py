"""`python -m tests.provider [PORT]`: the provider by itself, to try things by hand. What one says decides what it does.

`tools` makes two calls at once and then one that asks; `think` thinks first; `long` sends 2,000 small pieces; `table`
and `code` show Markdown; `slow` takes its time; `break` breaks off; anything else is answered in a few words.
"""

import asyncio
import sys
from typing import Any

from tests.provider.script import Calls, Fault, Round, Say, Think, say
from tests.provider.server import FixtureProvider

TABLE = "| name | size |\n|---|---:|\n| alpha | 1 |\n| beta | 22 |\n\nAnd `inline` code, **bold**, a [link](https://example.com).\n"
CODE = "Here is a function:\n\n```python\ndef double(x: int) -> int:\n    return 2 * x\n```\n\n1. first\n2. second\n"


def choose(body: dict[str, Any]) -> Round:
    """Return what the last message asks for."""
    messages = body["messages"]
    last = messages[-1]
    if last["role"] == "tool":
        names = [call["function"]["name"] for m in messages for call in m.get("tool_calls") or ()]
        if names and names[-1] != "terminal":
            return Round([Calls([("terminal", {"command": "echo hello; uname -s"})])])
        return say("Both files were read and the command was run. That is all.")
    asked = last["content"] if isinstance(last["content"], str) else last["content"][0]["text"]
    rounds = {
        "tools": Round(
            [Say(["I will ", "look."]), Calls([("list_files", {"path": "."}), ("search_files", {"pattern": "studio"})])]
        ),
        "think": Round([Think(["Let me ", "consider ", "this."]), Say(["The answer ", "is 42."])], delay_seconds=0.05),
        "long": Round([Say([f"word{number} " for number in range(2000)])]),
        "table": say(TABLE),
        "code": say(CODE),
        "slow": say(
            "This answer takes its time and can be stopped at any moment while it is being written. " * 20,
            delay_seconds=0.05,
        ),
        "break": Round([Say(["This will ", "break "]), Fault("cut")]),
    }
    return next((made for word, made in rounds.items() if word in asked.lower()), say(f"You said: {asked}"))


async def main() -> None:
    """Serve until ended."""
    provider = FixtureProvider()
    provider.choose = choose
    await provider.start(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(provider.base_url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
