import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { localCommandType } from "../../../offline/plugins/command/localCommand";
import { inferred } from "../../../offline/plugins/framework/dialect";
import { Provider } from "../../../offline/plugins/framework/provider";
import { Properties, reveal, revealAll, secret } from "../../../offline/plugins/framework/values";
import { randomPlugin } from "../../../offline/plugins/random/plugin";

const random = new Provider(randomPlugin);
const urnOf = (type: string): string => `urn:pulumi:dev::project::${type}::thing`;

async function make(provider: Provider, urn: string, given: Properties): Promise<Properties> {
  const { inputs, failures } = provider.check(urn, {}, given, Buffer.from("seed"));
  if (failures.length > 0) throw new Error(failures.map((failure) => failure.reason).join("\n"));
  return (await provider.create(urn, inputs, false)).outputs;
}

describe("random", () => {
  const password = urnOf("random:index/randomPassword:RandomPassword");

  test("a password has the wanted length and characters, is secret and hashed", async () => {
    const outputs = await make(random, password, {
      length: 40,
      special: true,
      overrideSpecial: "_",
      minSpecial: 5,
      minNumeric: 5,
      upper: false,
    });
    expect(outputs["result"]).toEqual(secret(expect.any(String) as unknown as string));
    expect(outputs["bcryptHash"]).toEqual(secret(expect.stringMatching(/^\$2a\$10\$/) as unknown as string));
    const text = reveal(outputs["result"]) as string;
    expect(text).toMatch(/^[a-z0-9_]{40}$/);
    expect(text.replace(/[^_]/g, "").length).toBeGreaterThanOrEqual(5);
    expect(text.replace(/[^0-9]/g, "").length).toBeGreaterThanOrEqual(5);
    const other = await make(random, password, { length: 40 });
    expect(reveal(other["result"])).not.toBe(text);
  });

  test("what can't be is refused", async () => {
    await expect(make(random, password, { length: 3, minLower: 4 })).rejects.toThrow(
      "at least the sum of the minimums, 4",
    );
    await expect(
      make(random, password, { length: 3, lower: false, upper: false, numeric: false, special: false }),
    ).rejects.toThrow("at least one of");
    await expect(make(random, password, { length: 0 })).rejects.toThrow("`length` must be 1 or more");
  });

  test("every change replaces; nothing changes by itself", async () => {
    const outputs = await make(random, password, { length: 12, keepers: { a: "1" } });
    const { inputs } = random.check(password, {}, { length: 12, keepers: { a: "1" } }, Buffer.from("seed"));
    expect(random.diff(password, outputs, inputs, []).changes).toEqual([]);
    const changed = { ...inputs, keepers: { a: "2" } };
    expect(random.diff(password, outputs, changed, []).changes).toEqual([
      { property: "keepers", kind: "update", replace: true },
    ]);
  });

  test("the other values have the official forms", async () => {
    const id = await make(random, urnOf("random:index/randomId:RandomId"), { byteLength: 8, prefix: "p-" });
    expect(id["hex"]).toMatch(/^p-[0-9a-f]{16}$/);
    expect(BigInt((id["dec"] as string).slice(2))).toBe(BigInt(`0x${(id["hex"] as string).slice(2)}`));
    const uuid = await make(random, urnOf("random:index/randomUuid:RandomUuid"), {});
    expect(uuid["result"]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const text = await make(random, urnOf("random:index/randomString:RandomString"), { length: 6, special: false });
    expect(text["result"]).toMatch(/^[A-Za-z0-9]{6}$/);
    const number = await make(random, urnOf("random:index/randomInteger:RandomInteger"), { min: 3, max: 4 });
    expect([3, 4]).toContain(number["result"]);
  });
});

describe("command.local.Command", () => {
  const lines: string[] = [];
  const plugin = {
    name: "command",
    version: "0",
    dialect: inferred,
    config: {},
    configure: () => Promise.resolve(),
    resources: [localCommandType()],
  };
  const provider = new Provider(plugin, (_urn, message) => lines.push(message));
  const urn = urnOf("command:local:Command");
  let folder = "";
  beforeEach(() => {
    lines.length = 0;
    folder = mkdtempSync(path.join(tmpdir(), "odoo-fleet-command-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("runs on create, update and delete, with its inputs and what it printed before", async () => {
    const given: Properties = {
      create: 'cat; echo "$A"; echo problem >&2',
      update: 'echo "was $PULUMI_COMMAND_STDOUT"',
      delete: "echo $PULUMI_COMMAND_STDOUT > gone",
      dir: folder,
      environment: { A: "1" },
      stdin: "in\n",
    };
    const state = await make(provider, urn, given);
    expect(state).toMatchObject({ stdout: "in\n1", stderr: "problem" });
    expect(lines).toEqual(expect.arrayContaining(["in", "1", "problem"]));
    const updated = await provider.update(urn, "id", state, given, false);
    expect(updated["stdout"]).toBe("was in\n1");
    await provider.delete(urn, "id", { ...updated, stdout: "last" });
    expect(readFileSync(path.join(folder, "gone"), "utf8")).toBe("last\n");
  });

  test("hides secrets in log and errors; what it prints is plain, as with the official plugin", async () => {
    const given = { create: "cat; echo", stdin: secret("hunter22") };
    const state = await make(provider, urn, given);
    expect(state["stdout"]).toBe("hunter22");
    expect(lines).toEqual(["[secret]"]);
    await expect(make(provider, urn, { create: "cat >&2; exit 3", stdin: secret("hunter22") })).rejects.toThrow(
      'exit status 3: running "cat >&2; exit 3":\n[secret]',
    );
  });

  test("keeps quiet when asked, uses another interpreter, and replaces on triggers alone", async () => {
    const given = {
      create: "console.log(1 + 1)",
      interpreter: [process.execPath, "-e"],
      logging: "none",
      triggers: [1],
      addPreviousOutputInEnv: false,
    };
    const state = await make(provider, urn, given);
    expect(revealAll(state)).toMatchObject({ stdout: "2" });
    expect(lines).toEqual([]);
    const { inputs } = provider.check(urn, {}, given, Buffer.from("seed"));
    const replaces = (change: Properties): boolean[] =>
      provider.diff(urn, state, { ...inputs, ...change }, []).changes.map((item) => item.replace);
    expect(replaces({})).toEqual([]);
    // For its parts the package asks for the replacement itself.
    expect(replaces({ triggers: [2] })).toEqual([false]);
    expect(replaces({ environment: { B: "2" } })).toEqual([false]);
    expect(provider.check(urn, {}, { assetPaths: ["*"] }, Buffer.from("")).failures[0]?.reason).toContain(
      "refuses `assetPaths`",
    );
  });
});
