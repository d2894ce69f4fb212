import { Cleanup } from "../../../../tools/bench/cleanup";

describe("Cleanup", () => {
  test("undoes the last thing first, and only once", async () => {
    const undone: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer("network", () => void undone.push("network"));
    cleanup.defer("container", async () => {
      await new Promise((resolve) => setImmediate(resolve));
      undone.push("container");
    });
    await Promise.all([cleanup.run(), cleanup.run()]);
    expect(undone).toEqual(["container", "network"]);
  });

  test("goes on after a step that fails, says which, and fails the run", async () => {
    const said = jest.spyOn(console, "error").mockImplementation(() => undefined);
    const exitCode = process.exitCode;
    const undone: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer("network", () => void undone.push("network"));
    cleanup.defer("container", () => Promise.reject(new Error("engine is gone")));
    await cleanup.run();
    expect(undone).toEqual(["network"]);
    expect(said).toHaveBeenCalledWith("bench: could not remove container: engine is gone");
    expect(process.exitCode).toBe(1);
    process.exitCode = exitCode;
    said.mockRestore();
  });
});
