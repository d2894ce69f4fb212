import { execFileSync } from "node:child_process";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { request } from "node:https";
import { type Authority, certificateAuthority } from "../../components/monitoring/certificates";
import { freeze } from "./freeze";
import { baseImages, type Container, docker, Sandbox } from "./imagesSandbox";

/** A key of an S3 server. */
export interface S3Key {
  readonly id: string;
  readonly secret: string;
}

const region = "us-east-1";

/** Where versitygw is; built when it is first asked for. */
function program(): string {
  return execFileSync("setup/s3-server.sh", { encoding: "utf8" }).trim();
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** A real S3 server, versitygw, in a container: HTTPS by an authority of its own, versions, object lock, users and policies. */
export class S3Server {
  /** Certificate of the authority that signed its own, PEM. */
  certificate = "";
  /** `https://ADDRESS:PORT`, for containers and this machine. */
  endpoint = "";
  readonly root: S3Key = { id: "root", secret: randomBytes(16).toString("hex") };
  private readonly sandbox = new Sandbox();
  private container!: Container;
  private authority!: Authority;

  /**
   * @param port that it listens on.
   * @param address of this machine, for containers of any network; without one it has an address of its own on the engine's
   * default network, which other networks don't reach.
   */
  constructor(
    private readonly port = 7070,
    private readonly address?: string,
  ) {}

  async start(): Promise<void> {
    const { port } = this;
    this.authority = await certificateAuthority(randomBytes(16).toString("hex"));
    this.certificate = this.authority.certificate;
    const folders = "mkdir -p /data/buckets /data/versions /data/iam";
    const serve = `until [ -s /run/key.pem ]; do sleep 0.1; done; exec versitygw --port ${this.address ?? ""}:${port} --cert /run/cert.pem --key /run/key.pem --iam-dir /data/iam --health /health posix --versioning-dir /data/versions /data/buckets`;
    this.container = await this.sandbox.start({
      image: baseImages().rclone,
      options: [
        "--entrypoint=sh",
        ...(this.address ? ["--network=host"] : []),
        `--volume=${program()}:/usr/local/bin/versitygw:ro`,
        "--volume=/data",
      ],
      env: { ROOT_ACCESS_KEY: this.root.id, ROOT_SECRET_KEY: this.root.secret },
      command: ["-c", `${folders}; ${serve}`],
    });
    const address =
      this.address ?? (await docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", this.container.id));
    const { certificate, key } = await this.authority.issue([address]);
    await this.container.shell(
      `echo '${certificate}' >/run/cert.pem; echo '${key}' >/run/key.new; mv /run/key.new /run/key.pem`,
    );
    this.endpoint = `https://${address}:${port}`;
    await this.container.until(
      `grep -q ':${port.toString(16).toUpperCase().padStart(4, "0")} ' /proc/net/tcp /proc/net/tcp6`,
    );
  }

  /** Makes a bucket; with days, one with object lock that keeps every object for so long (mode COMPLIANCE). */
  async makeBucket(name: string, lockDays?: number): Promise<void> {
    await this.ask("PUT", `/${name}`, "", lockDays === undefined ? {} : { "x-amz-bucket-object-lock-enabled": "true" });
    if (lockDays !== undefined) {
      const retention = `<DefaultRetention><Mode>COMPLIANCE</Mode><Days>${lockDays}</Days></DefaultRetention>`;
      await this.ask(
        "PUT",
        `/${name}?object-lock=`,
        `<ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>${retention}</Rule></ObjectLockConfiguration>`,
      );
    }
  }

  /** Makes a user with the rights of docs/backups.md in a bucket: put, get and list, and nothing else. */
  async makeUser(bucket: string): Promise<S3Key> {
    const key = { id: `shipper-${randomBytes(4).toString("hex")}`, secret: randomBytes(16).toString("hex") };
    const admin = `versitygw admin --allow-insecure --access ${this.root.id} --secret ${this.root.secret} --endpoint-url ${this.endpoint}`;
    await this.container.shell(`${admin} create-user --access ${key.id} --secret ${key.secret} --role user`);
    const allow = (actions: string[], resource: string): object => ({
      Effect: "Allow",
      Principal: { AWS: [key.id] },
      Action: actions,
      Resource: `arn:aws:s3:::${resource}`,
    });
    const statements = [
      allow(["s3:PutObject", "s3:GetObject", "s3:GetObjectVersion"], `${bucket}/*`),
      allow(["s3:ListBucket"], bucket),
    ];
    await this.ask("PUT", `/${bucket}?policy=`, JSON.stringify({ Version: "2012-10-17", Statement: statements }));
    return key;
  }

  /** Paths of the objects of a bucket. */
  async objects(bucket: string): Promise<string[]> {
    const found = await this.container.shell(`cd /data/buckets/${bucket} && find . -type f | cut -c 3- | sort`);
    return found.split("\n").filter((path) => path !== "" && !path.startsWith("."));
  }

  /** What an object is now. */
  content(bucket: string, path: string): Promise<string> {
    return this.container.shell(`cat /data/buckets/${bucket}/${path}`);
  }

  /** Changes a bucket's folder as a fault of the server's disk would, which no lock keeps off; the script runs in it. */
  async damage(bucket: string, script: string): Promise<void> {
    await this.container.shell(`cd /data/buckets/${bucket} && ${script}`);
  }

  /** Lets it hang, or go on. */
  async pause(isPaused: boolean): Promise<void> {
    await (isPaused ? freeze(() => docker("pause", this.container.id)) : docker("unpause", this.container.id));
  }

  /** Removes an object with a key; the status of the answer. */
  remove(path: string, key: S3Key): Promise<number> {
    return this.send("DELETE", path, "", {}, key).then(({ status }) => status);
  }

  async clean(): Promise<void> {
    await this.sandbox.clean();
  }

  /** Sends what has to succeed, as root. */
  private async ask(method: string, path: string, body: string, headers: Record<string, string> = {}): Promise<void> {
    const { status, text } = await this.send(method, path, body, headers, this.root);
    if (status >= 300) {
      throw new Error(`${method} ${path}: ${status} ${text}`);
    }
  }

  /** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
  private send(
    method: string,
    path: string,
    body: string,
    extra: Record<string, string>,
    key: S3Key,
  ): Promise<{ status: number; text: string }> {
    const { host } = new URL(this.endpoint);
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const day = time.slice(0, 8);
    const headers: Record<string, string> = {
      host,
      "content-md5": createHash("md5").update(body).digest("base64"),
      "x-amz-content-sha256": sha256(body),
      "x-amz-date": time,
      ...extra,
    };
    const names = Object.keys(headers).sort();
    const [resource, query = ""] = path.split("?");
    const signed = names.join(";");
    const canonical = [
      method,
      resource,
      query,
      ...names.map((name) => `${name}:${headers[name]}`),
      "",
      signed,
      sha256(body),
    ];
    const scope = `${day}/${region}/s3/aws4_request`;
    const toSign = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical.join("\n"))].join("\n");
    const signingKey = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${key.secret}`);
    const signature = hmac(signingKey, toSign).toString("hex");
    const Authorization = `AWS4-HMAC-SHA256 Credential=${key.id}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    return new Promise((resolve, reject) => {
      request(
        `${this.endpoint}${path}`,
        {
          method,
          ca: this.certificate,
          headers: { ...headers, Authorization, "content-length": Buffer.byteLength(body) },
        },
        (response) => {
          let text = "";
          response.on("data", (part: Buffer) => (text += part.toString()));
          response.on("end", () => resolve({ status: response.statusCode!, text }));
        },
      )
        .on("error", reject)
        .end(body);
    });
  }
}
