/** The error of a nemesis that finds out on the running system that it lacks what it would hit. */
export class NothingToHit extends Error {}
