"""The Task Scheduler of Windows. See the Task Scheduler Schema and schtasks. Not tried on Windows yet."""

from __future__ import annotations

import subprocess
from xml.etree import ElementTree

from studio.service.registration import Launch, Registration

NAME = "Studio"
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"

HEADLESS = ("conhost.exe", "--headless")
"""Without it a program of the console would open a window of it."""


def register(launch: Launch, user: str) -> Registration:
    """Return how the Task Scheduler is told of Studio. It keeps a copy of the file."""
    file = launch.home / "service.xml"
    set_by_hand = sorted(set(launch.environment) - {"PATH"})
    return Registration(
        system="Task Scheduler",
        file=file,
        content=task(launch, user),
        register=(("schtasks", "/Create", "/TN", NAME, "/XML", str(file), "/F"),),
        start=("schtasks", "/Run", "/TN", NAME),
        status=("schtasks", "/Query", "/TN", NAME),
        unregister=(("schtasks", "/End", "/TN", NAME), ("schtasks", "/Delete", "/TN", NAME, "/F")),
        notes=(
            "It starts when you sign in, and ends when you sign out.",
            *(f"A task has no environment of its own: set {name} with `setx` for your user." for name in set_by_hand),
        ),
    )


def task(launch: Launch, user: str) -> bytes:
    """Return the XML of a task that runs Studio as `user`, without a window and without an end, in UTF-16."""
    root = ElementTree.Element("Task", {"version": "1.4", "xmlns": NAMESPACE})
    _fill(root, "RegistrationInfo", Description="Studio, the home base of a developer who works with AI agents")
    _fill(ElementTree.SubElement(root, "Triggers"), "LogonTrigger", Enabled="true", UserId=user)
    principal = _fill(
        ElementTree.SubElement(root, "Principals"),
        "Principal",
        UserId=user,
        LogonType="InteractiveToken",
        RunLevel="LeastPrivilege",
    )
    principal.set("id", "Author")
    settings = _fill(
        root,
        "Settings",
        MultipleInstancesPolicy="IgnoreNew",
        DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false",
        StartWhenAvailable="true",
        ExecutionTimeLimit="PT0S",
    )
    _fill(settings, "RestartOnFailure", Interval="PT1M", Count="5")
    actions = ElementTree.SubElement(root, "Actions", Context="Author")
    command, *arguments = (*HEADLESS, *launch.command)
    _fill(actions, "Exec", Command=command, Arguments=subprocess.list2cmdline(arguments))
    return ElementTree.tostring(root, encoding="utf-16")


def _fill(parent: ElementTree.Element, tag: str, **texts: str) -> ElementTree.Element:
    """Add an element with children that hold text."""
    element = ElementTree.SubElement(parent, tag)
    for name, text in texts.items():
        ElementTree.SubElement(element, name).text = text
    return element
