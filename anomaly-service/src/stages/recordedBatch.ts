import type { MicroCents } from '../../../core/money.ts';
import type { FieldError } from '../../../core/problems.ts';
import type { DatabaseFunctions } from '../ports/databaseFunctions.ts';
import type { UsageRow } from '../ports/records.ts';
import type { Counted } from './usageCounter.ts';

/**
 * What became of one event. `duplicate`: recorded before, by source + id, at that cost and for that reservation (null: for
 * none).
 */
export type Recorded =
	| { outcome: 'recorded'; costMicroCents: MicroCents; settlement: Counted }
	| { outcome: 'duplicate'; costMicroCents: MicroCents; reservationId: string | null }
	| { outcome: 'rejected'; errors: FieldError[] };

type Known = { tenantId: string; costMicroCents: MicroCents; reservationId: string | null };

/** Tells, row by row in the order they were sent, what the database made of a batch. */
export class RecordedBatch {
	/** By source and id. Null: it is being dropped, nothing is known of it but that it was recorded. */
	readonly #known = new Map<string, Map<string, Known | null>>();

	constructor({ known }: Pick<DatabaseFunctions['record_usage']['result'], 'known'>) {
		for (const { source, id, tenantId, costMicroCents, reservationId } of known) {
			const isThere = tenantId !== null && costMicroCents !== null;
			const event = isThere ? { tenantId, costMicroCents, reservationId } : null;
			this.#ofSource(source).set(id, event);
		}
	}

	/** A key is new once: the same event a second time in one batch is a duplicate too. */
	answer(row: UsageRow): Recorded {
		const { source, id, tenant_id: tenantId, cost_micro_cents: costMicroCents } = row;
		const given = { tenantId, costMicroCents, reservationId: row.reservation_id };
		const ofSource = this.#ofSource(source);
		const before = ofSource.get(id);
		if (before === undefined) {
			ofSource.set(id, given);
			return { outcome: 'recorded', costMicroCents, settlement: null };
		}
		const known = before ?? given;
		if (known.tenantId !== tenantId) return { outcome: 'rejected', errors: [usedByOther] };

		const { costMicroCents: recordedCost, reservationId } = known;
		return { outcome: 'duplicate', costMicroCents: recordedCost, reservationId };
	}

	#ofSource(source: string): Map<string, Known | null> {
		const events = this.#known.get(source) ?? new Map<string, Known | null>();
		this.#known.set(source, events);

		return events;
	}
}

/** Taken for a duplicate, one tenant's id would hide another tenant's spend. */
const usedByOther: FieldError = {
	pointer: '/id',
	detail: 'was used before by an event of another tenant from this source',
};
