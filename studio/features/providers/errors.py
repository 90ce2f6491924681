"""What can be wrong with a provider."""

from studio.kit.errors import BadRequest, UpstreamFailed


class ProviderFailed(UpstreamFailed):
    """The provider did not answer, or its answer broke off."""

    code = "provider_error"


class ProviderRefused(BadRequest):
    """The provider answered that it will not: a bad key, an unknown model, a request it does not take."""

    code = "provider_error"


class ContextExceeded(ProviderRefused):
    """What the model is told is longer than it can take in."""

    code = "context_exceeded"
