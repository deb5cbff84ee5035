export type VendorErrorKind =
	/** Too many requests or tokens for now; waiting helps. */
	| 'rateLimited'
	/** The vendor has no capacity at the moment. */
	| 'overloaded'
	/** Money, credits or a quota of days is used up; waiting within a call does not help. */
	| 'quotaExhausted'
	| 'authentication'
	| 'permission'
	| 'invalidRequest'
	/** More input than the model, or the limit of its minute, takes at once. */
	| 'contextTooLong'
	| 'notFound'
	| 'contentFilter'
	| 'serverError'
	| 'timeout'
	| 'network'
	/** The execution was stopped, or whoever called gave up. */
	| 'cancelled'
	/** Nothing a vendor would have said: a fault of the program, most likely. */
	| 'unknown';

/** What a failed call says, whichever SDK or HTTP client threw it. Never carries a text of the vendor's or the user's. */
export type VendorError = {
	kind: VendorErrorKind;
	/** May the same call work later? False: it is never retried. */
	isTransient: boolean;
	/** The vendor answered with an error status, so it did not run the model and bills nothing. */
	answered: boolean;
	/** HTTP status of the answer. */
	status?: number | undefined;
	/** Ms from now that the vendor wants to be left alone, or until a quota starts anew. */
	retryAfterMs?: number | undefined;
	/** Its headers about its limits, by lower-cased name, as `rateLimitHeaders` of a usage event takes them. */
	rateLimitHeaders: Readonly<Record<string, string>>;
};

export const IS_TRANSIENT: Readonly<Record<VendorErrorKind, boolean>> = {
	rateLimited: true,
	overloaded: true,
	quotaExhausted: false,
	authentication: false,
	permission: false,
	invalidRequest: false,
	contextTooLong: false,
	notFound: false,
	contentFilter: false,
	serverError: true,
	timeout: true,
	network: true,
	cancelled: false,
	unknown: false,
};
