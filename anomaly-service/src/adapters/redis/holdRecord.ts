import {
	amountOf,
	type CallSize,
	type CallSubjects,
	type Counter,
} from '../../../../core/limits.ts';
import { parseCounterId } from '../../../../core/counterId.ts';
import { sliceStart } from '../../../../core/windows.ts';
import type { FoundHold, Hold, HoldEntry } from '../../ports/counters.ts';
import { Packer } from './bytes.ts';
import { packCounter, sizeValues } from './limitArgs.ts';

/** As lua/includes/holds.lua has it. */
const HEADER_BYTES = 58;
const STATES: Record<string, FoundHold['state']> = {
	h: 'held',
	s: 'settled',
	r: 'released',
	x: 'expired',
};

/** A hold that is put back into one partition, with what it holds of there. */
export function packHold(hold: Hold, entries: readonly HoldEntry[], holdsShared: boolean): Buffer {
	const { call, size, admittedAt, expiresAt } = hold;
	const definitions = new Packer();
	for (const { counter, slice } of entries) packCounter(definitions, counter, slice);

	return new Packer()
		.raw(Buffer.from('h'))
		.byte(holdsShared ? 1 : 0)
		.double(expiresAt)
		.double(0)
		.double(admittedAt)
		.doubles(sizeValues(size))
		.text(JSON.stringify(call))
		.raw(definitions.take())
		.take();
}

export function readFoundHold(record: Buffer): FoundHold {
	return { state: stateOf(record), microCents: record.readDoubleLE(26) };
}

/** A held or expired hold of a tenant's partition. */
export function readHold(reservationId: string, record: Buffer): Hold {
	const admittedAt = record.readDoubleLE(18);
	const size = {
		microCents: record.readDoubleLE(26),
		inputTokens: record.readDoubleLE(34),
		cacheReadTokens: record.readDoubleLE(42),
		outputTokens: record.readDoubleLE(50),
	};
	const callAt = HEADER_BYTES + 2;
	const definitionsAt = callAt + record.readUInt16LE(HEADER_BYTES);
	return {
		reservationId,
		call: parseCall(record.toString('utf8', callAt, definitionsAt)),
		size,
		admittedAt,
		expiresAt: record.readDoubleLE(2),
		entries: countersIn(record.subarray(definitionsAt)).map((counter) =>
			entryOf(counter, size, admittedAt),
		),
	};
}

function entryOf(counter: Counter, size: CallSize, admittedAt: number): HoldEntry {
	const slice = counter.window === null ? 0 : sliceStart(counter.window, admittedAt);

	return { counter, slice, amount: amountOf(counter.unit, size) };
}

function countersIn(definitions: Buffer): Counter[] {
	const counters: Counter[] = [];
	for (let at = 0; at < definitions.length; ) {
		const idAt = at + 20;
		const end = idAt + definitions.readUInt16LE(at + 18);
		const counter = parseCounterId(definitions.toString('utf8', idAt, end), false);
		if (counter) counters.push(counter);
		at = end;
	}
	return counters;
}

function stateOf(record: Buffer): FoundHold['state'] {
	const state = STATES[record.toString('latin1', 0, 1)];
	if (!state) throw new TypeError('a hold in a state nobody knows');

	return state;
}

/** What we wrote ourselves. */
function parseCall(text: string): CallSubjects {
	return JSON.parse(text) as CallSubjects;
}
