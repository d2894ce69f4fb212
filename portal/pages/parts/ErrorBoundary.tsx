import { Component, type ReactNode } from "react";

interface ErrorBoundaryProps {
  /** What is shown in place of what can't be. */
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

/** Shows something else where an error comes while it is rendered, which only a class can catch. Without, nothing at all would be there. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}
