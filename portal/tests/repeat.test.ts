import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { repeat } from "../src/repeat.ts";

test("what is repeated is never done twice at once, goes on after a failure, and ends", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const said = mock.method(console, "error", () => undefined);
  try {
    let begun = 0;
    let end: (error?: Error) => void = () => undefined;
    const work = (): Promise<void> => {
      begun += 1;
      return new Promise((resolve, reject) => (end = (error) => (error ? reject(error) : resolve())));
    };
    const stop = repeat({ every: 1000, work, failed: "it wasn't done", isNow: true });
    assert.equal(begun, 1);
    mock.timers.tick(3000);
    assert.equal(begun, 1);
    const reason = new Error("no");
    end(reason);
    await turn();
    assert.deepEqual(said.mock.calls[0]?.arguments, ["it wasn't done", reason]);
    mock.timers.tick(1000);
    assert.equal(begun, 2);
    end();
    await turn();
    stop();
    mock.timers.tick(5000);
    assert.equal(begun, 2);

    const later = repeat({ every: 1000, work, failed: "it wasn't done" });
    assert.equal(begun, 2);
    mock.timers.tick(1000);
    assert.equal(begun, 3);
    later();
  } finally {
    mock.reset();
    mock.timers.reset();
  }
});
