/** What PromQL queries ask for, read with the grammar of Prometheus' own editor. */

/** A condition on a label. */
export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** A metric with its conditions. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** What a query is made of. */
export interface ParsedQuery {
  readonly selectors: readonly Selector[];
  /** Labels that are grouped, joined or copied by: `by`, `without`, `on`, `ignoring`, `group_left`, `group_right`. */
  readonly labels: readonly string[];
}

/** Reads a query. @throws Error with the place, when it isn't PromQL. */
export async function parseQuery(expr: string): Promise<ParsedQuery> {
  // The package is an ECMAScript module.
  const { parser } = await import("@prometheus-io/lezer-promql");
  const selectors: Selector[] = [];
  const labels: string[] = [];
  const text = (node: { from: number; to: number }): string => expr.slice(node.from, node.to);
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.type.isError) {
        const place = `${expr.slice(Math.max(0, node.from - 20), node.from)}>>>${expr.slice(node.from, node.from + 20)}`;
        throw new Error(`no PromQL at ${node.from}: ${place}\n${expr}`);
      }
      if (node.name === "VectorSelector") {
        const name = node.node.getChild("Identifier");
        const matchers = (node.node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []).map(
          (matcher): Matcher => ({
            label: text(matcher.getChild("LabelName")!),
            operator: text(matcher.getChild("MatchOp")!) as Matcher["operator"],
            value: unquoted(text(matcher.getChild("StringLiteral")!)),
          }),
        );
        const named = matchers.find(({ label, operator }) => label === "__name__" && operator === "=");
        const metric = name ? text(name) : named?.value;
        if (metric === undefined) {
          throw new Error(`a selector without a metric's name can't be checked: ${text(node)}`);
        }
        selectors.push({ metric, matchers: matchers.filter((matcher) => matcher !== named) });
      }
      if (node.name === "LabelName" && node.node.parent?.name === "GroupingLabels") {
        labels.push(text(node));
      }
    },
  });
  return { selectors, labels };
}

/** The text of a string literal: PromQL escapes in double and single quotes as Go does, and not in backticks. */
function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  return literal.startsWith("`") ? inner : inner.replace(/\\(.)/g, "$1");
}
