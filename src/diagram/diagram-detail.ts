/** The level of detail of a diagram. */
export enum DiagramDetail {
  /** One box per service and region: what to show to somebody who is new to the system. */
  OVERVIEW = 'overview',

  /** One box per function, queue, rule, table and so on: what to look at when something goes a way that nobody expected. */
  FULL = 'full',
}
