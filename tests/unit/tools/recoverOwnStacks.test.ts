import { readTime } from "../../../components/restore/time";
import { readOptions } from "../../../tools/recover/options";
import { ownArguments } from "../../../tools/recover/ownStacks";

test("the run for one tenant is told what the whole was told, but for who comes first", () => {
  const args = ["acme/prod", "--config-file", "a.yaml", "--recoveries", "r", "--host", "paris"];
  expect(ownArguments(readOptions(args)!, "globex")).toEqual(["acme/prod.globex", "recover", "--host", "paris"]);
  const all = readOptions([...args, "--identity", "key.txt", "--at", "2026-11-26 10:15 +02:00", "--first", "globex"])!;
  const [at, ...rest] = ownArguments(all, "globex").reverse();
  expect(rest.reverse()).toEqual(["acme/prod.globex", "recover", "--host", "paris", "--identity", "key.txt", "--at"]);
  expect(readTime(at)).toBe(Date.parse("2026-11-26T08:15:00Z") / 1000);
});
