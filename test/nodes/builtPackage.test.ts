import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/paths.ts';

const manifest: { n8n: { nodes: string[]; credentials: string[] } } = JSON.parse(
	readFileSync(join(ROOT, 'package.json'), 'utf8'),
);
const entries = [...manifest.n8n.nodes, ...manifest.n8n.credentials];

describe('the built package', () => {
	let installed: string;

	// As n8n installs it: away from the sources, with n8n's own modules reachable through NODE_PATH only.
	beforeAll(() => {
		installed = mkdtempSync(join(tmpdir(), 'n8n-nodes-llm-fuse-'));
		cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
		// What `n8n-node build` does: the compiler, then the icons.
		const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
		execFileSync(process.execPath, [compiler, '-p', ROOT, '--outDir', join(installed, 'dist')]);
		cpSync(join(ROOT, 'icons'), join(installed, 'dist/icons'), { recursive: true });
	});
	afterAll(() => rmSync(installed, { recursive: true, force: true }));

	it.each(entries)('%s loads with plain require', (entry) => {
		const className = /(\w+)\.(?:node|credentials)\.js$/.exec(entry)?.[1] ?? '';
		const program = `const m = require(${JSON.stringify(join(installed, entry))}); process.stdout.write(JSON.stringify(new m[${JSON.stringify(className)}]()))`;

		const printed = execFileSync(process.execPath, ['-e', program], {
			env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules') },
			encoding: 'utf8',
		});

		const built = JSON.parse(printed) as object;
		expect(Object.keys(built).length).toBeGreaterThan(0);
	});

	it.each(manifest.n8n.nodes)('%s has its codex and its icons beside it', (entry) => {
		const codex: { node: string; categories: string[] } = JSON.parse(
			readFileSync(join(installed, entry.replace(/js$/, 'json')), 'utf8'),
		);

		expect(codex.node.toLowerCase()).toBe(
			`n8n-nodes-llm-fuse.${/(\w+)\.node\.js$/.exec(entry)?.[1]?.toLowerCase()}`,
		);
		expect(codex.categories).not.toContain('Core Nodes');
		expect(existsSync(join(installed, 'dist/icons/fuse.svg'))).toBe(true);
		expect(existsSync(join(installed, 'dist/icons/fuse.dark.svg'))).toBe(true);
	});

	it('shares core as CommonJS, without the module type the service needs', () => {
		expect(existsSync(join(installed, 'dist/core/webhookSignature.js'))).toBe(true);
		expect(existsSync(join(installed, 'dist/core/package.json'))).toBe(false);
	});
});
