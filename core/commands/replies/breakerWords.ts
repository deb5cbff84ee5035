import type { Breaker } from '../../breaker.ts';
import { clock, short } from '../format.ts';

/** The end of a sentence about a tenant: "is blocked by hand until 09:13 UTC (fraud)". */
export function breakerWords(breaker: Breaker, now: number): string {
	switch (breaker.state) {
		case 'closed':
			return 'is not blocked';
		case 'open':
			return `is blocked since ${clock(breaker.openedAt, now)}, incident ${short(breaker.incidentId)}`;
		case 'halfOpen':
			return `is half-open until ${clock(breaker.until, now)}`;
		case 'isolated': {
			const until = breaker.until === null ? '' : ` until ${clock(breaker.until, now)}`;
			return `is blocked by hand${until} (${breaker.reason})`;
		}
	}
}
