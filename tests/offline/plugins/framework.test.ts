import { check } from "../../../offline/plugins/framework/check";
import { bridged, inferred } from "../../../offline/plugins/framework/dialect";
import { diff } from "../../../offline/plugins/framework/diff";
import { carry, previewOutputs } from "../../../offline/plugins/framework/outputs";
import { Provider } from "../../../offline/plugins/framework/provider";
import { PartialStateError, Plugin, ResourceType } from "../../../offline/plugins/framework/resource";
import { bool, int, list, map, object, set, string } from "../../../offline/plugins/framework/schema";
import {
  containsSecret,
  isUnknown,
  Properties,
  redact,
  reveal,
  secret,
  unknownValue,
} from "../../../offline/plugins/framework/values";

const thing: ResourceType = {
  token: "test:index/thing:Thing",
  fields: {
    name: string({ forceNew: true, autoName: true, required: true }),
    size: int(),
    always: bool({ default: true }),
    chosen: string({ computed: true, forceNew: true }),
    tags: set(string(), { forceNew: true }),
    steps: list(string()),
    options: map({ forceNew: true }),
    nested: list(object({ key: string({ required: true }), mode: string({ default: "plain" }), text: string() }), {
      forceNew: true,
    }),
    address: string({ output: true }),
    logs: string({ output: true }),
  },
  taintedOutputs: ["logs"],
  create: () => Promise.resolve({ id: "1", outputs: {} }),
  read: (id, state) => Promise.resolve({ id, outputs: state }),
  delete: () => Promise.resolve(),
};

const plugin = (change: Partial<ResourceType> = {}): Plugin => ({
  name: "test",
  version: "1.0.0",
  dialect: bridged,
  config: {},
  configure: () => Promise.resolve(),
  resources: [{ ...thing, ...change }],
});

const urn = "urn:pulumi:dev::project::test:index/thing:Thing::box";
const checkThing = (news: Properties, olds: Properties = {}): ReturnType<typeof check> =>
  check({
    plugin: "test",
    type: thing.token,
    fields: thing.fields,
    dialect: bridged,
    name: "box",
    olds,
    news,
    seed: Buffer.from(urn),
  });
const changed = (state: Properties, news: Properties): string[] =>
  diff(thing.fields, state, news).map(({ property, replace }) => (replace ? `${property}!` : property));

describe("check", () => {
  test("refuses unknown properties at every depth, by path, all at once", () => {
    const { failures } = checkThing({ colour: "red", nested: [{ key: "a", weight: 1 }], address: "x" });
    expect(failures.map((failure) => failure.property)).toEqual(["colour", "nested[0].weight", "address"]);
    expect(failures[0]?.reason).toContain("the stand-in for test doesn't know `colour` on test:index/thing:Thing");
  });

  test("fills in defaults and a name that stays", () => {
    const first = checkThing({}).inputs;
    expect(first).toMatchObject({ always: true, __defaults: ["always", "name"] });
    expect(first["name"]).toMatch(/^box-[0-9a-f]{7}$/);
    expect(checkThing({}, { ...first, name: "box-0000000" }).inputs["name"]).toBe("box-0000000");
    expect(checkThing({ name: "mine" }, first).inputs["name"]).toBe("mine");
  });

  test("says what is missing or of a wrong type, without the value", () => {
    const { failures } = checkThing({ size: secret("hunter22"), nested: [{}], always: "maybe" });
    expect(failures.map((failure) => failure.reason)).toEqual([
      "`size` must be a whole number. Examine values at 'box.size'.",
      'Missing required argument. The argument "nested[0].key" is required, but no definition was found.. ' +
        "Examine values at 'box.nested[0].key'.",
      "`always` must be true or false. Examine values at 'box.always'.",
    ]);
  });

  test("keeps secrets closed and lets unknowns pass", () => {
    const { inputs, failures } = checkThing({ size: secret("12"), chosen: unknownValue, tags: [unknownValue] });
    expect(failures).toEqual([]);
    expect(inputs["size"]).toEqual(secret(12));
    expect(isUnknown(inputs["chosen"])).toBe(true);
  });
});

describe("diff", () => {
  test("finds nothing where empty, left out, reordered or wrapped values mean the same", () => {
    const state = {
      name: "a",
      size: 0,
      always: true,
      chosen: "engine",
      tags: ["x", "y"],
      options: {},
      steps: [],
      address: "1",
    };
    expect(changed(state, { name: "a", always: true, tags: secret(["y", "x"]) })).toEqual([]);
    expect(
      changed({ nested: [{ key: "k", mode: "plain", text: "" }] }, { nested: [{ key: "k", __defaults: [] }] }),
    ).toEqual([]);
  });

  test("tells what replaces from what doesn't", () => {
    expect(changed({ size: 1 }, { size: 2 })).toEqual(["size"]);
    expect(changed({ always: true }, { always: false })).toEqual(["always"]);
    expect(changed({ steps: ["a", "b"] }, { steps: ["b", "a"] })).toEqual(["steps"]);
    expect(changed({ tags: ["a"] }, { tags: ["a", "b"] })).toEqual(["tags!"]);
    expect(changed({ nested: [{ key: "k", mode: "plain" }] }, { nested: [{ key: "k", mode: "other" }] })).toEqual([
      "nested!",
    ]);
    expect(changed({ options: { a: "1" } }, {})).toEqual(["options!"]);
    expect(changed({ chosen: "engine" }, { chosen: "mine" })).toEqual(["chosen!"]);
  });

  test("takes an unknown for a change", () => {
    expect(changed({ size: 1, chosen: "x" }, { size: unknownValue, chosen: unknownValue })).toEqual([
      "size",
      "chosen!",
    ]);
  });
});

