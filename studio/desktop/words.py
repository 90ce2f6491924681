"""What the window itself says, in English and French. The page has words of its own."""

from __future__ import annotations

import locale
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language."""

    quit_title: str
    quit_text: str
    choose_folder: str
    waiting_title: str
    waiting_one: str
    waiting_more: str
    failed_title: str
    failed_one: str
    failed_more: str
    show: str
    quit: str
    quit_window: str

    def waiting(self, count: int) -> str:
        """Say how many questions wait."""
        return self.waiting_one if count == 1 else self.waiting_more.format(count)

    def news(self, waiting: int, failed: int) -> tuple[str, str]:
        """Return the title and the text of a notice of so many questions and failed runs."""
        told = [self.waiting(waiting)] * bool(waiting)
        told += [self.failed_one if failed == 1 else self.failed_more.format(failed)] * bool(failed)
        return self.waiting_title if waiting else self.failed_title, " ".join(told)

    def end(self, *, ends_studio: bool) -> str:
        """Say what a person ends by quitting."""
        return self.quit if ends_studio else self.quit_window


ENGLISH = Words(
    quit_title="Quit Studio too?",
    quit_text="OK ends Studio: answers that are being written are interrupted and kept, shells stay.\n"
    "Cancel lets it work on without a window; `studio` shows it again.",
    choose_folder="Choose the folder to work in",
    waiting_title="Studio asks you",
    waiting_one="A question waits for your answer.",
    waiting_more="{} questions wait for your answer.",
    failed_title="A workflow failed",
    failed_one="A run failed. Studio says why.",
    failed_more="{} runs failed. Studio says why.",
    show="Show Studio",
    quit="Quit Studio",
    quit_window="Quit the window; Studio works on",
)
FRENCH = Words(
    quit_title="Quitter Studio aussi\u00a0?",
    quit_text="OK arrête Studio\u00a0: les réponses en cours sont interrompues et gardées, les shells restent.\n"
    "Annuler le laisse travailler sans fenêtre\u00a0; `studio` la rouvre.",
    choose_folder="Choisir le dossier de travail",
    waiting_title="Studio vous demande",
    waiting_one="Une question attend votre réponse.",
    waiting_more="{} questions attendent votre réponse.",
    failed_title="Un flux de travail a échoué",
    failed_one="Une exécution a échoué. Studio dit pourquoi.",
    failed_more="{} exécutions ont échoué. Studio dit pourquoi.",
    show="Afficher Studio",
    quit="Quitter Studio",
    quit_window="Quitter la fenêtre\u00a0; Studio continue",
)


def words_of(language: str) -> Words:
    """Return the words of a profile's language. Empty: that of the system."""
    chosen = language or locale.getlocale()[0] or ""
    return FRENCH if chosen.startswith(("fr", "French")) else ENGLISH
