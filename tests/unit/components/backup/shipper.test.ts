import { Shipper } from "../../../../components/backup/shipper";
import { ServiceContext } from "../../../../components/container/serviceContext";
import { parseFleet } from "../../../../fleet";
import { ofType, type Registered, settled, startMocks } from "../../../support/mocks";

const secretAccessKey = "not-to-be-shown";

async function register(preview = false): Promise<Registered[]> {
  const registered = startMocks({ preview });
  const s3 = {
    endpoint: "https://s3.example.com",
    bucket: "copies",
    accessKeyId: "AKIA",
    secretAccessKey,
    lockDays: 9,
  };
  const result = parseFleet({ hosts: { local: {} }, backup: { s3, mibPerSecond: 5 } }, "dev");
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  const { fleet, secrets } = result;
  new Shipper("local-shipper", {
    host: fleet.hosts["local"]!,
    context: new ServiceContext("dev", "id-of-stack"),
    offsite: fleet.offsite!,
    secret: secrets.offsite!,
    repositories: { acme: "dev-acme-repository", globex: "dev-globex-repository" },
  });
  await settled();
  return registered;
}

test.each([false, true])(
  "what copies backups sees them to read, and nothing else of a tenant (preview: %s)",
  async (preview) => {
    const registered = await register(preview);
    const { "local-shipper": shipper, "local-shipper-config-writer": writer } = ofType(
      registered,
      "docker:index/container:Container",
    );
    expect(shipper!["volumes"]).toEqual([
      { volumeName: "dev-acme-repository", containerPath: "/srv/repositories/acme", readOnly: true },
      { volumeName: "dev-globex-repository", containerPath: "/srv/repositories/globex", readOnly: true },
      { volumeName: "dev-shipper-figures", containerPath: "/var/lib/odoo-fleet/figures" },
      { volumeName: "dev-shipper-config", containerPath: "/etc/odoo-fleet", readOnly: true },
    ]);
    expect(shipper).toMatchObject({
      capabilities: { drops: ["ALL"], adds: ["DAC_OVERRIDE"] },
      readOnly: true,
      envs: ["SHIP_TO=target:copies/dev", "SHIP_MIB=5", "GOMEMLIMIT=134MiB"],
    });
    expect(shipper!["labels"]).toContainEqual({ label: "odoo-fleet.backup-lock", value: "9d" });
    expect(JSON.stringify(shipper)).not.toContain(secretAccessKey);
    expect(JSON.stringify(writer!["uploads"])).toContain(secretAccessKey);
  },
);
