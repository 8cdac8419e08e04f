# SPDX-License-Identifier: Apache-2.0
"""A store on a simulated flash, driven through `cfs-sim serve`.

    with Serve(cfs_sim, sectors=4) as store:
        store.format()
        store.mount()
        store.put("name", b"value")
        store.cut(after=0, outcome="torn")
        ...

An error of the store is raised as StoreError; a request that makes no sense as ValueError.
"""
import json
import subprocess


class StoreError(Exception):
    """What the store answered: StoreError.name is "CFS_ERR_...", StoreError.code its number."""

    def __init__(self, name, code):
        super().__init__(name)
        self.name = name
        self.code = code


class Serve:
    """One running `cfs-sim serve`."""

    def __init__(self, program, **options):
        arguments = [f"--{name}={value}" for name, value in options.items()]
        self.process = subprocess.Popen([program, "serve", *arguments], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """End it by closing its stdin. Returns its exit status."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()

    def line(self, text):
        """Send a line as it is; the response as it is."""
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"serve ended at: {text}"
        return json.loads(answer)

    def ask(self, op, **fields):
        """Send a request; the response as a dict, or an exception."""
        answer = self.line(json.dumps({"op": op, **fields}))
        if not answer["ok"]:
            if "code" in answer:
                raise StoreError(answer["error"], answer["code"])
            raise ValueError(answer["error"])
        return answer

    # ---- the store

    def format(self, **fields):
        return self.ask("format", **fields)

    def mount(self, **fields):
        return self.ask("mount", **fields)

    def unmount(self):
        return self.ask("unmount")

    def put(self, name, value):
        return self.ask("put", name=name, hex=bytes(value).hex())

    def get(self, name):
        return bytes.fromhex(self.ask("get", name=name)["hex"])

    def delete(self, name):
        return self.ask("delete", name=name)

    def transaction(self, changes):
        """Set (or, value None, delete) several keys as one."""
        self.ask("begin")
        for name, value in changes.items():
            if value is None:
                self.ask("stage", name=name, delete=True)
            else:
                self.ask("stage", name=name, hex=bytes(value).hex())
        self.ask("commit")

    def find(self, pattern="*"):
        return self.ask("find", pattern=pattern)["names"]

    def size(self, name):
        return self.ask("stat", name=name)["size"]

    def statistics(self):
        return self.ask("stat")

    def check(self):
        return self.ask("check")

    def contents(self):
        """Everything in the store, as a dict."""
        return {name: self.get(name) for name in self.find()}

    # ---- the flash

    def cut(self, **fields):
        return self.ask("cut", **fields)

    def boot(self, pattern=0):
        return self.ask("boot", pattern=pattern)

    def save(self, path):
        return self.ask("image", save=str(path))

    def load(self, path):
        return self.ask("image", load=str(path))

    def counters(self):
        return self.ask("counters")
