/**
 * The stand-ins' answers to every captured `Check` and `Diff`, which need no engine: they mean what the official plugins'
 * mean, or the case is listed in `exceptions.ts` with its reason.
 */
import { type Properties } from "../../../../offline/plugins/framework/values";
import { checkDifferences, diffDifferences } from "./agreement";
import { type Case, casesOf, changed, type PluginName, plugins, referenceOf } from "./cases";
import { verdictOf } from "./exceptions";
import { Player, wire } from "./player";
import { PluginClient } from "./pluginClient";

/** No engine is asked, so a placeholder is a word like any other; only a port has to be a number. */
const fill = (placeholder: string): string | number => (placeholder === "<port>" ? 40_000 : placeholder);

const configuration: Record<PluginName, Properties> = {
  docker: { host: "unix:///no/such/socket", disableDockerDaemonCheck: "true" },
  random: {},
  command: {},
};

describe.each(plugins)("%s", (plugin) => {
  let client: PluginClient;
  let player: Player;
  beforeAll(async () => {
    client = await PluginClient.start(plugin);
    await client.configure(plugin, configuration[plugin]);
    player = new Player(plugin, client, fill);
  });
  afterAll(() => client.stop());

  const of = (call: string): Case[] => casesOf[plugin].filter((item) => item.call === call);

  test.each(of("Check").map((item): [string, Case] => [item.id, item]))("%s", async (id, item) => {
    const reference = referenceOf(item.result["inputs"]);
    const inputs = reference === undefined ? {} : changed(item.inputs ?? {}, reference);
    const expected = wire(inputs, fill) as Properties;
    expect(verdictOf(id, checkDifferences(item.result, expected, await player.check(item)))).toEqual([]);
  });

  test.each(of("Diff").map((item): [string, Case] => [item.id, item]))("%s", async (id, item) => {
    expect(verdictOf(id, diffDifferences(item.result, await player.diff(item)))).toEqual([]);
  });
});
