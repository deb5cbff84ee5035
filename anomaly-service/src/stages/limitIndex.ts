import {
	subjectOf,
	type CallSubjects,
	type Limit,
	type LimitAudience,
	type LimitScope,
} from '../../../core/limits.ts';

type Audience = {
	limits: Limit[];
	/** On every value of their scope, each by itself. */
	onEvery: Limit[];
	/** On one value, by scope and value. A limit for each of ten thousand keys must not make an ask slower. */
	onOne: Map<string, Limit[]>;
	/** Scopes that `onOne` has limits of. */
	scopes: Set<LimitScope>;
};

/** The limits by audience and subject, so that an ask looks only at those that can be for it. */
export class LimitIndex {
	readonly #audiences = new Map<string, Audience>();

	constructor(limits: Iterable<Limit>) {
		for (const limit of limits) this.#add(limit);
	}

	/** Those that are for this tenant's calls, whatever they are on; widest audience first. */
	of(tenantId: string, plan: string | null): Limit[] {
		return this.#of(tenantId, plan).flatMap(({ limits }) => limits);
	}

	/** Those of them that can be on this call. */
	candidates(call: CallSubjects, plan: string | null): Limit[] {
		const found: Limit[] = [];
		for (const { onEvery, onOne, scopes } of this.#of(call.tenantId, plan)) {
			found.push(...onEvery);
			for (const scope of scopes) {
				found.push(...(onOne.get(valueKey(scope, subjectOf(scope, call))) ?? []));
			}
		}
		return found;
	}

	/** How many others there are for the audience of this limit, and how many of them on the same values. */
	beside({ id, audience, scope, subject }: Limit): { ofAudience: number; onSame: number } {
		const limits = this.#audiences.get(audienceKey(audience))?.limits ?? [];
		const others = limits.filter((limit) => limit.id !== id);
		const onSame = others.filter((limit) => limit.scope === scope && limit.subject === subject);

		return { ofAudience: others.length, onSame: onSame.length };
	}

	#of(tenantId: string, plan: string | null): Audience[] {
		const keys = [
			audienceKey({ kind: 'all' }),
			...(plan === null ? [] : [audienceKey({ kind: 'plan', plan })]),
			audienceKey({ kind: 'tenant', tenantId }),
		];
		return keys.flatMap((key) => this.#audiences.get(key) ?? []);
	}

	#add(limit: Limit): void {
		const key = audienceKey(limit.audience);
		const audience = this.#audiences.get(key) ?? emptyAudience();
		this.#audiences.set(key, audience);
		audience.limits.push(limit);
		if (limit.subject === null) {
			audience.onEvery.push(limit);
			return;
		}
		audience.scopes.add(limit.scope);
		const value = valueKey(limit.scope, limit.subject);
		audience.onOne.set(value, [...(audience.onOne.get(value) ?? []), limit]);
	}
}

function emptyAudience(): Audience {
	return { limits: [], onEvery: [], onOne: new Map(), scopes: new Set() };
}

function audienceKey(audience: LimitAudience): string {
	if (audience.kind === 'all') return 'all';

	return audience.kind === 'plan' ? `plan=${audience.plan}` : `tenant=${audience.tenantId}`;
}

function valueKey(scope: LimitScope, subject: string): string {
	return `${scope}=${subject}`;
}
