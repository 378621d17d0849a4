/** A program that work on a host needs there. */
export interface HostTool {
  readonly command: string;
  /** Package that brings it. */
  readonly from: string;
  /** Ends the sentence `it …`. */
  readonly why: string;
}
