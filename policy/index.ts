import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./lib/policies";
import { rules } from "./rules";

new PolicyPack("odoo-fleet", {
  displayName: "odoo-fleet",
  description: "Containers that host customers' Odoos: isolated, hardened, limited, and safe to replace.",
  policies: rules.flatMap(policiesOf),
});
