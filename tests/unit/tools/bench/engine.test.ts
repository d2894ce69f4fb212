import { usedMiB } from "../../../../tools/bench/engine";

const MiB = 1024 * 1024;

describe("usedMiB", () => {
  test("leaves out what the kernel would drop first, by the names of cgroup v1 and of v2", () => {
    const v1 = { usage: 300 * MiB, stats: { total_inactive_file: 100 * MiB, inactive_file: 1 * MiB } };
    const v2 = { usage: 300 * MiB, stats: { inactive_file: 120 * MiB } };
    expect(usedMiB(v1)).toBe(200);
    expect(usedMiB(v2)).toBe(180);
  });

  test("is the usage where the kernel says no more, or something that can't be", () => {
    expect(usedMiB({ usage: 5 * MiB, stats: {} })).toBe(5);
    expect(usedMiB({ usage: 5 * MiB, stats: { inactive_file: 6 * MiB } })).toBe(5);
  });
});
