"""A small scenario of the built-in collector: a leak and its clean twin, three seconds a variant."""


def collector_scenario(leaking, name="collector", **more):
    return {
        "name": name,
        "sampling": {"warmup": "20s", "duration": "2m", "every": "30s", "resolution": "1s", "time_scale": 60},
        "fleet": {"containers": 4, "logs": {"lines_per_s": 1}},
        "subject": {"collector": {"container_monitor": {"reopen_every": "5s", "close_on_reopen": not leaking}, "background_threads": 4}},
        "variants": {"default": {}},
        **more,
    }