describe("secrets", () => {
  test("outputs keep what was secret, also when another value was read", () => {
    const source = { steps: [secret("s3cret"), "b"], size: secret(5), __defaults: [] };
    const outputs = carry(thing, source, { steps: ["s3cret", "b"], size: 6, address: "here", logs: "s3cret" });
    expect(outputs["steps"]).toEqual([secret("s3cret"), "b"]);
    expect(outputs["size"]).toEqual(secret(6));
    expect(outputs["logs"]).toEqual(secret("s3cret"));
    expect(outputs["address"]).toBe("here");
    expect(outputs).not.toHaveProperty("__defaults");
    expect(carry(thing, { size: 5 }, { logs: "x" })["logs"]).toBe("x");
  });

  test("a provider works with open values, and its messages are cleaned", async () => {
    const seen: Properties[] = [];
    const create = (inputs: Properties): never => {
      seen.push(inputs);
      throw new Error(`engine says: can't use hunter22 or PASSWORD=letmein99`);
    };
    const provider = new Provider(plugin({ create }));
    const inputs = { steps: secret(["hunter22"]), tags: [secret("X=PASSWORD=letmein99")] };
    await expect(provider.create(urn, inputs, false)).rejects.toThrow("engine says: can't use [secret] or [secret]");
    expect(seen).toEqual([{ steps: ["hunter22"], tags: ["X=PASSWORD=letmein99"] }]);
  });

  test("short pieces are left alone, long ones go first", () => {
    expect(redact("a no abcdefgh abcdef", ["no", "abcdef", "abcdefgh"])).toBe("a no [secret] [secret]");
  });
});

describe("a resource that fails half-way", () => {
  const failing = (): never => {
    throw new PartialStateError("upload of hunter22 failed", { id: "7", outputs: { address: "here" } });
  };

  test("is recorded with secrets closed, and compared like any other afterwards", async () => {
    const provider = new Provider(plugin({ create: failing }));
    const inputs = { name: "a", always: true, steps: [secret("hunter22")] };
    const error = await provider.create(urn, inputs, false).catch((reason: unknown) => reason as PartialStateError);
    expect(error).toBeInstanceOf(PartialStateError);
    const { message, state } = error as PartialStateError;
    expect(message).toBe(`creating ${urn}: 1 error occurred:\n\t* upload of [secret] failed\n\n`);
    expect(state.id).toBe("7");
    expect(containsSecret(state.outputs["steps"])).toBe(true);
    expect(provider.diff(urn, state.outputs, inputs, []).changes).toEqual([]);
  });
});

describe("provider", () => {
  test("previews inputs as they are and the engine's own as unknown", () => {
    const outputs = previewOutputs(
      { dialect: inferred, type: thing },
      { name: "a", size: secret(1), __defaults: [] },
      {},
    );
    expect(outputs["size"]).toEqual(secret(1));
    expect(isUnknown(outputs["address"])).toBe(true);
    expect(isUnknown(outputs["chosen"])).toBe(true);
    expect(previewOutputs({ dialect: inferred, type: thing }, {}, { address: "here" })["address"]).toBe("here");
  });

  test("deletes before it replaces when the name is the program's, not when it's made up", () => {
    const provider = new Provider(plugin());
    expect(provider.diff(urn, {}, { name: "a", __defaults: [] }, []).deleteBeforeReplace).toBe(true);
    expect(provider.diff(urn, {}, { name: "a-1", __defaults: ["name"] }, []).deleteBeforeReplace).toBe(false);
    const inPlace = provider.diff(urn, { name: "a", size: 1 }, { name: "a", size: 2, __defaults: [] }, []);
    expect(inPlace.deleteBeforeReplace).toBe(false);
  });

  test("refuses unknown types and honours ignored changes", () => {
    const provider = new Provider(plugin());
    expect(() => provider.check("urn:pulumi:dev::p::test:index/other:Other::o", {}, {}, new Uint8Array())).toThrow(
      "the stand-in for test doesn't know test:index/other:Other",
    );
    expect(provider.diff(urn, { size: 1 }, { size: 2 }, ["size"]).changes).toEqual([]);
  });

  test("a refresh puts what drifted into the inputs, and nothing else", async () => {
    const read: ResourceType["read"] = (id, state) =>
      Promise.resolve({ id, outputs: { ...state, size: 9, chosen: "engine" } });
    const provider = new Provider(plugin({ read }));
    const found = await provider.read(
      urn,
      "1",
      { name: "a", size: 1, tags: ["x"] },
      { name: "a", size: 1, tags: ["x"], __defaults: [] },
    );
    expect(found?.inputs).toEqual({ name: "a", size: 9, tags: ["x"], __defaults: [] });
    expect(found?.outputs).toMatchObject({ size: 9, chosen: "engine" });
  });

  test("an update drops what the program no longer sets and keeps what the engine decided", async () => {
    const provider = new Provider(plugin({ update: () => Promise.resolve({}) }));
    const state = { name: "a", size: 1, chosen: "engine", address: "here" };
    expect(await provider.update(urn, "1", state, { name: "a", __defaults: [] }, false)).toMatchObject({
      id: "1",
      name: "a",
      size: 0,
      chosen: "engine",
      address: "here",
    });
    expect(reveal(state["chosen"])).toBe("engine");
  });
});
