import { createFleet, type FleetOutputs, settingsFromConfig } from "./components";
import { skipPromiseTraces } from "./components/run/promiseTraces";

skipPromiseTraces();

/** The Pulumi program: the stack's configuration in, the fleet's outputs out. */
export = (): Promise<FleetOutputs> => createFleet(settingsFromConfig());
