/** The stand-in for the official `random` plugin: values from the operating system's cryptographic source. */
import { randomBytes, randomInt } from "node:crypto";
import { framework } from "../framework/dialect";
import { Plugin, ResourceType, State, text } from "../framework/resource";
import { allForceNew, between, bool, Fields, int, looseMap, string } from "../framework/schema";
import { Properties } from "../framework/values";
import { bcryptHash } from "./bcrypt";
import { impossible, randomText } from "./characters";

/** What made these values exists in the state alone: reading finds it as it was, deleting forgets it. */
function inState(type: Pick<ResourceType, "token" | "fields" | "create"> & Partial<ResourceType>): ResourceType {
  return {
    read: (id, state) => Promise.resolve({ id, outputs: state }),
    delete: () => Promise.resolve(),
    ...type,
  };
}

const keepers: Fields = { keepers: looseMap() };
const minimum = (): Fields[string] => int({ default: 0, check: between(0) });
const characterFields: Fields = {
  ...allForceNew({
    length: int({ required: true, check: between(1) }),
    lower: bool({ default: true }),
    upper: bool({ default: true }),
    number: bool({ computed: true }),
    numeric: bool({ default: true }),
    special: bool({ default: true }),
    minLower: minimum(),
    minUpper: minimum(),
    minNumeric: minimum(),
    minSpecial: minimum(),
    overrideSpecial: string(),
    ...keepers,
  }),
  result: string({ output: true }),
};

function numberAlias(inputs: Properties): Properties {
  const { number, numeric } = inputs;
  if (number !== undefined && numeric !== undefined && number !== numeric) {
    const advice = "Number is deprecated, use numeric instead";
    throw new Error(`: Number and numeric are both configured with different values - ${advice}`);
  }
  const value = number ?? numeric ?? true;
  return { number: value, numeric: value };
}

const randomPassword = inState({
  token: "random:index/randomPassword:RandomPassword",
  schemaVersion: "3",
  fields: { ...characterFields, bcryptHash: string({ output: true }) },
  secretOutputs: ["result", "bcryptHash"],
  validate: impossible,
  create: async (inputs): Promise<State> => {
    const result = randomText(inputs);
    const hash = await bcryptHash(result);
    return { id: "none", outputs: { ...numberAlias(inputs), result, ...(hash !== undefined && { bcryptHash: hash }) } };
  },
});

const randomString = inState({
  token: "random:index/randomString:RandomString",
  schemaVersion: "2",
  fields: characterFields,
  validate: impossible,
  create: (inputs) => {
    const result = randomText(inputs);
    return Promise.resolve({ id: result, outputs: { ...numberAlias(inputs), result } });
  },
});

const randomUuid = inState({
  token: "random:index/randomUuid:RandomUuid",
  fields: { ...allForceNew(keepers), result: string({ output: true }) },
  create: () => {
    // The official plugin takes 128 random bits and marks neither version nor variant.
    const result = randomBytes(16)
      .toString("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    return Promise.resolve({ id: result, outputs: { result } });
  },
});

const randomId = inState({
  token: "random:index/randomId:RandomId",
  fields: {
    ...allForceNew({ byteLength: int({ required: true, check: between(1) }), prefix: string(), ...keepers }),
    b64Std: string({ output: true }),
    b64Url: string({ output: true }),
    dec: string({ output: true }),
    hex: string({ output: true }),
  },
  create: (inputs) => {
    const bytes = randomBytes(Number(inputs["byteLength"]));
    const prefix = text(inputs["prefix"]);
    const hex = bytes.toString("hex");
    const outputs = {
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + bytes.toString("base64url"),
      dec: prefix + BigInt(`0x${hex}`).toString(),
      hex: prefix + hex,
    };
    return Promise.resolve({ id: bytes.toString("base64url"), outputs });
  },
});

const randomInteger = inState({
  token: "random:index/randomInteger:RandomInteger",
  fields: {
    ...allForceNew({
      min: int({ required: true }),
      max: int({ required: true }),
      seed: string({ refused: "its values are predictable; leave it out" }),
      ...keepers,
    }),
    result: int({ output: true }),
  },
  validate: ({ min, max }) =>
    typeof min === "number" && typeof max === "number" && min > max
      ? [{ property: "max", reason: `\`max\` must be at least \`min\`, ${min}` }]
      : [],
  create: (inputs) => {
    const result = randomInt(Number(inputs["min"]), Number(inputs["max"]) + 1);
    return Promise.resolve({ id: String(result), outputs: { result } });
  },
});

/** The plugin. */
export const randomPlugin: Plugin = {
  name: "random",
  version: "4.21.2",
  dialect: framework,
  config: {},
  configure: () => Promise.resolve(),
  resources: [randomPassword, randomString, randomUuid, randomId, randomInteger],
};
