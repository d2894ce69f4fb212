/** Random text over character classes, like Terraform's random provider that the official plugin bridges. */
import { randomInt } from "node:crypto";
import { Properties, PropertyValue } from "../framework/values";

const classes = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

type ClassName = keyof typeof classes;

const minimumNames: Record<ClassName, string> = {
  lower: "minLower",
  upper: "minUpper",
  numeric: "minNumeric",
  special: "minSpecial",
};

function pick(characters: string, count: number): string[] {
  return Array.from({ length: count }, () => characters.charAt(randomInt(characters.length)));
}

/** Fisher-Yates with a cryptographic source. */
function shuffle(characters: string[]): string[] {
  for (let index = characters.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other] as string, characters[index] as string];
  }
  return characters;
}

/** Whether a class of characters is wanted; `number` is the old name of `numeric`. */
function wanted(name: ClassName, inputs: Properties): boolean {
  const values: (PropertyValue | undefined)[] =
    name === "numeric" ? [inputs["numeric"], inputs["number"]] : [inputs[name]];
  return !values.includes(false);
}

/** What makes the wish impossible, or nothing. */
export function impossible(inputs: Properties): { property: string; reason: string }[] {
  const minimums = Object.values(minimumNames).reduce((sum, name) => sum + Number(inputs[name] ?? 0), 0);
  const names = Object.keys(classes) as ClassName[];
  if (!names.some((name) => wanted(name, inputs))) {
    return [{ property: "numeric", reason: "at least one of `lower`, `upper`, `numeric`, `special` must be true" }];
  }
  if (Number(inputs["length"]) < minimums) {
    return [{ property: "length", reason: `\`length\` must be at least the sum of the minimums, ${minimums}` }];
  }
  return [];
}

/** Text of the wanted length with at least the wanted number of characters of each class. */
export function randomText(inputs: Properties): string {
  const override = inputs["overrideSpecial"];
  const sets = { ...classes, ...(typeof override === "string" && override !== "" && { special: override }) };
  const names = (Object.keys(sets) as ClassName[]).filter((name) => wanted(name, inputs));
  const needed = (Object.keys(sets) as ClassName[]).flatMap((name) =>
    pick(sets[name], Number(inputs[minimumNames[name]] ?? 0)),
  );
  const all = names.map((name) => sets[name]).join("");
  return shuffle([...needed, ...pick(all, Number(inputs["length"]) - needed.length)]).join("");
}
