/**
 * The stand-ins' answers to the captured calls that make, read, change and delete, in their order: docker's against the
 * engine with the project's own Nginx image, the others' on this machine. Takes about 90 seconds.
 */
import { execFileSync } from "node:child_process";
import { type Properties } from "../../../../offline/plugins/framework/values";
import { type Case, casesOf, type PluginName, plugins } from "./cases";
import { drift, groupOf, removeContainers, removeEverything } from "./drift";
import { notPlayed, verdictOf } from "./exceptions";
import { LivePlayer } from "./livePlayer";
import { PluginClient } from "./pluginClient";

const calls = new Set(["Create", "Create (preview)", "Read", "Update", "Delete"]);

const imageId = (): string =>
  execFileSync("docker", ["image", "inspect", "--format", "{{.Id}}", "odoo-fleet.local/nginx:1"], {
    encoding: "utf8",
  }).trim();

const placeholders = (): Record<string, string> => ({
  "<image:nginx>": imageId(),
  "<short-id>": imageId().replace("sha256:", "").slice(0, 12),
  // An image that isn't there.
  "<image-id>": `sha256:${"0".repeat(64)}`,
});

const configuration: Record<PluginName, Properties> = {
  docker: { host: process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock", disableDockerDaemonCheck: "true" },
  random: {},
  command: {},
};

describe.each(plugins)("%s", (plugin) => {
  let client: PluginClient;
  let player: LivePlayer;
  let group = "";
  beforeAll(async () => {
    // What is in use isn't waited for as long as the official plugin waits.
    client = await PluginClient.start(plugin, { ...process.env, ODOO_FLEET_STANDIN_REMOVAL_SECONDS: "1" });
    await client.configure(plugin, configuration[plugin]);
    player = new LivePlayer(plugin, client, plugin === "docker" ? placeholders() : {});
    if (plugin === "docker") removeEverything();
  });
  afterAll(() => {
    client.stop();
    if (plugin === "docker") removeEverything();
  });

  const prepare = ({ id, call }: Case): void => {
    if (plugin !== "docker" || call === "Create (preview)") return;
    if (groupOf(id) !== group) removeEverything();
    group = groupOf(id);
    if (id.startsWith("variant.") && call === "Create") removeContainers();
    drift(id);
  };

  const played = casesOf[plugin].filter(({ call, id }) => calls.has(call) && notPlayed(plugin, id) === undefined);
  test.each(played.map((item): [string, Case] => [`${item.call} ${item.id}`, item]))("%s", async (_name, item) => {
    prepare(item);
    expect(verdictOf(item.id, await player.play(item))).toEqual([]);
  });
});
