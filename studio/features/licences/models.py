"""What is told of the packages that Studio contains."""

from typing import Literal

from pydantic import Field

from studio.kit.models import Model

Ecosystem = Literal["deb", "npm", "pypi"]
"""Where a package comes from. `deb` are libraries of the system that a frozen program was built on."""


class ContainedPackage(Model):
    """One package. `licence` is an SPDX expression where its authors wrote one, else their own words, or empty."""

    ecosystem: Ecosystem
    name: str
    version: str
    licence: str


class ContainedPackages(Model):
    """All of them, by name. Those of the page are missing where the page is not built."""

    packages: list[ContainedPackage]


class LicensedPackage(ContainedPackage):
    """One with the texts that its authors ship: the licence, notices, and who they are. Empty where they ship none."""

    text: str


class LicenceChoice(Model):
    """Which package is meant."""

    ecosystem: Ecosystem
    name: str = Field(max_length=300)
    version: str = Field(max_length=100)
