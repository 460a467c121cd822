"""A person's browser: headless Chromium, driven over a pipe by its DevTools protocol."""
import base64, json, os, select, subprocess, time


class Browser:
    """Chromium within a namespace; `close()` ends it. One page."""

    def __init__(self, before, profile, log):
        to_read, ours = os.pipe()
        self.answers, to_write = os.pipe()
        self.asks, self.number, self.rest = ours, 0, b""

        def plug():  # Chromium reads descriptor 3 and writes descriptor 4
            high = [os.dup2(to_read, 50), os.dup2(to_write, 51)]
            os.dup2(high[0], 3), os.dup2(high[1], 4)
            os.set_inheritable(3, True), os.set_inheritable(4, True)

        self.process = subprocess.Popen(
            [*before, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-background-networking", "--disable-features=HttpsUpgrades",
             "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=plug, close_fds=False, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        os.close(to_read), os.close(to_write)
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def read(self, end):
        """One message."""
        while b"\0" not in self.rest:
            if not select.select([self.answers], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise RuntimeError("the browser has ended")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, within_s=30, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.asks, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + within_s
        while True:
            answer = self.read(end)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def size(self, width, height, phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def go(self, url):
        self.call("Page.navigate", url=url)
        self.settle()

    def settle(self, within_s=20):
        """Until what was begun has been loaded."""
        end = time.monotonic() + within_s
        time.sleep(0.3)
        while self.run("document.readyState") != "complete":
            if time.monotonic() > end:
                raise TimeoutError("the page does not end")
            time.sleep(0.1)

    def run(self, script):
        """The value of an expression of JavaScript in the page."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def picture(self, path):
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        with open(path, "wb") as f:
            f.write(base64.b64decode(shot["data"]))

    def close(self):
        self.process.kill()
        self.process.wait()
