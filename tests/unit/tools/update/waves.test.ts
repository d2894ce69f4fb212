import { inWaves } from "../../../../tools/update/waves";

/** Work that tells which tenants are worked on together, and fails for some. */
function recorder(...failing: string[]): { together: string[][]; work: (name: string) => Promise<void> } {
  const together: string[][] = [];
  const now = new Set<string>();
  return {
    together,
    work: async (name) => {
      now.add(name);
      await new Promise(setImmediate);
      together.push([...now]);
      await new Promise(setImmediate);
      now.delete(name);
      if (failing.includes(name)) {
        throw new Error(`no ${name}`);
      }
    },
  };
}

it("works on the first alone, then on so many at once, and never on more", async () => {
  const { together, work } = recorder();
  const outcome = await inWaves(["canary", "a", "b", "c", "d"], 3, work);
  expect(outcome).toEqual({ done: ["canary", "a", "b", "c", "d"], failed: [], left: [] });
  expect(together).toEqual([["canary"], ["a", "b", "c"], ["a", "b", "c"], ["a", "b", "c"], ["d"]]);
});

it("begins no other wave after a failure, and brings the wave to its end", async () => {
  const { work } = recorder("a");
  expect(await inWaves(["canary", "a", "b", "c"], 2, work)).toEqual({
    done: ["canary", "b"],
    failed: [["a", new Error("no a")]],
    left: ["c"],
  });
  expect(await inWaves(["a", "b"], 2, work)).toMatchObject({ done: [], left: ["b"] });
});

it("begins no other wave once it is over, such as by an interruption", async () => {
  let isOver = false;
  const outcome = await inWaves(
    ["a", "b"],
    2,
    () => Promise.resolve(void (isOver = true)),
    () => isOver,
  );
  expect(outcome).toEqual({ done: ["a"], failed: [], left: ["b"] });
});
