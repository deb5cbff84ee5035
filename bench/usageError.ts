/** What was asked for cannot be done, for a reason that the message says; nobody needs to see where in the code. */
export class UsageError extends Error {}
