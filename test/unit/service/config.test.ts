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

	it('has no embedder but the features unless one is asked for', () => {
		expect(readConfig({ FUSE_EMBEDDER_KEY: 'sk-1' }).embedder).toEqual({ kind: 'features' });
		expect(readConfig({ FUSE_EMBEDDER: 'openai', FUSE_EMBEDDER_KEY: 'sk-1' }).embedder).toEqual({
			kind: 'openai',
			url: 'https://api.openai.com/v1',
			key: 'sk-1',
			model: 'text-embedding-3-small',
			budgetPerDay: 50_000_000,
		});
	});

	it('needs a key for the embeddings of OpenAI, and none for those of a server of one’s own', () => {
		expect(faultsOf({ FUSE_EMBEDDER: 'openai' })).toEqual([
			'FUSE_EMBEDDER_KEY: is needed to ask OpenAI for embeddings',
		]);
		const own = { FUSE_EMBEDDER: 'openai', FUSE_EMBEDDER_URL: 'http://127.0.0.1:11434/v1' };
		expect(readConfig(own).embedder).toMatchObject({ key: undefined });
	});

	describe('a Supabase project', () => {
		const project = {
			SUPABASE_URL: 'https://project.supabase.co',
			SUPABASE_SECRET_KEY: 'sb_secret_0123456789',
		};
		const signingKey = { FUSE_SIGNING_KEY: 's'.repeat(32) };
		const named = (env: Record<string, string>) =>
			faultsOf(env).map((fault) => fault.split(':')[0]);

		it('is an address and a secret key', () => {
			expect(readConfig({ ...project, ...signingKey }).supabase).toEqual({
				url: project.SUPABASE_URL,
				secretKey: project.SUPABASE_SECRET_KEY,
			});
			expect(readConfig({}).supabase).toBeUndefined();
		});

		it('is told as a whole, with the key that replicas share, and as the only database', () => {
			const { SUPABASE_URL, SUPABASE_SECRET_KEY } = project;
			const DATABASE_URL = 'postgres://127.0.0.1/fuse';

			expect(named({ SUPABASE_URL })).toEqual(['FUSE_SIGNING_KEY', 'SUPABASE_SECRET_KEY']);
			expect(named({ SUPABASE_SECRET_KEY })).toEqual(['SUPABASE_URL']);
			expect(named({ ...project, ...signingKey, DATABASE_URL })).toEqual(['SUPABASE_URL']);
		});

		it('takes no publishable key, and does not repeat one', () => {
			const key = 'sb_publishable_0123456789';
			const [fault] = faultsOf({ ...project, ...signingKey, SUPABASE_SECRET_KEY: key });

			expect(fault).toContain('SUPABASE_SECRET_KEY: expected sb_secret_…');
			expect(fault).not.toContain(key);
		});
	});
});
