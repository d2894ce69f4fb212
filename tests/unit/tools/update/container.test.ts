import type Docker from "dockerode";
import { bringBack, recordContainer, runningImage } from "../../../../tools/update/container";

/** An engine with one container under one name, which remembers what is asked of it. */
function engineWith(
  found: object | undefined,
  tags: Readonly<Record<string, string[] | null>> = {},
): { engine: Docker; asked: string[]; created: object[] } {
  const asked: string[] = [];
  const created: object[] = [];
  const note = (what: string) => (): Promise<void> => Promise.resolve(void asked.push(what));
  const absent = (): Promise<never> =>
    Promise.reject(Object.assign(new Error("no such container"), { statusCode: 404 }));
  const engine = {
    getContainer: () => ({
      inspect: () => (found ? Promise.resolve(found) : absent()),
      start: note("start"),
      remove: note("remove"),
    }),
    getImage: (id: string) => ({ inspect: () => Promise.resolve({ RepoTags: tags[id] }) }),
    getNetwork: (name: string) => ({ connect: note(`connect ${name}`) }),
    createContainer: (options: object) => Promise.resolve(void created.push(options)),
  };
  return { engine: engine as unknown as Docker, asked, created };
}

const inspected = {
  Id: "abcdef0123456789",
  Image: "sha256:old",
  Config: { User: "odoo", Labels: { a: "b" }, Image: "a name" },
  HostConfig: { Memory: 1 },
  NetworkSettings: {
    Networks: {
      internal: { IPAMConfig: { IPv4Address: "10.0.0.2" }, Aliases: ["abcdef012345", "odoo"] },
      front: { IPAMConfig: null, Aliases: null },
    },
  },
};

it.each([
  ["whose name leads to it", ["a name"], ["a name", "a name"]],
  ["of which the same content was built again since: the name leads elsewhere", null, ["a name"]],
])("knows by which name a container runs its image, %s", async (_, tags, names) => {
  const { engine } = engineWith(inspected, { "sha256:old": tags });
  expect(await runningImage(engine, "odoo")).toEqual({ id: "sha256:old", names });
});

describe("a container that is brought back", () => {
  it("is started where it still is", async () => {
    const { engine, asked, created } = engineWith(inspected);
    await bringBack(engine, await recordContainer(engine, "odoo"));
    expect([asked, created]).toEqual([["start"], []]);
  });

  it("is started where another one of the same image and volumes is, whichever build of that image", async () => {
    const record = await recordContainer(engineWith(inspected).engine, "odoo");
    const { engine, asked } = engineWith({ ...inspected, Id: "other", Image: "sha256:again" });
    await bringBack(engine, record);
    expect(asked).toEqual(["start"]);
  });

  it.each([
    ["is gone", undefined, []],
    ["has another one in its place", { ...inspected, Id: "other", Config: { Image: "another name" } }, ["remove"]],
    [
      "has one on other volumes in its place",
      { ...inspected, Id: "other", HostConfig: { Memory: 1, Mounts: [{ Source: "new", Target: "/data" }] } },
      ["remove"],
    ],
  ])("is made again where it %s: same image, settings, addresses and names", async (_, found, first) => {
    const record = await recordContainer(engineWith(inspected).engine, "odoo");
    const { engine, asked, created } = engineWith(found);
    await bringBack(engine, record);
    expect(asked).toEqual([...first, "connect front", "start"]);
    expect(created).toMatchObject([
      {
        name: "odoo",
        Image: "a name",
        User: "odoo",
        Labels: { a: "b" },
        HostConfig: { Memory: 1 },
        NetworkingConfig: {
          EndpointsConfig: { internal: { Aliases: ["odoo"], IPAMConfig: { IPv4Address: "10.0.0.2" } } },
        },
      },
    ]);
  });
});
