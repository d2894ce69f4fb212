import { isOfPart, partOptions } from "../../../../tools/up/part";

it.each([["--target"], ["--target-dependents"], ["--exclude=a"], ["-t"]])("%s brings up a part", (arg) => {
  expect(isOfPart(["--yes", arg])).toBe(true);
  expect(partOptions(["--yes", arg])).toEqual(["--parallel", "1"]);
});

it("brings up a whole stack as fast as it can, and a part as it is told", () => {
  expect(partOptions(["--yes", "--refresh"])).toEqual([]);
  expect(partOptions(["--target", "a", "--parallel=4"])).toEqual([]);
  expect(partOptions(["--target", "a", "-p", "4"])).toEqual([]);
});
