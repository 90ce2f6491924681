"""Terminal servers of others, and the least that anybody has to do, each as a program."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PEERS = Path("build/peers")

TERMINADO = """
import sys
import tornado.ioloop, tornado.web
from terminado import TermSocket, UniqueTermManager

class Open(TermSocket):
    def check_origin(self, origin):
        return True

manager = UniqueTermManager(shell_command=["bash", "--norc", "--noprofile"])
app = tornado.web.Application([(r"/terminal", Open, {"term_manager": manager})])
app.listen(int(sys.argv[1]), "127.0.0.1")
tornado.ioloop.IOLoop.current().start()
"""

NODE_PTY = """
const {WebSocketServer} = require('ws'), pty = require('node-pty')
const server = new WebSocketServer({host: '127.0.0.1', port: +process.argv[2], perMessageDeflate: false})
const size = {name: 'xterm-256color', cols: 80, rows: 24, encoding: null}
server.on('connection', (socket) => {
  const shell = pty.spawn('bash', ['--norc', '--noprofile'], size)
  shell.onData((data) => {
    socket.send(data)
    if (socket.bufferedAmount > 1 << 20) {
      shell.pause()
      const wait = setInterval(() => socket.bufferedAmount < 1 << 18 && (clearInterval(wait), shell.resume()), 1)
    }
  })
  socket.on('message', (message) => shell.write(message.toString()))
  socket.on('close', () => shell.kill())
})
"""

C_LOOP = r"""
#define _GNU_SOURCE
#include <pty.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **argv) {
    int master;
    static char buffer[65536];
    struct timespec begun, ended;
    long long bytes = 0;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    if (forkpty(&master, 0, 0, 0) == 0) execvp(argv[1], argv + 1);
    for (ssize_t came; (came = read(master, buffer, sizeof buffer)) > 0;) bytes += came;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%lld %.6f\n", bytes, ended.tv_sec - begun.tv_sec + (ended.tv_nsec - begun.tv_nsec) / 1e9);
    return 0;
}
"""


def build_c_loop(folder: Path) -> Path | None:
    """Return the compiled loop, or None where there is no compiler."""
    if not (compiler := shutil.which("cc")):
        return None
    source, program = folder / "loop.c", folder / "loop"
    source.write_text(C_LOOP, encoding="utf-8")
    subprocess.run([compiler, "-O2", "-o", program, source, "-lutil"], check=True)
    return program


def install() -> bool:
    """Install the peers. Return whether they are there."""
    return subprocess.run(["packaging/peers.sh"], check=False).returncode == 0


def terminado(port: int) -> list[str]:
    return [str(PEERS / "py/bin/python"), "-c", TERMINADO, str(port)]


def node_pty(port: int) -> list[str]:
    script = PEERS / "server.cjs"
    script.write_text(NODE_PTY, encoding="utf-8")
    return ["node", str(script), str(port)]
