import { freeze } from "../../support/freeze";

test("a container that the kernel doesn't freeze at once is paused by another attempt", async () => {
  const answers = [new Error("Cannot pause container x: OCI runtime pause failed: unable to freeze: unknown")];
  const pause = jest.fn(() => (answers.length > 0 ? Promise.reject(answers.pop()!) : Promise.resolve()));
  await freeze(pause);
  expect(pause).toHaveBeenCalledTimes(2);
});

test("any other failure is told as it is", async () => {
  const pause = jest.fn(() => Promise.reject(new Error("No such container: x")));
  await expect(freeze(pause)).rejects.toThrow("No such container: x");
  expect(pause).toHaveBeenCalledTimes(1);
});
