import { rule } from "../../../policy/rules/noSecretInEnvironment";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "plain settings": {
      envs: ["PGDATA=/data", "TOKENIZER=x", "POSTGRES_HOST_AUTH_METHOD=trust"],
      command: ["--config", "/etc/x"],
    },
    "a file": { envs: ["POSTGRES_PASSWORD_FILE=/run/secrets/p"], command: ["--password-file=/run/p"] },
    empty: { envs: ["PASSWORD="] },
  },
  fails: {
    "a password": [{ envs: ["POSTGRES_PASSWORD=x"] }, "POSTGRES_PASSWORD"],
    "a key": [{ envs: ["aws_secret_access_key=x"] }, "aws_secret_access_key"],
    "a login in a URL": [{ envs: ["DATABASE=postgres://me:x@db/acme"] }, "DATABASE"],
    "an argument": [{ command: ["serve", "--admin-password=x"] }, "argument 2"],
    "an argument and its value": [{ entrypoints: ["serve"], command: ["--token", "x"] }, "argument 2"],
  },
  unknown: { envs: [unknown] },
  unknownIs: "reported",
};
