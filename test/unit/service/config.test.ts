import { ConfigError, readConfig } from '../../../anomaly-service/src/config.ts';

const faultsOf = (env: Record<string, string>): readonly string[] => {
	try {
		readConfig(env);
	} catch (error) {
		if (error instanceof ConfigError) return error.faults;
	}
	return [];
};

describe('readConfig', () => {
	it('needs nothing: the embedded defaults are complete', () => {
		expect(readConfig({})).toMatchObject({
			host: '127.0.0.1',
			port: 8787,
			dataDir: '.data',
			capMicroCents: 1_000_000_000,
			ratioPct: 400,
			limits: [],
		});
	});

	it('reports all faults together, naming each setting', () => {
		const faults = faultsOf({
			FUSE_PORT: '99999',
			FUSE_SPEND_CAP_USD_PER_MINUTE: '-1',
			FUSE_LOG_LEVEL: 'loud',
			FUSE_PROT: '1',
		});

		expect(faults.map((fault) => fault.split(':')[0])).toEqual([
			'FUSE_PROT',
			'FUSE_PORT',
			'FUSE_LOG_LEVEL',
			'FUSE_SPEND_CAP_USD_PER_MINUTE',
		]);
	});

	it('never repeats a key in a fault', () => {
		const [fault] = faultsOf({ FUSE_ADMIN_KEY: 'short-secret' });

		expect(fault).toContain('FUSE_ADMIN_KEY');
		expect(fault).not.toContain('short-secret');
	});

	it('takes an empty variable as not set', () => {
		expect(readConfig({ FUSE_PORT: '' }).port).toBe(8787);
	});

	it('turns budgets into limits in micro-cents', () => {
		expect(
			readConfig({ FUSE_TENANT_USD_PER_DAY: '2.5', FUSE_GLOBAL_REQUESTS_PER_MINUTE: '9' }).limits,
		).toMatchObject([
			{
				variable: 'FUSE_TENANT_USD_PER_DAY',
				limit: {
					id: 'tenant-microCents-day',
					window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' },
					capacity: 250_000_000,
					shared: false,
					whenStoreDown: 'closed',
				},
			},
			{
				variable: 'FUSE_GLOBAL_REQUESTS_PER_MINUTE',
				limit: {
					id: 'global-requests-1m',
					window: { kind: 'rolling', windowMs: 60_000 },
					capacity: 9,
					shared: true,
					whenStoreDown: 'open',
				},
			},
		]);
	});
});
