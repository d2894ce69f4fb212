import { dockerPlugin } from "../../../offline/plugins/docker/plugin";
import { Provider } from "../../../offline/plugins/framework/provider";
import { Properties, secret, unknownValue } from "../../../offline/plugins/framework/values";

const provider = new Provider(dockerPlugin());
const urnOf = (type: string): string => `urn:pulumi:dev::project::docker:index/${type}::thing`;
const container = urnOf("container:Container");
const check = (type: string, inputs: Properties): Properties => {
  const { inputs: full, failures } = provider.check(urnOf(type), {}, inputs, Buffer.from("seed"));
  expect(failures).toEqual([]);
  return full;
};
const failuresOf = (type: string, inputs: Properties): string[] =>
  provider.check(urnOf(type), {}, inputs, Buffer.from("seed")).failures.map((failure) => failure.reason);

describe("a container's inputs", () => {
  test("get the official plugin's defaults", () => {
    expect(check("container:Container", { image: "sha256:1", name: "web" })).toEqual({
      image: "sha256:1",
      name: "web",
      attach: false,
      logs: false,
      start: true,
      mustRun: true,
      wait: false,
      waitTimeout: 60,
      rm: false,
      removeVolumes: true,
      restart: "no",
      readOnly: false,
      tty: false,
      stdinOpen: false,
      networkMode: "bridge",
      containerReadRefreshTimeoutMilliseconds: 15000,
      __defaults: expect.any(Array) as unknown,
    });
  });

  test.each([
    [{ name: "a" }, "missing required property `image`"],
    [{ image: "a", restart: "sometimes" }, "`restart` must be one of"],
    [{ image: "a", ports: [{ internal: 80, external: 70000 }] }, "`ports[0].external` must be between 0 and 65535"],
    [{ image: "a", ports: [{ internal: 80, host: 1 }] }, "doesn't know `ports[0].host`"],
    [
      { image: "a", healthcheck: { tests: ["CMD", "true"], interval: "5 s" } },
      "`healthcheck.interval` must be a duration",
    ],
    [{ image: "a", uploads: [{ file: "/a", permissions: "rw" }] }, "`uploads[0].permissions` must be an octal mode"],
    [{ image: "a", uploads: [{ file: "/a", content: "x", source: "/b" }] }, "content and source are"],
    [{ image: "a", uploads: [{ file: "/a" }] }, "none is"],
    [{ image: "a", gpus: "all" }, "the stand-in refuses `gpus`"],
    [{ image: "a", memmory: 1 }, "doesn't know `memmory` on docker:index/container:Container"],
  ])("are refused: %j", (inputs, expected) => {
    expect(failuresOf("container:Container", inputs as Properties).join("\n")).toContain(expected);
  });

  test("an upload whose content isn't known yet is accepted", () => {
    expect(
      failuresOf("container:Container", { image: unknownValue, uploads: [{ file: "/a", content: unknownValue }] }),
    ).toEqual([]);
  });
});

describe("a container's difference", () => {
  const inputs = check("container:Container", { image: "sha256:1", name: "web" });
  const changes = (change: Properties): string[] =>
    provider
      .diff(container, inputs, { ...inputs, ...change }, [])
      .changes.map(({ property, replace }) => (replace ? `${property}!` : property));

  test.each([
    [{ memory: 64 }, ["memory"]],
    [{ memorySwap: 64 }, ["memorySwap"]],
    [{ cpuShares: 2 }, ["cpuShares"]],
    [{ cpuSet: "0" }, ["cpuSet"]],
    [{ restart: "always" }, ["restart"]],
    [{ mustRun: false }, ["mustRun"]],
    [{ destroyGraceSeconds: 5 }, ["destroyGraceSeconds"]],
    [{ wait: true }, ["wait"]],
    [{ healthcheck: { tests: ["CMD", "true"] } }, ["healthcheck"]],
    [{ tmpfs: { "/tmp": "" } }, ["tmpfs"]],
    [{ image: "sha256:2" }, ["image!"]],
    [{ name: "other" }, ["name!"]],
    [{ cpus: "1" }, ["cpus!"]],
    [{ envs: ["A=1"] }, ["envs!"]],
    [{ labels: [{ label: "a", value: "b" }] }, ["labels!"]],
    [{ readOnly: true }, ["readOnly!"]],
    [{ user: "1000" }, ["user!"]],
    [{ user: "" }, []],
    [{ ports: [{ internal: 80 }] }, ["ports!"]],
    [{ uploads: [{ file: "/a", content: secret("x") }] }, ["uploads!"]],
    [{ networksAdvanced: [{ name: "n" }] }, ["networksAdvanced!"]],
    [{ capabilities: { drops: ["ALL"] } }, ["capabilities!"]],
    [{ stopTimeout: 10 }, ["stopTimeout!"]],
  ])("%j", (change, expected) => {
    expect(changes(change as Properties)).toEqual(expected);
  });

  test("deletes first, and takes the engine's own ports for the ones that were asked for", () => {
    const asked: Properties = {
      ...inputs,
      ports: [
        { internal: 80, ip: "127.0.0.1" },
        { internal: 81, external: 8081 },
      ],
    };
    const found = {
      ...inputs,
      ports: [
        { internal: 81, external: 8081, ip: "0.0.0.0", protocol: "tcp" },
        { internal: 80, external: 32768, ip: "127.0.0.1", protocol: "tcp" },
      ],
    };
    const result = provider.diff(container, found, asked, []);
    expect(result).toEqual({ changes: [], deleteBeforeReplace: true });
    const moved: Properties = {
      ...asked,
      ports: [
        { internal: 80, ip: "127.0.0.1" },
        { internal: 81, external: 8082 },
      ],
    };
    expect(provider.diff(container, found, moved, []).changes).toHaveLength(1);
  });
});

test.each([
  ["volume:Volume", { driver: "other" }],
  ["volume:Volume", { labels: [{ label: "a", value: "b" }] }],
  ["network:Network", { internal: true }],
  ["network:Network", { labels: [{ label: "a", value: "b" }] }],
  ["network:Network", { ipamConfigs: [{ subnet: "10.0.0.0/24" }] }],
])("every change of a %s replaces: %j", (type, change) => {
  const inputs = check(type, { name: "thing" });
  const { changes } = provider.diff(urnOf(type), inputs, { ...inputs, ...change }, []);
  expect(changes.map((item) => item.replace)).toEqual([true]);
});
