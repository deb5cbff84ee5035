import { errorFacts, type ErrorFacts } from './errors/errorFacts.ts';
import { rateLimitHeadersOf } from './errors/errorHeaders.ts';
import { isDailyQuota, retryAfterMs, untilUsedUpIsFree } from './errors/retryAfter.ts';
import {
	GENERAL_SIGNS,
	kindOfStatus,
	REFUSED_CERTIFICATE,
	SIGNS,
	type Sign,
} from './errors/signs.ts';
import { IS_TRANSIENT, type VendorError, type VendorErrorKind } from './errors/vendorError.ts';

export type { VendorError, VendorErrorKind } from './errors/vendorError.ts';

/**
 * What kind of failure was thrown, by an SDK, by LangChain, by n8n or by fetch: told by its form, not by its class, as
 * n8n may have several copies of every class. The vendor's code decides, then `x-should-retry`, then the status.
 * Junk is `unknown`; nothing throws.
 */
export function classifyVendorError(error: unknown, now: number): VendorError {
	const facts = errorFacts(error);
	const { kind, isTransient } = verdict(facts, now);
	const isWaiting = isTransient || kind === 'quotaExhausted';

	return {
		kind,
		isTransient,
		answered: facts.status !== undefined && facts.status >= 400,
		status: facts.status,
		retryAfterMs: isWaiting ? retryAfterMs(facts, now) : undefined,
		rateLimitHeaders: rateLimitHeadersOf(facts.headers),
	};
}

type Verdict = { kind: VendorErrorKind; isTransient: boolean };

function verdict(facts: ErrorFacts, now: number): Verdict {
	const isQuota = isDailyQuota(facts) || isSpendLimit(facts, now);
	const special = isQuota ? 'quotaExhausted' : shownBy(SIGNS, facts);
	if (special) return { kind: special, isTransient: IS_TRANSIENT[special] };

	const { status, bodyStatus = 0, headers } = facts;
	const kind = kindOfStatus(status ?? bodyStatus) ?? shownBy(GENERAL_SIGNS, facts) ?? 'unknown';
	const told = headers['x-should-retry'];
	if (told !== undefined) return { kind, isTransient: told === 'true' };

	return isCertificateRefused(facts)
		? { kind: 'network', isTransient: false }
		: { kind, isTransient: IS_TRANSIENT[kind] };
}

function shownBy(signs: readonly Sign[], { codes, text }: ErrorFacts): VendorErrorKind | undefined {
	return signs.find((sign) => sign.codes.some((code) => codes.has(code)) || sign.text?.test(text))
		?.kind;
}

/** Anthropic's 429 says when to come back; one that does not is the spend limit of the organization. */
function isSpendLimit(facts: ErrorFacts, now: number): boolean {
	const { status, headers } = facts;
	if (status !== 429 || !('anthropic-organization-id' in headers)) return false;

	return headers['retry-after'] === undefined && untilUsedUpIsFree(facts, now) === undefined;
}

function isCertificateRefused({ status, codes }: ErrorFacts): boolean {
	return status === undefined && [...codes].some((code) => REFUSED_CERTIFICATE.test(code));
}
