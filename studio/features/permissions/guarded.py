"""Files that are guarded: secrets, which are not read, files that steer programs, and how a command gets at either."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import pairwise

from studio.features.permissions.patterns import any_of, fold
from studio.features.permissions.shell import CommandLine

SECRET_PATHS = (
    *("*.env", "*.env.*", "*.envrc", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk"),
    *("*.netrc", "*/_netrc", "*.pgpass", "*.my.cnf", "*.mylogin.cnf", "*.git-credentials", "*.npmrc", "*.pypirc"),
    *("*.htpasswd", "*.vault-token", "*/.*_history", "*/fish_history", "*/.ssh/*", "*/.gnupg/*", "*/.aws/*"),
    *("*/.azure/*", "*/.terraform.d/credentials*", "*/.terraformrc"),
    *("*/.kube/*", "*/.docker/config.json", "*/.config/containers/auth.json", "*/.config/gcloud/*", "*/.config/gh/*"),
    *("*/.config/glab-cli/*", "*/.config/hub", "*/.config/rclone/*", "*/.config/op/*", "*/.config/github-copilot/*"),
    *("*/.config/doctl/*", "*/.config/sops/*", "*/.cargo/credentials*", "*/.m2/settings*.xml", "*/.gem/credentials"),
    *("*/.gradle/gradle.properties", "*/.composer/auth.json", "*/.config/composer/auth.json"),
    *("*/.claude/.credentials.json", "*/.claude.json", "*/.codex/auth.json"),
    *("*/.gemini/oauth_creds.json", "*/.local/share/opencode/auth.json", "*/.password-store/*", "*/wallet.dat"),
    *("*/.local/share/keyrings/*", "*/.local/share/kwalletd/*", "*/library/keychains/*", "*/id_rsa*", "*/id_dsa*"),
    *("*/id_ecdsa*", "*/id_ed25519*", "*/.mozilla/*", "*/.thunderbird/*", "*/.config/google-chrome*/*"),
    *("*/.config/chromium/*", "*/.config/bravesoftware/*", "*/.config/microsoft-edge*/*", "*/.config/vivaldi/*"),
    *("*/snap/firefox/*", "*/application support/google/chrome/*", "*/application support/firefox/*"),
    *("*/library/safari/*", "*/library/cookies/*", "/etc/shadow*", "/etc/gshadow*", "/etc/sudoers*"),
    *("/etc/ssl/private/*", "/proc/*/environ", "/proc/*/mem"),
)

STEERING_PATHS = (
    *("*/.git", "*/.git/*", "*/.gitmodules", "*/.gitconfig", "*/.config/git/*", "*/.husky/*", "*/.githooks/*"),
    *("*/.pre-commit-config.yaml", "*/.github/workflows/*", "*/.gitlab-ci.yml", "*/.claude/*", "*/.codex/*"),
    *("*/.cursor/*", "*/.gemini/*", "*/.mcp.json", "*/.crush.json", "*/crush.json", "*/.vscode/*"),
    *("*/opencode.json", "*/opencode.jsonc", "*/.opencode/*", "*/.config/opencode/*"),
    *("*/.idea/*", "*/.zed/*", "*/.devcontainer/*", "*/.envrc", "*/.mise.toml", "*/mise.toml", "*/.tool-versions"),
    *("*/.bashrc", "*/.bash_profile", "*/.bash_login", "*/.bash_logout", "*/.bash_aliases", "*/.profile", "*/.inputrc"),
    *("*/.zshrc", "*/.zshenv", "*/.zprofile", "*/.zlogin", "*/.zlogout", "*/.kshrc", "*/.cshrc", "*/.tcshrc"),
    *(
        "*/.config/fish/*",
        "*/.xinitrc",
        "*/.xsession",
        "*/.xprofile",
        "*/.pam_environment",
        "*/.config/environment.d/*",
    ),
    *(
        "*/.config/autostart/*",
        "*/.config/systemd/*",
        "*/library/launchagents/*",
        "*/.local/bin/*",
        "*/.local/share/applications/*",
    ),
    *("*/.vimrc", "*/.exrc", "*/.gvimrc", "*/.vim/*", "*/.config/nvim/*", "*/.emacs", "*/.emacs.d/*", "*/.tmux.conf"),
    *("*/.screenrc", "*/.gdbinit", "*/.lldbinit", "*/.curlrc", "*/.wgetrc", "*/.ripgreprc", "*/.psqlrc", "*/.sqliterc"),
    *("*/.cargo/config*", "*/.yarnrc*", "*/.pnpmfile.cjs", "*/.pythonrc*", "*/sitecustomize.py", "*/usercustomize.py"),
    *("*.pth", "*/.config/pip/*", "*/.pip/*", "*/.pdbrc", "*/.irbrc", "*/.perldb", "/etc/*", "/var/spool/cron/*"),
)
"""Files that say what other programs run: whoever writes them runs a command later."""

READS_FOLDERS = frozenset(
    {"grep", "egrep", "fgrep", "rgrep", "zgrep", "ggrep", "ugrep", "rg", "ag", "ack", "diff", "gdiff", "tar", "gtar"}
    | {"bsdtar", "zip", "7z", "7za", "cpio", "pax", "rsync", "scp", "cp", "gcp", "mv", "fd"}
)
STARTS_HERE = frozenset({"rgrep", "rg", "ag", "ack", "ugrep"})
SKIPS_HIDDEN = frozenset({"rg", "ag", "ack", "fd"})
SHOWS_HIDDEN = re.compile(r"-[A-Za-z]*[u.][A-Za-z.]*|--(?:hidden|unrestricted|no-ignore.*)")
RECURSION = re.compile(r"-[A-Za-z]*[rR][A-Za-z]*|--(?:r|de|di).*")
VALUES_OF_GREP = re.compile(r"-[A-Za-z]*[ABCDdefm]|--[^=]*")
VALUES_OF_OTHERS = re.compile(r"-[A-Za-z]*[ABCEMTdefgjmrt]|--[^=]*")
"""Options that may take the word after them as their value."""

WRITERS = frozenset({"cp", "mv", "ln", "install", "tee", "dd", "rsync", "touch", "truncate", "sponge"})

MOST_ENTRIES = 20_000
"""Entries of folders that are looked at for one command: whoever has more is asked."""

SEPARATORS = re.compile(r"[=:@,]")
WILD = re.compile(r"[*?\[]")
EXPANDED = re.compile(r"\$\w+|\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`|\{[^}]*\}|\[[^]]*\]|\?")
HOME = re.compile(r"^(?:~|\$HOME|\$\{HOME\})(?=/|$)")

IsDenied = Callable[[str], bool]
"""Says of a real path, a folder's with a slash at its end, whether it may not be read."""


