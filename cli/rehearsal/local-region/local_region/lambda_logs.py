"""All lines that a Node.js function writes, in its log.

MiniStack stops reading a function's lines when none has come for some milliseconds; on a busy machine the last ones are
lost. Here each answer of a function is preceded by a mark in what it writes, and lines are read up to that.
"""

from __future__ import annotations

import queue
import time

from .guards import Seam, UnexpectedMiniStack
from .lambda_errors import SCRIPT, WORKER

MARK = "\x1eanswered"
PATIENCE = 5.0
"""Seconds that a mark may be late; a function that ended its own process leaves none."""

_ANSWER = "const _realStdoutWrite = process.stdout.write.bind(process.stdout);"
_ANSWER_AFTER_MARK = """const _answer = process.stdout.write.bind(process.stdout);
const _realStdoutWrite = (text) => {
  if (!text.startsWith('{"status":"ready"')) _stderrWrite("\\u001eanswered\\n");
  return _answer(text);
};"""


def install() -> None:
    SCRIPT.wrap(_marking_answers)
    worker = WORKER.get()
    worker._drain_stderr_bounded = _up_to_mark(worker._drain_stderr_bounded)


def _marking_answers(script: str) -> str:
    if _ANSWER not in script:
        raise UnexpectedMiniStack("the worker of Node.js functions no longer answers as it did")
    return script.replace(_ANSWER, _ANSWER_AFTER_MARK)


def _up_to_mark(drain):
    def drain_up_to_mark(self, *arguments, **options):
        if not self.config.get("Runtime", "").startswith("nodejs"):
            return drain(self, *arguments, **options)
        lines, until = [], time.monotonic() + PATIENCE
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._stderr_queue.get(timeout=left)
            except queue.Empty:
                break
            if line.endswith(MARK):
                # what was written before it without the end of a line
                lines += [line.removesuffix(MARK)] if line != MARK else []
                break
            lines.append(line)
        return "\n".join(lines)

    return drain_up_to_mark
