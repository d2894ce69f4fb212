import type { Threshold } from "@grafana/grafana-foundation-sdk/dashboard";
import { burns, objective } from "../rules/objective";

/** Grafana's unit by what is measured, so that one kind of figure looks the same on every dashboard. */
export const units = {
  /** 0 to 1, shown as a percentage. */
  ratio: "percentunit",
  seconds: "s",
  /** Powers of 1024. */
  bytes: "bytes",
  bytesPerSecond: "binBps",
  requestsPerSecond: "reqps",
  perSecond: "ops",
  /** A number of things. */
  count: "short",
  cores: "none",
  text: "string",
} as const;

/** One of `units`. */
export type Unit = (typeof units)[keyof typeof units];

/** Colours by meaning. They are Grafana's names, which follow its light and dark theme. */
const colours = { good: "green", warning: "orange", critical: "red", neutral: "blue" } as const;

/** Colours of classes of HTTP status, by the name of the series. */
export const statusColours: Readonly<Record<string, string>> = {
  "2xx": colours.good,
  "3xx": colours.neutral,
  "4xx": colours.warning,
  "5xx": colours.critical,
};

/** Steps from the lowest value up, each with the colour from there on. */
export type Scale = readonly Threshold[];

/** The more the worse: `warning` and `critical` are the alerts' thresholds, so that a colour and an e-mail say the same. */
export function rising(warning: number, critical?: number): Scale {
  return [
    { value: null, color: colours.good },
    { value: warning, color: colours.warning },
    ...(critical === undefined ? [] : [{ value: critical, color: colours.critical }]),
  ];
}

/** The more the worse, with nothing between good and critical. */
export function mustStayBelow(critical: number): Scale {
  return [
    { value: null, color: colours.good },
    { value: critical, color: colours.critical },
  ];
}

/** The less the worse, with nothing between good and critical. */
export function mustReach(good: number): Scale {
  return [
    { value: null, color: colours.critical },
    { value: good, color: colours.good },
  ];
}

/** The less the worse: below `warning`, and below `critical`. */
export function falling(warning: number, critical: number): Scale {
  return [
    { value: null, color: colours.critical },
    { value: critical, color: colours.warning },
    { value: warning, color: colours.good },
  ];
}

/** Neither good nor bad. */
export const neutral: Scale = [{ value: null, color: colours.neutral }];

/** Scales by what is measured, where several panels show it. They change colour where an alert is raised, or before. */
export const scales = {
  /** Orange when half of what the objective allows is used up, red when all of it is. */
  available: falling(1 - (1 - objective) / 2, objective),
  /** Orange above what the objective allows on average, red where the fastest burn is alerted on. */
  errors: rising(1 - objective, burns[0]!.factor * (1 - objective)),
  budgetLeft: falling(0.25, 0),
  /** A page that takes longer than a second interrupts a train of thought. */
  latency: rising(1, 2.5),
  memory: rising(0.8, 0.9),
  cpu: rising(0.8, 0.95),
  disk: rising(0.95, 0.97),
  /** A day and four hours. */
  diskFullIn: falling(86_400, 14_400),
  throttled: rising(0.25),
  capacityLeft: falling(3, 1),
} as const satisfies Record<string, Scale>;
