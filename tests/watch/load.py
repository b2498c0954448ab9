"""A load generator in small: ten requests a second at $LEAKRIG_URL for five seconds, then a summary."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request

signal.signal(signal.SIGINT, lambda *_: summary())
done = failed = 0


def summary():
    print(f"requests: {done}, failed: {failed}", flush=True)
    sys.exit(1 if failed else 0)


for _ in range(50):
    try:
        urllib.request.urlopen(os.environ["LEAKRIG_URL"] + "/", timeout=5).read()
        done += 1
    except (OSError, urllib.error.URLError):
        failed += 1
    time.sleep(0.1)
summary()
