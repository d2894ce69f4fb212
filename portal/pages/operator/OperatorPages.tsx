import { OperatorGate } from "./OperatorGate.tsx";
import { OverviewPage } from "./OverviewPage.tsx";

/** Operators' pages, which customers' browsers don't load. */
export default function OperatorPages() {
  return (
    <OperatorGate>
      <OverviewPage />
    </OperatorGate>
  );
}
