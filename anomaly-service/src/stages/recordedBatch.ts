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
type Key = { source: string; id: string };

/** Tells, row by row in the order they were sent, what the database made of a batch. */
export class RecordedBatch {
	readonly #added: Set<string>;
	readonly #known: Map<string, Known>;

	constructor({ added, known }: DatabaseFunctions['record_usage']['result']) {
		this.#added = new Set(added.map(keyOf));
		this.#known = new Map(known.map((event) => [keyOf(event), event]));
	}

	/** A key is new once: the same event a second time in one batch is a duplicate too. */
	answer(row: UsageRow): Recorded {
		const key = keyOf(row);
		const { tenant_id: tenantId, cost_micro_cents: costMicroCents } = row;
		const given = { tenantId, costMicroCents, reservationId: row.reservation_id };
		if (this.#added.delete(key)) {
			this.#known.set(key, given);
			return { outcome: 'recorded', costMicroCents, settlement: null };
		}
		const known = this.#known.get(key) ?? given;
		if (known.tenantId !== tenantId) return { outcome: 'rejected', errors: [usedByOther] };

		const { costMicroCents: recordedCost, reservationId } = known;
		return { outcome: 'duplicate', costMicroCents: recordedCost, reservationId };
	}
}

/** Taken for a duplicate, one tenant's id would hide another tenant's spend. */
const usedByOther: FieldError = {
	pointer: '/id',
	detail: 'was used before by an event of another tenant from this source',
};

function keyOf({ source, id }: Key): string {
	return JSON.stringify([source, id]);
}
