/**
 * The direction of imports: routes → pipeline → stages → core; ports are implemented by adapters, and only the
 * composition root knows both.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
	forbidden: [
		{
			name: 'no-cycles',
			severity: 'error',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'core-is-pure',
			comment: 'core/ imports itself and node:crypto, nothing else',
			severity: 'error',
			from: { path: '^core/' },
			to: { pathNot: ['^core/', '^(node:)?crypto$'] },
		},
		{
			name: 'nodes-import-core-only',
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: { pathNot: ['^(nodes|credentials|core)/', 'n8n-workflow', '^(node:)?crypto$'] },
		},
		{
			name: 'ports-know-nobody',
			severity: 'error',
			from: { path: '^anomaly-service/src/ports/' },
			to: { pathNot: ['^anomaly-service/src/ports/', '^core/'] },
		},
		{
			name: 'detectors-look-at-views-only',
			severity: 'error',
			from: { path: '^anomaly-service/src/detectors/' },
			to: {
				pathNot: [
					'^anomaly-service/src/detectors/',
					'^anomaly-service/src/stages/tenantActivity',
					'^core/',
				],
			},
		},
		{
			name: 'stages-do-not-look-up',
			severity: 'error',
			from: { path: '^anomaly-service/src/stages/' },
			to: {
				path: '^anomaly-service/src/(http|adapters|pipeline|app|service|build|background|main)',
			},
		},
		{
			name: 'pipeline-does-not-look-up',
			severity: 'error',
			from: { path: '^anomaly-service/src/pipeline' },
			to: { path: '^anomaly-service/src/(http|adapters|app|service|build|background|main)' },
		},
		{
			name: 'http-knows-no-adapter',
			severity: 'error',
			from: { path: '^anomaly-service/src/(http|app)' },
			to: { path: '^anomaly-service/src/(adapters|service|build|background|main)' },
		},
		{
			name: 'adapters-know-ports-only',
			severity: 'error',
			from: { path: '^anomaly-service/src/adapters/' },
			to: {
				path: '^anomaly-service/src/(http|stages|detectors|pipeline|app|service|build|background|main)',
			},
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'test/tsconfig.json' },
		enhancedResolveOptions: {
			conditionNames: ['import', 'node', 'default'],
			exportsFields: ['exports'],
		},
	},
};
