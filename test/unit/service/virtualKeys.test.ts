import type { BroadcastMessage, Received } from '../../../anomaly-service/src/ports/broadcast.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { HeldKey } from '../../../anomaly-service/src/ports/virtualKeyFunctions.ts';
import { VirtualKeys } from '../../../anomaly-service/src/stages/virtualKeys.ts';

const KEY = `fusevk_${'a'.repeat(43)}`;
const held: HeldKey = {
	...{ keyId: 'vk_1', tenantId: 'acme', name: null },
	...{ expiresAt: null, revokedAt: null, incidentId: null },
};

/** Replicas that share one database and hear each other at once. */
function replicas(count: number) {
	const stored = new Map<string, HeldKey>();
	const reads: string[][] = [];
	const handlers: ((received: Received) => void)[] = [];
	let afterRead = async (): Promise<void> => undefined;
	const answers: Record<string, (args: { hashes: string[] }) => unknown> = {
		find_virtual_keys: async ({ hashes }) => {
			reads.push(hashes);
			const rows = hashes.flatMap((keyHash) =>
				[...stored.values()].slice(0, 1).map((key) => ({ ...key, keyHash })),
			);
			await afterRead();
			return rows;
		},
		revoke_virtual_keys: () => {
			stored.set('acme', { ...held, revokedAt: 5, incidentId: 'inc_1' });
			return { keyIds: ['vk_1'] };
		},
		changed_virtual_keys: () => ({ until: 'now', tenantIds: ['acme'] }),
	};
	const database: Database = {
		call: async (name, args) => (await answers[name]?.(args as never)) as never,
		close: async () => undefined,
	};
	const made = Array.from({ length: count }, (_, index) => {
		const self = String(index);
		const broadcast = {
			self,
			publish: async (message: BroadcastMessage) => {
				for (const [at, handle] of handlers.entries())
					if (at !== index) handle({ from: self, message });
			},
			listen: (handler: (received: Received) => void) => void (handlers[index] = handler),
			onGap: () => undefined,
			close: async () => undefined,
		};
		return new VirtualKeys({ broadcast, database });
	});

	return {
		replicas: made,
		...{ reads, stored },
		onRead: (then: () => Promise<void>) => (afterRead = then),
	};
}
const all = { incidentId: 'inc_1', reason: 'runaway', actor: 'test', now: 5 };

describe('virtual keys of several replicas', () => {
	it('are refused everywhere by the first request after the revocation was answered', async () => {
		const { replicas: made, stored } = replicas(3);
		stored.set('acme', held);
		for (const keys of made) {
			expect(await keys.identify(KEY, 1)).toMatchObject({ kind: 'caller' });
		}
		await made[0]?.revokeTenant('acme', all);

		for (const keys of made) {
			expect(await keys.identify(KEY, 6)).toEqual({
				...{ kind: 'revoked', at: 5, incidentId: 'inc_1' },
			});
		}
	});

	it('are refused by a request that was reading while they were revoked', async () => {
		const { replicas: made, stored, onRead } = replicas(2);
		stored.set('acme', held);
		onRead(async () => {
			onRead(async () => undefined);
			await made[1]?.revokeTenant('acme', all);
		});

		expect(await made[0]?.identify(KEY, 6)).toMatchObject({ kind: 'revoked' });
		expect(await made[0]?.identify(KEY, 6)).toMatchObject({ kind: 'revoked' });
	});

	it('are refused once the changes were read that a lost broadcast did not tell', async () => {
		const { replicas: made, stored } = replicas(1);
		stored.set('acme', held);
		await made[0]?.identify(KEY, 1);
		stored.set('acme', { ...held, revokedAt: 5 });
		await made[0]?.load();

		expect(await made[0]?.identify(KEY, 6)).toMatchObject({ kind: 'revoked' });
	});
});

describe('a virtual key', () => {
	const one = () => {
		const { replicas: made, ...rest } = replicas(1);
		const [keys] = made;
		if (!keys) throw new RangeError('there is one replica');
		return { keys, ...rest };
	};

	it('is read once, however often it calls', async () => {
		const { keys, stored, reads } = one();
		stored.set('acme', held);
		await keys.identify(KEY, 1);

		const caller = { keyId: 'vk_1', name: 'vk_1', role: 'call', tenantId: 'acme' };
		for (let n = 0; n < 3; n++) expect(keys.identify(KEY, 2)).toEqual({ kind: 'caller', caller });
		expect(reads).toHaveLength(1);
	});

	it('that does not exist is looked for once', async () => {
		const { keys, reads } = one();
		for (let n = 0; n < 3; n++) expect(await keys.identify(KEY, n)).toEqual({ kind: 'unknown' });

		expect(reads).toHaveLength(1);
	});

	it('is not looked for when it does not look like one', async () => {
		const { keys, reads } = one();
		for (const other of ['fuse_x', 'fusevk_short', `${KEY}x`, `x${KEY}`]) {
			expect(keys.identify(other, 1)).toBeUndefined();
		}

		expect(reads).toEqual([]);
	});

	it('costs the database one question at a time, however many are invented', async () => {
		const { keys, reads } = one();
		await Promise.all(
			Array.from({ length: 5000 }, (_, n) =>
				Promise.resolve(keys.identify(`fusevk_${String(n).padStart(43, '0')}`, 1)),
			),
		);

		expect(reads.length).toBeLessThanOrEqual(6);
	});

	it('ends when it expires', async () => {
		const { keys, stored } = one();
		stored.set('acme', { ...held, expiresAt: 10 });

		expect(await keys.identify(KEY, 9)).toMatchObject({ kind: 'caller' });
		expect(await keys.identify(KEY, 10)).toEqual({ kind: 'expired', at: 10 });
	});
});
