"""Makes batches of letters. (Written next.)"""
import threading


class Printer:
    def __init__(self, *, worker: str, stop: threading.Event) -> None: ...
    def round(self) -> bool:
        return False
    def close(self) -> None: ...
