/** Options of copycds as commander gives them. */
export interface CopycdsOptions {
  readonly help?: true;
  readonly version?: true;
  readonly name?: string;
  readonly osver?: string;
  readonly arch?: string;
  readonly path?: string;
  readonly inspection?: true;
  readonly noosimage?: true;
  readonly nonoverwrite?: true;
  readonly store?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}
