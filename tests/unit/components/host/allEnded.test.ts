import { allEnded } from "../../../../components/host/allEnded";

const later = <T>(milliseconds: number, end: () => T): Promise<T> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds)).then(end);
const failing = (text: string) => (): never => {
  throw new Error(text);
};

it("resolves to what each came to, in their order", async () => {
  expect(await allEnded([later(5, () => "a"), later(0, () => 2)])).toEqual(["a", 2]);
});

it("waits for all where one fails, and throws what the first in their order did", async () => {
  let isOver = false;
  const slow = later(20, () => (isOver = true));
  await expect(allEnded([slow, later(0, failing("second"))])).rejects.toThrow("second");
  expect(isOver).toBe(true);
  await expect(allEnded([later(10, failing("first")), later(0, failing("second"))])).rejects.toThrow("first");
});
