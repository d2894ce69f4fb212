import type { EngineFacts } from "../../../components/run/preflight/engineFacts";

/** An engine that nothing is wrong with. */
export const goodEngine: EngineFacts = {
  os: "linux",
  storageDriver: "overlay2",
  imageStore: "engine",
  cgroupVersion: "2",
  limits: { memory: true, swap: true, cpu: true },
  forwardsPackets: true,
  hasSeccomp: true,
  clockAheadSeconds: 0,
};
