/** The error where nothing can be said of the app, because the machine did not do what it was asked in time. */
export class TooSlow extends Error {}
