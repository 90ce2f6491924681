"""The providers whose addresses are known."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from studio.features.providers.models import ProtocolName


@dataclass(frozen=True, slots=True)
class Known:
    """A provider's protocol and address. A local one needs no key; its port or its `program` shows that it is here.

    `oldest` is the first version that can do what Studio needs, for those that say their version.
    """

    protocol: ProtocolName
    base_url: str
    is_local: bool = False
    program: str = ""
    oldest: str = ""


KNOWN: dict[str, Known] = {
    "anthropic": Known("anthropic", "https://api.anthropic.com"),
    "openai": Known("openai", "https://api.openai.com/v1"),
    "google": Known("openai", "https://generativelanguage.googleapis.com/v1beta/openai"),
    "openrouter": Known("openai", "https://openrouter.ai/api/v1"),
    "mistral": Known("openai", "https://api.mistral.ai/v1"),
    "groq": Known("openai", "https://api.groq.com/openai/v1"),
    "deepseek": Known("openai", "https://api.deepseek.com/v1"),
    "minimax": Known("openai", "https://api.minimax.io/v1"),
    "zai": Known("openai", "https://api.z.ai/api/paas/v4"),
    "mimo": Known("openai", "https://api.xiaomimimo.com/v1"),
    # Before 0.8 it wrote no answer piece by piece that may call tools.
    "ollama": Known("openai", "http://127.0.0.1:11434/v1", is_local=True, program="ollama", oldest="0.8.0"),
    "lmstudio": Known("openai", "http://127.0.0.1:1234/v1", is_local=True, program="lms"),
    "llamacpp": Known("openai", "http://127.0.0.1:8080/v1", is_local=True, program="llama-server"),
    "vllm": Known("openai", "http://127.0.0.1:8000/v1", is_local=True, program="vllm"),
}


def identify(name: str, base_url: str) -> str | None:
    """Return the known provider that this is: by its name, else, for a service, by its address."""
    if name in KNOWN:
        return name
    host = urlsplit(base_url).netloc
    services = (known for known, one in KNOWN.items() if not one.is_local and urlsplit(one.base_url).netloc == host)
    return next(services, None)
