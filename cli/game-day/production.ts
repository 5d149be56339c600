/** Words in the name of a system, or of its stage, that say that customers depend on it. */
const WORDS = /^(prod|production|prd|live)$/i;

/** Requests of others a second, from which on a system has customers. */
export const FEW_REQUESTS = 1;
/** For how long others are watched, in minutes. */
export const WATCHED_MINUTES = 15;

/** The recent invocations of the functions behind the API of a region. */
export interface Traffic {
  readonly region: string;
  readonly requestsPerSecond: number;
}

/** Says why a system looks like one of production, one reason each. */
export function reasonsForProduction(name: string, traffic: readonly Traffic[]): string[] {
  const word = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)?.find(part => WORDS.test(part));
  return [
    ...word === undefined ? [] : [`its name ${name} has "${word}" in it`],
    ...traffic.filter(({ requestsPerSecond }) => requestsPerSecond > FEW_REQUESTS).map(({ region, requestsPerSecond }) => (
      `${region} had ${requestsPerSecond.toFixed(1)} requests a second in the last ${WATCHED_MINUTES} minutes`
    )),
  ];
}
