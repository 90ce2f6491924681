"""A provider for tests: a real HTTP server on loopback that speaks the providers' wire formats from a script."""

from tests.provider.script import Calls, Fault, Raw, Round, Say, Think, Until
from tests.provider.server import FixtureProvider

__all__ = ["Calls", "Fault", "FixtureProvider", "Raw", "Round", "Say", "Think", "Until"]
