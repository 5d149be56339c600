/** What is taken as it is, or refused in other words, although the fuzz would have it otherwise; with the reason. */
export const ACCEPTED: { readonly what: RegExp; readonly reason: string }[] = [
];
