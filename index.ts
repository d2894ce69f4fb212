import * as pulumi from "@pulumi/pulumi";
import { settingsFromConfig } from "./components";
import { skipPromiseTraces } from "./components/run/promiseTraces";
import { createOfStack } from "./components/tenant/createOfStack";

skipPromiseTraces();

/** The Pulumi program: the stack's configuration in, the outputs of the fleet or of one of its tenants out. */
export = (): ReturnType<typeof createOfStack> => createOfStack(settingsFromConfig(), pulumi.getStack());
