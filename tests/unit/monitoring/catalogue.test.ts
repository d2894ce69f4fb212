import { readdirSync, readFileSync } from "node:fs";
import { alertCases } from "../../../monitoring/rules/cases";
import { alertGroups, alertNames, alerts } from "../../../monitoring/rules/catalogue";

const cases = Object.values(alertCases).flat();

describe("the catalogue of alerts", () => {
  test.each(alerts.map((alert) => [`${alert.name} (${alert.severity})`, alert] as const))(
    "%s has a case in which it fires, one in which it is quiet, and one in which it resolves",
    (_, { name, severity }) => {
      const own = cases.filter((one) => one.alert === name && one.severity === severity);
      expect(new Set(own.map(({ kind }) => kind))).toEqual(new Set(["fires", "quiet", "resolves"]));
      for (const one of own) {
        expect(one.expected.length > 0).toBe(one.kind !== "quiet");
        expect(one.overAt !== undefined).toBe(one.kind === "resolves");
      }
      const told = own.filter(({ kind }) => kind !== "quiet").flatMap(({ expected }) => expected);
      expect(told.some((expected) => expected.severity === severity)).toBe(true);
    },
  );

  test("has cases of its own alerts only, in the group that they are of", () => {
    for (const { name, alerts: own } of alertGroups) {
      expect(new Set(alertCases[name]!.map(({ alert }) => alert))).toEqual(new Set(own.map((alert) => alert.name)));
    }
    expect(alertGroups.map(({ name }) => name).sort()).toEqual(Object.keys(alertCases).sort());
  });

  test("has at least the 25 that a production host needs and something feeds", () => {
    expect(alertNames.length).toBeGreaterThanOrEqual(25);
  });

  test("says the same placeholders in both languages, and only ones that are there", () => {
    const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();
    for (const { summary, description } of alerts) {
      expect(placeholders(summary.fr)).toEqual(placeholders(summary.en));
      expect(placeholders(description.fr)).toEqual(placeholders(description.en));
    }
  });

  test("says a limit in both languages where it has words, and once where it is a figure", () => {
    for (const { threshold } of alerts) {
      if (typeof threshold === "string") {
        expect(threshold).toMatch(/^[\d.x()\- ]+( (%|ms|min))?$/);
      } else {
        expect(threshold.fr).not.toBe(threshold.en);
      }
    }
  });

  test("fills every placeholder from the labels that its cases expect", () => {
    for (const alert of alerts) {
      const told = cases.filter((one) => one.alert === alert.name).flatMap(({ expected }) => expected);
      const used = [alert.summary.en, alert.description.en].join(" ").matchAll(/\{(\w+)\}/g);
      const names = [...used].map(([, name]) => name!).filter((name) => !["value", "name"].includes(name));
      for (const { labels } of told) {
        expect(Object.keys(labels)).toEqual(expect.arrayContaining(names));
      }
    }
  });

  test("has a runbook for each alert, and no other, that says what it means, what to look at and what to do", () => {
    expect(readdirSync("docs/runbooks").sort()).toEqual(alertNames.map((name) => `${name}.md`).sort());
    for (const name of alertNames) {
      const text = readFileSync(`docs/runbooks/${name}.md`, "utf8");
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual([name, "What it means", "What to look at", "What to do"]);
      for (const [, linked] of text.matchAll(/\]\((\w+)\.md\)/g)) {
        expect(alertNames).toContain(linked);
      }
    }
  });
});
