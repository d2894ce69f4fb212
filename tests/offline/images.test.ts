/** The base images keep the promises of the official images: these tests hold for those as well as for the stand-ins. */
import { gzipSync } from "node:zlib";
import { baseImages, docker, imageConfig, Sandbox, type ContainerFile } from "../support/imagesSandbox";

const images = baseImages();
const sandbox = new Sandbox();
afterEach(() => sandbox.clean());

const executable = (content: string): ContainerFile => ({ content: `#!/bin/sh\nset -e\n${content}\n`, mode: 0o755 });

/** Ready means ready for others: the server that runs the init scripts listens on its socket only. */
const postgresReady = "pg_isready --quiet --host 127.0.0.1 --username postgres";

describe("PostgreSQL", () => {
  const image = images.postgres;

  test("has the paths, the port, the user and the settings of its kind", async () => {
    const config = await imageConfig(image);
    expect(config).toMatchObject({
      Cmd: ["postgres"],
      Entrypoint: ["docker-entrypoint.sh"],
      ExposedPorts: { "5432/tcp": {} },
      StopSignal: "SIGINT",
      Volumes: { "/var/lib/postgresql/data": {} },
    });
    expect(config.User ?? "").toBe("");
    expect(config.Env).toEqual(
      expect.arrayContaining(["PG_MAJOR=17", "PGDATA=/var/lib/postgresql/data", "LANG=en_US.utf8"]),
    );
    expect(config.Env.find((line) => line.startsWith("PG_VERSION="))).toMatch(/^PG_VERSION=17\.\d+/);
    const container = await sandbox.start({ image, command: ["postgres", "--version"] });
    expect(await container.ended()).toBe(0);
    expect(await container.logs()).toMatch(/^postgres \(PostgreSQL\) 17\./);
  });

  test("makes what the environment asks for, runs the init scripts once, and keeps the data over a restart", async () => {
    const insert = (value: string): string => `INSERT INTO steps (name) VALUES ('${value}');\n`;
    const psql = 'psql --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --command';
    const container = await sandbox.start({
      image,
      env: {
        POSTGRES_USER: "chief",
        POSTGRES_DB: "shop",
        POSTGRES_PASSWORD_FILE: "/password",
        POSTGRES_INITDB_ARGS: "--data-checksums --locale-provider=builtin --builtin-locale='C.UTF-8'",
      },
      files: {
        "/password": { content: "se'cret $1\n" },
        "/etc/own.conf": { content: "listen_addresses = '*'\nmax_connections = 17\n" },
        "/docker-entrypoint-initdb.d/10-run.sh": executable(
          `${psql} "CREATE TABLE steps (id serial, name text); INSERT INTO steps (name) VALUES (current_setting('listen_addresses') || ' run')"`,
        ),
        "/docker-entrypoint-initdb.d/20-source.sh": { content: "export FROM_SOURCED=sourced\n" },
        "/docker-entrypoint-initdb.d/30-run.sh": executable(
          `${psql} "INSERT INTO steps (name) VALUES ('$FROM_SOURCED')"`,
        ),
        "/docker-entrypoint-initdb.d/40.sql": { content: insert("sql") },
        "/docker-entrypoint-initdb.d/50.sql.gz": { content: gzipSync(insert("gz")) },
        "/docker-entrypoint-initdb.d/60.txt": { content: insert("ignored") },
      },
      command: ["postgres", "-c", "config_file=/etc/own.conf"],
    });
    await container.until(postgresReady);
    const ask = (query: string, password = "se'cret $1", host = "$(hostname -i)"): Promise<string> =>
      container.exec(
        ...["env", `PGPASSWORD=${password}`, "sh", "-c", `psql -At -h ${host} -U chief -d shop -c "$1"`, "sh", query],
      );
    const steps = "SELECT string_agg(name, ',' ORDER BY id) FROM steps";
    expect(await ask(steps)).toBe(" run,sourced,sql,gz");
    expect(await ask("SHOW data_checksums")).toBe("on");
    expect(await ask("SELECT datlocale FROM pg_database WHERE datname = 'shop'")).toBe("C.UTF-8");
    expect(await ask("SHOW max_connections")).toBe("17");
    await expect(ask("SELECT 1", "wrong")).rejects.toThrow("password authentication failed");
    expect(await container.exec("stat", "--format", "%u:%g %a", "/proc/1", "/var/lib/postgresql/data")).toBe(
      "999:999 555\n999:999 700",
    );

    expect(await container.stop()).toBe(0);
    expect(await container.logs()).toContain("received fast shutdown request");
    await docker("start", container.id);
    await container.until(postgresReady);
    expect(await ask(steps)).toBe(" run,sourced,sql,gz");
  });

  test.each([
    ["no password", {}, "POSTGRES_PASSWORD"],
    ["an empty password", { POSTGRES_PASSWORD: "" }, "POSTGRES_PASSWORD"],
    ["a password twice", { POSTGRES_PASSWORD: "a", POSTGRES_PASSWORD_FILE: "/etc/hostname" }, "POSTGRES_PASSWORD_FILE"],
  ])("refuses to make a cluster with %s", async (_, env, message) => {
    const container = await sandbox.start({ image, env });
    expect(await container.ended()).toBe(1);
    expect(await container.logs()).toContain(message);
  });

  test("lets everybody in where that was asked for, and has the official image's locale and default names", async () => {
    const container = await sandbox.start({ image, env: { POSTGRES_HOST_AUTH_METHOD: "trust" } });
    await container.until(postgresReady);
    const query = "SELECT datname, datcollate FROM pg_database WHERE NOT datistemplate";
    expect(await container.shell(`psql -At -h "$(hostname -i)" -U postgres -c "${query}"`)).toBe("postgres|en_US.utf8");
  });

  test.each([
    ["its own user", "postgres", "/var/lib/postgresql/data", "999"],
    ["a user that the image doesn't know", "4711:4711", "/cluster/data", "4711"],
  ])("runs as %s on a read-only root without any capability", async (_, user, data, uid) => {
    const container = await sandbox.start({
      image,
      env: { POSTGRES_PASSWORD: "secret", PGDATA: data },
      options: [
        ...["--user", user, "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
        ...["--tmpfs", "/tmp", "--tmpfs", "/run/postgresql", "--tmpfs", "/cluster:mode=1777"],
      ],
    });
    await container.until(postgresReady);
    expect(await container.exec("stat", "--format", "%u", "/proc/1", data)).toBe(`${uid}\n${uid}`);
    expect(await container.shell("grep CapEff /proc/1/status")).toMatch(/\t0+$/);
    expect(await container.exec("psql", "-At", "-U", "postgres", "-c", "SELECT 1")).toBe("1");
  });
});

describe("Nginx", () => {
  const image = images.nginx;

  test("serves port 80 by workers of its own user, logs to the container's streams, and ends gracefully", async () => {
    expect(await imageConfig(image)).toMatchObject({
      Cmd: ["nginx", "-g", "daemon off;"],
      Entrypoint: ["/docker-entrypoint.sh"],
      ExposedPorts: { "80/tcp": {} },
      StopSignal: "SIGQUIT",
    });
    const container = await sandbox.start({ image });
    expect(await container.until("curl --fail --silent http://127.0.0.1/")).toContain("Welcome to nginx!");
    await expect(container.exec("curl", "--fail", "http://127.0.0.1/nowhere")).rejects.toThrow("404");
    expect(await container.logs()).toMatch(/GET \/ HTTP[^]*open\(\) "[^"]*nowhere" failed/);
    expect(await container.exec("id", "nginx")).toBe("uid=101(nginx) gid=101(nginx) groups=101(nginx)");
    expect((await docker("top", container.id, "-o", "pid,uid,cmd")).match(/101 .*worker process/g)).not.toBeNull();
    expect(await container.stop()).toBe(0);
  });

  test("runs the entry point's scripts in order and renders templates from the environment", async () => {
    const container = await sandbox.start({
      image,
      env: { GREETING: "hello", NOT_THIS: "no", NGINX_ENVSUBST_FILTER: "^(GREETING|NAME)$" },
      files: {
        "/docker-entrypoint.d/05-name.envsh": { content: "export NAME=world\n", mode: 0o755 },
        "/docker-entrypoint.d/06-not.sh": { content: "#!/bin/sh\ntouch /tmp/not-executable\n" },
        "/docker-entrypoint.d/90-after.sh": executable("grep -q hello /etc/nginx/conf.d/site.conf && touch /tmp/after"),
        "/etc/nginx/templates/site.conf.template": {
          content: 'server { listen 8080; set $NOT_THIS left; return 200 "${GREETING} ${NAME} $uri ${NOT_THIS}"; }\n',
        },
      },
    });
    expect(await container.until("curl --fail --silent http://127.0.0.1:8080/page")).toBe("hello world /page left");
    expect(await container.shell("ls /tmp")).toBe("after");
    expect(await container.logs()).toContain("05-name.envsh");
  });

  test("runs other commands without its scripts", async () => {
    const files = { "/docker-entrypoint.d/05.sh": executable("touch /tmp/ran") };
    const container = await sandbox.start({ image, files, command: ["ls", "-A", "/tmp"] });
    expect(await container.ended()).toBe(0);
    expect(await container.logs()).toBe("");
  });

  test("runs as its own user on a read-only root without any capability", async () => {
    const container = await sandbox.start({
      image,
      options: [
        ...["--user", "101:101", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
        ...["--tmpfs", "/run:uid=101", "--tmpfs", "/var/cache/nginx:uid=101"],
      ],
    });
    await container.until("curl --fail --silent http://127.0.0.1/");
    expect(await container.exec("stat", "--format", "%u", "/proc/1")).toBe("101");
  });
});

describe("Odoo", () => {
  const image = images.odoo;

  test("has the version, the user, the paths and the tools of its kind", async () => {
    const config = await imageConfig(image);
    expect(config).toMatchObject({
      Cmd: ["odoo"],
      Entrypoint: ["/entrypoint.sh"],
      ExposedPorts: { "8069/tcp": {}, "8071/tcp": {}, "8072/tcp": {} },
      User: "odoo",
      Volumes: { "/var/lib/odoo": {}, "/mnt/extra-addons": {} },
    });
    const env = ["ODOO_VERSION=19.0", "ODOO_RC=/etc/odoo/odoo.conf", "LANG=en_US.UTF-8"];
    expect(config.Env).toEqual(expect.arrayContaining(env));
    const container = await sandbox.start({ image, command: ["sleep", "infinity"] });
    expect(await container.exec("odoo", "--version")).toMatch(/^Odoo Server 19\.0/);
    expect(await container.shell("touch /var/lib/odoo/a /mnt/extra-addons/a && id -u -n")).toBe("odoo");
    expect(await container.shell("grep -v '^ *;' $ODOO_RC")).toMatch(
      /addons_path = \/mnt\/extra-addons\ndata_dir = \/var\/lib\/odoo/,
    );
    for (const tool of ["psql", "pg_dump", "pg_restore"]) {
      expect(Number(/ (\d+)\./.exec(await container.exec(tool, "--version"))?.[1])).toBeGreaterThanOrEqual(17);
    }
    await container.exec("curl", "--version");
    await container.exec("python3", "-m", "pip", "--version");
    await container.exec(
      "python3",
      "-c",
      "import gevent, phonenumbers, ldap, zoneinfo; zoneinfo.ZoneInfo('US/Eastern')",
    );
  });

  test("runs scaffold and other commands without a database", async () => {
    const container = await sandbox.start({ image, command: ["odoo", "scaffold", "a_module", "/mnt/extra-addons"] });
    expect(await container.ended()).toBe(0);
    const other = await sandbox.start({ image, command: ["echo", "as it is"] });
    expect(await other.ended()).toBe(0);
    expect(await other.logs()).toBe("as it is");
  });

  test("waits for the database of its environment, installs into it, and keeps a configured password off its arguments", async () => {
    const network = await sandbox.network();
    const fromEnvironment = await sandbox.start({
      image,
      env: { HOST: "database", PORT: "5433", USER: "clerk", PASSWORD_FILE: "/tmp/password" },
      files: { "/tmp/password": { content: "from-file\n" } },
      options: ["--network", network],
      command: ["--", "--database", "shop", "--init", "base"],
    });
    const database = await sandbox.start({
      image: images.postgres,
      env: { POSTGRES_USER: "clerk", POSTGRES_DB: "postgres", POSTGRES_PASSWORD: "from-file", PGPORT: "5433" },
      options: ["--network", network, "--network-alias", "database"],
    });
    await fromEnvironment.until("curl --fail --silent http://127.0.0.1:8069/web/login", 180);
    const psql = ["psql", "-At", "-U", "clerk", "-d", "shop", "-c"];
    expect(await database.exec(...psql, "SELECT state FROM ir_module_module WHERE name = 'base'")).toBe("installed");
    const args = (container: typeof database): Promise<string> => container.shell("tr '\\0' ' ' </proc/1/cmdline");
    expect(await args(fromEnvironment)).toMatch(
      / --database shop --init base --db_host database --db_port 5433 --db_user clerk --db_password from-file ?$/,
    );

    const options = "db_host = database\ndb_port = 5433\ndb_user = clerk\ndb_password = from-file\ndb_name = shop\n";
    const fromConfig = await sandbox.start({
      image,
      env: { ODOO_RC: "/tmp/own.conf", HOST: "nowhere", PASSWORD: "wrong" },
      files: { "/tmp/own.conf": { content: `[options]\n${options}data_dir = /var/lib/odoo\n` } },
      options: ["--network", network],
    });
    await fromConfig.until("curl --fail --silent http://127.0.0.1:8069/web/login", 180);
    expect(await args(fromConfig)).not.toMatch(/--db_|from-file|wrong/);
  });
});
