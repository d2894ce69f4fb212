import { stringify } from "yaml";
import { execIn, objectsOf, query, removeObjects } from "./engine";
import { MadeProject } from "./madeProject";
import { OdooClient, statusOf } from "./odooClient";
import { offerPostgres } from "../../tools/bench/otherPostgres";

/** A tenant with a row and a file of a customer's, which goes from one major version of PostgreSQL to another. */
export class MajorTenant {
  readonly project: MadeProject;
  private readonly url: string;
  private password = "";

  constructor(
    readonly environment: string,
    private readonly slot: number,
    private readonly subnetBase: string,
  ) {
    this.project = new MadeProject(environment);
    this.url = `http://127.0.0.1:${20000 + slot * 10}`;
  }

  /** Brings it up with a version, and fills it. @param others versions that it is to go to. */
  async up(postgres: number, others: Parameters<typeof offerPostgres>[1]): Promise<void> {
    await offerPostgres(this.project.folder, others);
    this.project.declare("");
    this.declare(postgres);
    await this.project.must("up", "--skip-preview");
    this.password = (await this.project.must("password", "acme")).trim().split("\n").at(-1)!;
    const client = new OdooClient(this.url);
    await client.login("acme", "admin", this.password);
    await client.call("res.partner", "create", [[{ name: "Customer" }]]);
    const datas = Buffer.from("a customer's file").toString("base64");
    await client.call("ir.attachment", "create", [[{ name: "customer.bin", datas }]]);
  }

  /** Declares a version; the volumes stay those that it has. */
  declare(postgres: number): void {
    const restored = /restored: (\d+)/.exec(this.project.declared())?.[1];
    this.project.declare(
      stringify({
        config: {
          "odoo-fleet:hosts": { local: { subnetBase: this.subnetBase } },
          "odoo-fleet:tenants": {
            acme: { slot: this.slot, postgres, ...(restored && { restored: Number(restored) }) },
          },
        },
      }),
    );
  }

  update(): ReturnType<MadeProject["run"]> {
    return this.project.run("update", "--tenant", "acme");
  }

  /** Updates it. @throws what it says when that fails, or prints the password. */
  async mustUpdate(): Promise<void> {
    const { code, output } = await this.update();
    if (code !== 0 || !output.includes("acme: updated") || output.includes(this.password)) {
      throw new Error(`make update ended with ${code}: ${output}`);
    }
  }

  async ask(sql: string): Promise<string> {
    return (await query(`${this.environment}-acme-postgres`, "acme", sql)).join("\n");
  }

  /** Has it drilled; what was said. */
  async drill(): Promise<string> {
    return (await execIn(`${this.environment}-acme-backup`, ["odoo-fleet-backup", "drill"])).output;
  }

  /** Names of the volumes of its own data. */
  async volumes(): Promise<string[]> {
    return (await objectsOf(this.environment)).filter((name) => /acme-(database|filestore)/.test(name));
  }

  /** What its user meets, and what lies about that shouldn't. */
  async seen(): Promise<object> {
    const client = new OdooClient(this.url);
    const isIn = (await client.login("acme", "admin", this.password)) === 2;
    const domain = [["name", "=", "Customer"]];
    const [{ datas } = {}] = await client.call<{ datas: string }[]>("ir.attachment", "search_read", [
      [["name", "=", "customer.bin"]],
      ["datas"],
    ]);
    return {
      page: await statusOf(`${this.url}/web/login`),
      major: await this.ask("SELECT current_setting('server_version_num')::integer / 10000"),
      isIn,
      customers: await client.call("res.partner", "search_count", [domain]),
      file: Buffer.from(datas ?? "", "base64").toString(),
      left: (await objectsOf(this.environment)).filter((name) => /-rehearsal$|-update(-files)?$/.test(name)),
    };
  }

  async dispose(): Promise<void> {
    await removeObjects(this.environment);
    this.project.remove();
  }
}

/** What `seen` finds of a tenant that lost nothing. */
export const served = (major: number): object => ({
  page: 200,
  major: major.toString(),
  isIn: true,
  customers: 1,
  file: "a customer's file",
  left: [],
});
