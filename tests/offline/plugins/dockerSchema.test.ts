/** What the docker stand-in refuses of its own accord. The rest of its checks and differences is in `contract/`. */
import { dockerPlugin } from "../../../offline/plugins/docker/plugin";
import { formatCpus } from "../../../offline/plugins/docker/containerState";
import { Provider } from "../../../offline/plugins/framework/provider";
import { Properties } from "../../../offline/plugins/framework/values";

const provider = new Provider(dockerPlugin());
const container = "urn:pulumi:dev::project::docker:index/container:Container::thing";

test.each([
  [{ image: "a", ports: [{ internal: 80, host: 1 }] }, "doesn't know `ports[0].host`"],
  [{ image: "a", gpus: "all" }, "the stand-in refuses `gpus`"],
  [{ image: "a", memmory: 1 }, "doesn't know `memmory` on docker:index/container:Container"],
])("refuses %j", (inputs, expected) => {
  const { failures } = provider.check(container, {}, inputs, Buffer.from("seed"));
  expect(failures.map(({ reason }) => reason).join("\n")).toContain(expected);
});

// The rule of the official provider's sources, also for machines with more CPUs than the captures were made on.
test.each([
  [1e9, "1.0"],
  [2e9, "2.0"],
  [5e8, "0.5"],
  [5e7, "0.1"],
  [1e7, "0.0"],
  [333e6, "0.333"],
  [125e7, "1.25"],
  [10e9, "10."],
  [2005e7, "20.1"],
])("%d billionths of a CPU are read back as %s", (nano, text) => {
  expect(formatCpus(nano)).toBe(text);
});

test("ports are compared by what they publish, in whatever order the engine lists them", () => {
  const asked: Properties[] = [
    { internal: 80, ip: "127.0.0.1" },
    { internal: 81, external: 8081 },
  ];
  const found: Properties[] = [
    { internal: 81, external: 8081, ip: "0.0.0.0", protocol: "tcp" },
    { internal: 80, external: 32768, ip: "127.0.0.1", protocol: "tcp" },
  ];
  expect(provider.diff(container, { ports: found }, { ports: asked }, []).changes).toEqual([]);
  const moved: Properties[] = [asked[0] ?? {}, { internal: 81, external: 8082 }];
  expect(provider.diff(container, { ports: found }, { ports: moved }, []).changes).toHaveLength(1);
});
