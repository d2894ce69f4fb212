import { z } from "zod";
import { setting, text, whole } from "./setting";

/** A public key as OpenSSH writes it, without options before it. */
const publicKey =
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]+={0,2}( [^\n"'\\]*)?$/;
/** The same without a comment: it becomes part of a command line. */
const hostKey = text(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}$/);
const exampleKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI...";

/** Checked here: `format` isn't known to every validator of JSON Schema. */
const network = z.union([z.cidrv4(), z.cidrv6()]);
/** A network in CIDR notation. */
export const cidr = text(/^[0-9A-Fa-f:.]+\/[0-9]{1,3}$/).refine((value) => network.safeParse(value).success);
const networks = (description: string): z.ZodOptional<z.ZodArray<z.ZodString>> =>
  z
    .array(
      setting(cidr, {
        description: "A network.",
        expected: "a network in CIDR notation, such as 10.20.0.0/16",
        example: "10.20.0.0/16",
      }),
    )
    .meta({ description, "x-expected": "a list of networks in CIDR notation", "x-default-text": "every network" })
    .optional();

/** Keys of an operator. */
const operatorSchema = z.strictObject({
  keys: z
    .array(
      setting(text(publicKey), {
        description: "A public SSH key.",
        expected: "a public key as in authorized_keys, without options",
        example: exampleKey,
      }),
    )
    .min(1)
    .meta({
      description: "Public SSH keys that may log in; no other key of this login may.",
      "x-expected": "a list of at least one public key",
    }),
  sudo: z
    .array(
      setting(text(/^\/[A-Za-z0-9._/@%+-]+( [A-Za-z0-9._/@%+-]+)*$/), {
        description: "A command with its arguments.",
        expected: "a command by its whole path, with the arguments that are allowed, and no wildcard",
        example: "/usr/bin/systemctl restart docker",
      }),
    )
    .meta({
      description: "Commands that the operator may run as root.",
      "x-expected": "a list of commands by their whole paths",
      "x-default-text": "none",
    })
    .optional(),
});

/** Keys of a port that the firewall opens. */
const firewallRuleSchema = z.strictObject({
  port: setting(whole(1, 65535), {
    description: "Port of the host itself.",
    expected: "a port from 1 to 65535",
    example: 9100,
    unit: "port",
  }),
  protocol: setting(z.enum(["tcp", "udp"]), {
    description: "Protocol.",
    expected: "tcp or udp",
    example: "tcp",
    default: "tcp",
  }).optional(),
  from: networks("Networks that may reach it."),
  comment: setting(text(/^[^\n"\\]{1,100}$/), {
    description: "What it is for.",
    expected: "1 to 100 characters without quotes",
    example: "node exporter",
  }),
});

/** Keys of a host that say how its machine is logged in to, and what it is made into. */
export const accessKeys = {
  connection: setting(text(/^(local|ssh:\/\/[A-Za-z0-9._-]+@([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?)$/), {
    description: "How to log in to the machine; `local` is this one. Left out, the fleet never logs in.",
    expected: "local, or ssh://user@host with a port if it isn't 22; never a password",
    example: "ssh://ops@odoo-1.example.com",
    defaultText: "none",
  }).optional(),
  bootstrap: setting(z.enum(["ansible", "none"]), {
    description: "Whether `pulumi up` sets up the machine as a host (`ansible`) or uses it as it is (`none`).",
    expected: "ansible or none",
    example: "none",
    defaultText: "`ansible` where there is a `connection`, else `none`",
  }).optional(),
  os: setting(z.enum(["linux", "windows"]), {
    description: "Operating system of the machine.",
    expected: "linux or windows",
    example: "linux",
    default: "linux",
  }).optional(),
  hostKey: z
    .union([hostKey, z.array(hostKey).min(1)])
    .meta({
      description:
        "Public key of the machine's SSH server, or several. Any other key is refused. Required with an SSH `connection`.",
      "x-expected": "the server's public key or a list of them, such as `ssh-ed25519 AAAA...`, without a comment",
      "x-default-text": "your own `known_hosts`, where only `docker` is reached by SSH",
      "x-example": exampleKey,
    })
    .optional(),
  identityFile: setting(text(/^[^\s"'\\-][^\s"'\\]*$/), {
    description: "File of the private key to log in with. The key itself is never configuration.",
    expected: "a path without blanks, such as ~/.ssh/id_ed25519",
    example: "~/.ssh/id_ed25519",
    defaultText: "the SSH agent, and your own SSH configuration",
  }).optional(),
  operators: z
    .record(
      text(/^[a-z_][a-z0-9_-]{0,31}$/),
      operatorSchema.meta({ description: "A person who operates the host.", "x-expected": "an operator" }),
    )
    .meta({
      description: "People who operate the host, by login, with their keys and the commands they may run as root.",
      "x-expected": "operators by login (1 to 32 lower-case letters, digits, hyphens and underscores)",
      "x-default-text": "none",
    })
    .optional(),
  firewall: z
    .strictObject({
      sshFrom: networks("Networks that may log in by SSH."),
      allow: z
        .array(firewallRuleSchema.meta({ description: "A port.", "x-expected": "a port with a comment" }))
        .meta({
          description:
            "Ports of the host itself that are open besides SSH and the tenants' ports. The gateway's port, if it is named here, is open to the named networks only.",
          "x-expected": "a list of ports",
          "x-default-text": "none",
        })
        .optional(),
    })
    .meta({
      description:
        "What the firewall lets in. Everything else is closed, except the ports of tenants and of monitoring's gateway.",
      "x-expected": "firewall settings",
      "x-default-text": "SSH, the tenants' ports and the gateway's of monitoring",
    })
    .optional(),
};

/** What `sudo` asks for; it is read as one line. */
export const sudoPasswordSchema = setting(text(/^[^\r\n]{1,512}$/), {
  description: "What `sudo` on the host asks the user in its `connection` for.",
  expected: "a password of 1 to 512 characters in one line, as a secret",
  example: "...",
  defaultText: "sudo asks for none",
  secret: true,
});
