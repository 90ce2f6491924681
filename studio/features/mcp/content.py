"""What servers offer beside tools: resources that can be mentioned, and prompts that can be called like commands."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from studio.features.mcp.models import (
    Prompt,
    PromptArgument,
    PromptList,
    PromptRequest,
    PromptText,
    Resource,
    ResourceList,
    ResourceQuery,
    ResourceRequest,
    ResourceText,
)
from studio.features.mcp.results import spell_contents, spell_parts
from studio.kit.characters import show_hidden
from studio.kit.errors import StudioError

if TYPE_CHECKING:
    from studio.features.mcp.session import Session

T = TypeVar("T")

ASK_SECONDS = 60.0
MOST_LISTED = 1000
LONGEST_MENTIONED = 50_000
MOST_MENTIONED = 10

MENTION = re.compile(r"(?<![\w@])@(?P<server>[a-z0-9][a-z0-9_-]{0,39}):(?P<uri>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"']+)")
"""`@server:scheme://rest`, as other programs spell it too."""

SessionOf = Callable[[str], Awaitable["Session"]]


class Content:
    """Resources and prompts. `session_of` connects to a server by its name; `names` lists those that may be asked."""

    def __init__(self, session_of: SessionOf, names: Callable[[], Sequence[str]]) -> None:
        self._session_of = session_of
        self._names = names

    async def list_resources(self, query: ResourceQuery) -> ResourceList:
        """Return resources whose names or addresses have all words of the query."""

        async def ask(server: str) -> list[Resource]:
            session = await self._session_of(server)
            return [_resource(server, one) for one in await session.list_resources(most=MOST_LISTED)]

        found, problems = await self._ask_all([query.server] if query.server else self._names(), ask)
        words = query.query.lower().split()
        fitting = [one for one in found if all(word in f"{one.uri} {one.title} {one.name}".lower() for word in words)]
        return ResourceList(resources=fitting[: query.limit], problems=problems)

    async def read_resource(self, request: ResourceRequest) -> ResourceText:
        """Return a resource as text."""
        session = await self._session_of(request.server)
        text, kind = spell_contents(await session.read_resource(request.uri, seconds=ASK_SECONDS))
        return ResourceText(server=request.server, uri=request.uri, mime_type=kind, text=text)

    async def list_prompts(self) -> PromptList:
        """Return the prompts of every server that may be asked."""

        async def ask(server: str) -> list[Prompt]:
            session = await self._session_of(server)
            return [_prompt(server, one) for one in await session.list_prompts(most=MOST_LISTED)]

        found, problems = await self._ask_all(self._names(), ask)
        return PromptList(prompts=found, problems=problems)

    async def get_prompt(self, request: PromptRequest) -> PromptText:
        """Return a prompt as the text of one message."""
        session = await self._session_of(request.server)
        messages = await session.get_prompt(request.name, request.arguments, seconds=ASK_SECONDS)
        return PromptText(server=request.server, name=request.name, text=_spell_messages(messages))

    async def expand(self, text: str, expand_rest: Callable[[str], Awaitable[str]]) -> str:
        """Return a message with the resources it mentions written out.

        What stands between them goes through `expand_rest`, and what a resource says does not: it mentions nothing.
        """
        known, pieces, end = set(self._names()), list[str](), 0
        mentions = [found for found in MENTION.finditer(text) if found["server"] in known][:MOST_MENTIONED]
        for found in mentions:
            pieces += [await expand_rest(text[end : found.start()]), await self._spell(found["server"], found["uri"])]
            end = found.end()
        return "".join([*pieces, await expand_rest(text[end:])])

    async def _spell(self, server: str, uri: str) -> str:
        try:
            read = await self.read_resource(ResourceRequest(server=server, uri=uri))
        except StudioError as error:
            return f"@{server}:{uri} (error: {error.message})"
        left_out = len(read.text) - LONGEST_MENTIONED
        more = f"\n(… {left_out} characters left out …)" if left_out > 0 else ""
        return f"\n[Resource: {server} {uri}]\n{read.text[:LONGEST_MENTIONED]}{more}\n[End of the resource: {uri}]\n"

    async def _ask_all(
        self, names: Sequence[str], ask: Callable[[str], Awaitable[list[T]]]
    ) -> tuple[list[T], list[str]]:
        answers = await asyncio.gather(*(_try(ask, name) for name in names))
        found = [one for answer in answers if isinstance(answer, list) for one in answer]
        return found, [answer.message for answer in answers if isinstance(answer, StudioError)]


async def _try(ask: Callable[[str], Awaitable[list[T]]], name: str) -> list[T] | StudioError:
    try:
        return await ask(name)
    except StudioError as error:
        return error


def _resource(server: str, said: Mapping[str, Any]) -> Resource:
    uri, name = str(said.get("uri", "")), show_hidden(str(said.get("name", "")))
    return Resource(
        server=server,
        uri=uri,
        name=name,
        title=show_hidden(str(said.get("title") or name)),
        description=show_hidden(str(said.get("description") or "")),
        mime_type=show_hidden(str(said.get("mimeType") or "")),
        mention=f"@{server}:{uri}",
    )


def _prompt(server: str, said: Mapping[str, Any]) -> Prompt:
    name = str(said.get("name", ""))
    return Prompt(
        server=server,
        name=name,
        title=show_hidden(str(said.get("title") or name)),
        description=show_hidden(str(said.get("description") or "")),
        arguments=[
            PromptArgument(
                name=str(one.get("name", "")),
                description=show_hidden(str(one.get("description") or "")),
                required=one.get("required") is True,
            )
            for one in cast("list[Mapping[str, Any]]", said.get("arguments") or [])
        ],
        command=f"/{server}:{show_hidden(name)}",
    )


def _spell_messages(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return the messages of a prompt as one: what the assistant is to have said is marked as such."""
    spelled = list[str]()
    for message in messages:
        content = message.get("content")
        text = spell_parts([cast("dict[str, Any]", content)] if isinstance(content, dict) else [])
        spelled.append(text if message.get("role") == "user" else f"[Assistant]\n{text}")
    return "\n\n".join(spelled)
