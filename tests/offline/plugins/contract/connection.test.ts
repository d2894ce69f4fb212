/**
 * How docker's stand-in meets engines that don't answer, and configurations of every kind: it fails, forgets and succeeds
 * where the official plugin was seen to. No engine is needed; the words of the errors are those of other libraries.
 */
import { tmpdir } from "node:os";
import { type Properties } from "../../../../offline/plugins/framework/values";
import { type Case, casesOf } from "./cases";
import { wire } from "./player";
import { type Answer, PluginClient } from "./pluginClient";

const folder = `${tmpdir()}/no-such-folder`;

/** Where there is neither a variable nor a socket, the plugin finds no engine by itself. */
const environment = { ...process.env, DOCKER_HOST: "unix:///no/such/socket" };

const fill = (placeholder: string): string =>
  ({ "<dir>": folder, "<socket>": "/no/such/socket" })[placeholder] ?? placeholder;

/** A configuration, and the calls that were made with it. */
const configurations = casesOf.docker.filter(({ id, call }) => /^connection\./.test(id) && call === "Configure");
const callsOf = ({ id }: Case): Case[] =>
  casesOf.docker.filter(
    (item) => item.call !== "Configure" && item.id.replace(/\.[^.]+$/, "") === id.replace(/\.configure$/, ""),
  );

async function play(client: PluginClient, item: Case): Promise<Answer> {
  const properties = (value?: Properties): Properties => wire(value ?? {}, fill) as Properties;
  const call = { type: item.type, name: "x", id: "x", inputs: properties(item.inputs), state: properties(item.state) };
  switch (item.call) {
    case "Create":
      return client.create(call);
    case "Read":
      return client.read(call);
    case "Delete":
      return client.delete(call);
    default:
      return client.diff(call);
  }
}

/** What a call came to: an error, nothing there any more, or an answer. */
const outcome = (answer: Properties): string =>
  answer["error"] !== undefined ? "error" : answer["id"] === "" ? "gone" : "answer";

interface Configured {
  check?: { failures?: unknown[] };
  configure: Properties;
}

/** Whether a configuration was refused, in an answer or by an error. */
const refused = ({ check }: Configured): boolean => check?.failures?.length !== 0;

test.each(configurations.map((item): [string, Case] => [item.id, item]))("%s", async (_id, item) => {
  const client = await PluginClient.start("docker", environment);
  try {
    const standIn = (await client.configure(
      "docker",
      wire(item.inputs ?? {}, fill) as Properties,
    )) as unknown as Configured;
    const official = item.result as unknown as Configured;
    expect(refused(standIn)).toBe(refused(official));
    // The engine doesn't hand over what was refused.
    if (refused(official)) return;
    expect(outcome(standIn.configure)).toBe(outcome(official.configure));
    for (const call of callsOf(item)) {
      const answer = await play(client, call);
      expect([call.id, outcome(answer)]).toEqual([call.id, outcome(call.result)]);
    }
  } finally {
    client.stop();
  }
});

// As seen in whole runs of the official parts: `docker native provider returned an unexpected error from Configure`.
test.each([
  ["unix:///no/such/socket", "error"],
  ["tcp://127.0.0.1:1", "error"],
  ["ssh://nobody@127.0.0.1:1", "answer"],
])("an engine at %s that is away, named as Pulumi's engine names it: %s", async (host, expected) => {
  for (const more of [undefined, { disableDockerDaemonCheck: "true" }]) {
    const client = await PluginClient.start("docker", environment);
    try {
      const { configure } = (await client.configure(
        "docker",
        { host, ...more },
        { host, ...more },
      )) as unknown as Configured;
      expect(outcome(configure)).toBe(expected);
    } finally {
      client.stop();
    }
  }
});
