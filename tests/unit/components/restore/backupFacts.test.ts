import { backupFacts } from "../../../../components/restore/backupFacts";

const info = (...stops: number[]): string =>
  JSON.stringify([
    { name: "main", backup: stops.map((stop) => ({ label: "x", timestamp: { start: stop - 5, stop } })) },
  ]);
const told = (fault: string, text: string): string => ["1000", "1100", "900 12", fault, text].join("\n");

test("what can be restored begins at the oldest backup back to which the log is whole", () => {
  const facts = backupFacts(told("", info(100, 200, 300, 400)), 3);
  expect(facts).toEqual({
    from: new Date(201_000),
    database: new Date(1_000_000),
    files: new Date(1_100_000),
    proven: new Date(900_000),
    isUnproven: false,
  });
  expect(backupFacts(told("unproven", info(300)), 3)).toMatchObject({ from: new Date(301_000), isUnproven: true });
});

test("nothing can be restored before there is a backup", () => {
  const none = { from: undefined, database: undefined, files: undefined, proven: undefined, isUnproven: false };
  expect(backupFacts(["", "", "", "", "[]"].join("\n"), 3)).toEqual(none);
  expect(backupFacts(["", "", "", "", info()].join("\n"), 3)).toEqual(none);
});