class TooManyEntries(Exception):
    """There is more to look at than anybody waits for."""


@dataclass(slots=True)
class Look:
    """Looking for guarded files on behalf of one command that would run in `folder`."""

    folder: str
    is_denied: IsDenied
    left: int = field(default_factory=lambda: MOST_ENTRIES)

    def find_guarded(self, line: CommandLine) -> str:
        """Return why a command line is to be asked about though rules allow it; nothing where it need not."""
        for word in line.words:
            if any(self._is_guarded(path) for path in self._paths_of(word)):
                return f"A command names {word!r}, which may not be read."
        try:
            return self._find_in_folders(line) or ("" if line.is_whole else self._find_by_pattern(line))
        except TooManyEntries:
            return "A command may read more files than can be looked at first."

    def _find_in_folders(self, line: CommandLine) -> str:
        for name, *arguments in line.commands:
            base = name.rpartition("/")[2].lower()
            if base in WRITERS and (steering := self._find_steering(arguments)):
                return f"A command may write {steering!r}, which decides what other programs run."
            reads_folders = base in READS_FOLDERS or "--no-index" in arguments
            if reads_folders and (found := self._find_below(base, arguments)):
                return f"A command may read {found!r}, which may not be read."
        return ""

    def _find_steering(self, arguments: Sequence[str]) -> str:
        paths = (path for argument in arguments for path in self._paths_of(argument))
        return next((path for path in paths if is_steering(path) or is_steering(f"{path}/x")), "")

    def _find_below(self, base: str, arguments: Sequence[str]) -> str:
        named = [path for argument in arguments for path in self._paths_of(argument) if os.path.lexists(path)]
        searches_here = base in STARTS_HERE or (base.endswith("grep") and any(map(RECURSION.fullmatch, arguments)))
        places = [*named, self.folder] if searches_here and not _names_a_place(base, arguments) else named
        skips_hidden = base in SKIPS_HIDDEN and not any(map(SHOWS_HIDDEN.fullmatch, arguments))
        folders = dict.fromkeys(place for place in places if os.path.isdir(place))
        return next((found for place in folders if (found := self._find_denied(place, skips_hidden=skips_hidden))), "")

    def _find_denied(self, place: str, *, skips_hidden: bool) -> str:
        """Return a file below a folder that may not be read."""
        waiting = [place]
        while waiting:
            for entry in self._list(waiting.pop()):
                if skips_hidden and entry.name.startswith("."):
                    continue
                path = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
                if self._is_guarded(path):
                    return path
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
        return ""

    def _find_by_pattern(self, line: CommandLine) -> str:
        """Look at what the shell may make of words that are no plain text."""
        for word in line.words:
            pattern = EXPANDED.sub("*", HOME.sub(os.path.expanduser("~"), word))
            if WILD.search(pattern) and any(self._is_guarded(path) for path in self._expand(pattern)):
                return f"A command may name what may not be read with {word!r}."
        return ""

    def _expand(self, pattern: str) -> list[str]:
        """Return the real paths that a pattern may stand for now."""
        places = ["/" if pattern.startswith("/") else self.folder]
        for part in pattern.split("/"):
            if WILD.search(part):
                places = [entry.path for place in places for entry in self._list(place) if _fits(entry.name, part)]
            else:
                places = [os.path.join(place, part) for place in places]
        return [os.path.realpath(place) for place in places]

    def _list(self, place: str) -> list[os.DirEntry[str]]:
        entries = list[os.DirEntry[str]]()
        try:
            with os.scandir(place) as found:
                for entry in found:
                    self.left -= 1
                    if self.left < 0:
                        raise TooManyEntries
                    entries.append(entry)
        except OSError:
            pass
        return entries

    def _is_guarded(self, path: str) -> bool:
        return self.is_denied(path) or self.is_denied(f"{path}/")

    def _paths_of(self, word: str) -> Iterator[str]:
        """Yield the real paths that a word may name: by itself, behind an option, a `@` or the name of a host."""
        starts = [0, *(found.end() for found in SEPARATORS.finditer(word))]
        if re.match(r"-[^-]", word):
            starts.append(2)
        for start in starts[:20]:
            text = HOME.sub(os.path.expanduser("~"), word[start:])
            if text and "\0" not in text and len(text) < 4096:
                yield os.path.realpath(os.path.join(self.folder, text))


def is_steering(path: str) -> bool:
    """Return whether a file decides what other programs run."""
    return any_of(STEERING_PATHS).fullmatch(fold(path)) is not None


def _names_a_place(base: str, arguments: Sequence[str]) -> bool:
    """Return whether a search is told where to look: it has two words at least that are no options nor their values."""
    takes_value = VALUES_OF_GREP if base.endswith("grep") else VALUES_OF_OTHERS
    before = ["", *arguments]
    words = [
        word for option, word in pairwise(before) if not word.startswith("-") and not takes_value.fullmatch(option)
    ]
    return len(words) > 1


def _fits(name: str, part: str) -> bool:
    # A pattern finds hidden files only if it begins with a dot.
    return (part.startswith(".") or not name.startswith(".")) and fnmatchcase(fold(name), fold(part))
