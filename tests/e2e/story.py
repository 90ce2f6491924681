"""What the picture of the README shows: a model reads two files, asks to run a command, and explains what it saw."""

from __future__ import annotations

import asyncio

from tests.provider import Calls, Round, Say, Until
from tests.provider.script import say

QUESTION = "A bill of 10.00 split between three comes to 9.99. Find out why."
COMMAND = "python3 check.py"

ANSWER_BEGINS = "The cents that cannot be divided are **lost**:"
ANSWER = f"""{ANSWER_BEGINS} `cents // people` rounds down, and \
nobody pays the rest.

Give the first few people one cent more:

```python
def split(cents: int, people: int) -> list[int]:
    share, rest = divmod(cents, people)
    return [share + (place < rest) for place in range(people)]
```

| bill | people | before | after |
|---|---:|---:|---:|
| 10.00 | 3 | 9.99 | **10.00** |
| 0.05 | 4 | 0.04 | **0.05** |
"""


def rounds(*, pause: asyncio.Event) -> list[Round]:
    """Return what the provider says. In the middle of its last answer it waits for `pause`."""
    begins, rest = ANSWER[: len(ANSWER_BEGINS)], ANSWER[len(ANSWER_BEGINS) :]
    return [
        Round(
            [
                Say(["I will look at the code ", "and its check first."]),
                Calls([("read_file", {"path": "ledger.py"}), ("read_file", {"path": "check.py"})]),
            ],
            usage=(412, 58),
        ),
        Round(
            [Calls([("terminal", {"command": COMMAND})])],
            usage=(689, 41),
        ),
        Round([Say([begins]), Until(pause), *say(rest).parts], usage=(801, 164)),
    ]
