"""One line a claim on standard output: "ok CLAIM" or "FAILED CLAIM: why". What a client was seen to do is said by these."""

import asyncio
import faulthandler
import sys
import traceback

faulthandler.dump_traceback_later(150, exit=True)
_failed = []


def _tell(what, error=None):
    if error is None:
        print(f"ok {what}", flush=True)
    else:
        _failed.append(what)
        trace = " | ".join("".join(traceback.format_exception(error)).splitlines()[-6:])
        print(f"FAILED {what}: {trace[:900]}", flush=True)


def claim(what):
    """Runs the decorated function, a coroutine too, at once."""

    def run(check):
        try:
            if asyncio.iscoroutinefunction(check):
                asyncio.run(asyncio.wait_for(check(), 40))
            else:
                check()
        except BaseException as error:  # noqa: BLE001
            _tell(what, error)
        else:
            _tell(what)
        return check

    return run


def end():
    sys.exit(1 if _failed else 0)
