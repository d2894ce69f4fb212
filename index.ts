import { createFleet, type FleetOutputs, settingsFromConfig } from "./components";

/** The Pulumi program: the stack's configuration in, the fleet's outputs out. */
export = (): Promise<FleetOutputs> => createFleet(settingsFromConfig());
