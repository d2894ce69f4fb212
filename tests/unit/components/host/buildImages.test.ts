import { Readable } from "node:stream";
import Docker from "dockerode";
import { buildImage } from "../../../../components/host/buildImages";
import type { Host } from "../../../../fleet/types";

const spec = { name: "odoo-fleet/odoo:19.0-abc", context: "images/openupgrade", buildArgs: {} };
const host = { name: "local" } as Host;

/** An engine that hasn't the image, and builds it so. */
function engineThatSays(...said: readonly object[]): Docker {
  const absent = Object.assign(new Error("no such image"), { statusCode: 404 });
  const engine = {
    getImage: () => ({ inspect: () => Promise.reject(absent) }),
    buildImage: async (archive: Readable) => {
      await archive.resume().toArray();
      return Readable.from(said.map((one) => `${JSON.stringify(one)}\r\n`));
    },
    modem: new Docker().modem,
  };
  return engine as unknown as Docker;
}

it("a build that comes to its end has built the image", async () => {
  await buildImage(engineThatSays({ stream: "Step 1/2\n" }, { stream: "Successfully built\n" }), host, spec);
});

it("one that fails says so, with the reason that came before", async () => {
  const said = [{ stream: "Step 1/2\n" }, { stream: "RuntimeError: no module\n" }];
  const failed = engineThatSays(...said, { error: "The command returned a non-zero code: 1" });
  await expect(buildImage(failed, host, spec)).rejects.toThrow(
    /odoo:19\.0-abc can't be built on host local: The command returned a non-zero code: 1[^]*RuntimeError: no module/,
  );
});
