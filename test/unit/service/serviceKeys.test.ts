import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { newServiceKey, ServiceKeys } from '../../../anomaly-service/src/stages/serviceKeys.ts';

describe('a revoked service key', () => {
	it('stays revoked when the keys are read again before the database knows', async () => {
		const stored: { keyHash: string }[] = [];
		let release: () => void = () => undefined;
		const isReleased = new Promise<void>((resolve) => (release = resolve));
		const answers: Record<string, (args: { key: { keyHash: string } }) => unknown> = {
			list_service_keys: () => [...stored],
			create_service_key: ({ key }) => ({ created: stored.push(key) > 0 }),
			revoke_service_key: async () => {
				await isReleased;
				stored.length = 0;
				return { outcome: 'revoked' };
			},
		};
		const database: Database = {
			call: async (name, args) => (await answers[name]?.(args as never)) as never,
			close: async () => undefined,
		};
		const keys = new ServiceKeys(database, () => undefined);
		const key = newServiceKey();
		const by = { actor: 'test', now: 0 };
		const caller = await keys.register(key, { name: 'n8n', role: 'ask', tenantId: null }, by);

		const revoking = keys.revoke(caller?.keyId ?? '', by);
		await keys.load();
		release();
		expect(await revoking).toBe('revoked');
		expect(keys.identify(key)).toBeUndefined();
	});
});
