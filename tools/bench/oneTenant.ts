import * as pulumi from "@pulumi/pulumi";
import { createTenant, settingsFromConfig } from "../../components";

/** A Pulumi program for one tenant in a stack of its own: the tenant that `bench:tenant` names. */
export = async (): Promise<{ url: string }> => {
  const tenant = new pulumi.Config("bench").require("tenant");
  const { url } = await createTenant({ ...settingsFromConfig(), tenant });
  return { url };
};
