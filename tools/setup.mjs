/**
 * Installs what a script needs, the first time only: `node tools/setup.mjs start|all [tools]`.
 * Plain JavaScript for Node 20: it runs before the runtime of the project is there.
 * - `start`: what the service and its replay need, no development tools
 * - `all`: everything the tests need
 * - `tools`: the n8n build and lint tools (tools/n8n), beside `all`
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function lockHash(dir) {
	return createHash('sha256')
		.update(readFileSync(join(dir, 'package-lock.json')))
		.digest('hex');
}

/** What the folder's node_modules were installed for; undefined when they are missing or of another lock file. */
function installed(dir) {
	const stamp = join(dir, 'node_modules', '.llm-fuse-install');
	if (!existsSync(stamp)) return undefined;
	const [hash, scope] = readFileSync(stamp, 'utf8').split(' ');

	return hash === lockHash(dir) ? scope : undefined;
}

function install(dir, scope, args) {
	console.log(`Installing dependencies (${scope}) …`);
	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	const { status } = spawnSync(
		npm,
		['ci', '--no-audit', '--no-fund', '--loglevel=error', ...args],
		{
			cwd: dir,
			stdio: 'inherit',
		},
	);
	if (status !== 0) process.exit(status ?? 1);
	writeFileSync(join(dir, 'node_modules', '.llm-fuse-install'), `${lockHash(dir)} ${scope}`);
}

const wanted = process.argv.slice(2);
const here = installed(root);
if (wanted.includes('all')) {
	if (here !== 'all') install(root, 'all', []);
} else if (here === undefined) {
	install(root, 'start', ['--workspace', 'anomaly-service', '--omit=dev']);
}

if (wanted.includes('tools')) {
	const tools = join(root, 'tools', 'n8n');
	if (installed(tools) === undefined)
		install(tools, 'tools', ['--legacy-peer-deps', '--ignore-scripts']);
	const { linkN8nTools } = await import('./linkN8nTools.mjs');
	// Every time: a fresh install of the root takes the links away.
	linkN8nTools(root);
}
