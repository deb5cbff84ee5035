import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `n8n-node` lives in tools/n8n, with a lock file of its own: in one tree with the rest npm's resolver finds no end.
 * `npm run build`, `npm run lint` and eslint.config.mjs look for it at the root, so it is linked there.
 */
const LINKS = [
	['@n8n/node-cli', 'dir'],
	['.bin/n8n-node', 'file'],
];

/** Links the installed n8n tools into `node_modules` of `root`; returns false when tools/n8n is not installed. */
export function linkN8nTools(root) {
	const tools = join(root, 'tools', 'n8n', 'node_modules');
	if (!existsSync(join(tools, '@n8n', 'node-cli'))) return false;

	for (const [name, type] of LINKS) link(join(tools, name), join(root, 'node_modules', name), type);
	return true;
}

function link(target, path, type) {
	// Relative, so that a moved or mounted checkout keeps working; a junction on Windows has to be absolute.
	const isWindows = process.platform === 'win32';
	const value = isWindows ? target : relative(dirname(path), target);
	const present = lstatSync(path, { throwIfNoEntry: false });
	if (present?.isSymbolicLink() && readlinkSync(path) === value) return;

	if (present) rmSync(path, { recursive: true });
	mkdirSync(dirname(path), { recursive: true });
	symlinkSync(value, path, isWindows && type === 'dir' ? 'junction' : type);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const root = join(dirname(fileURLToPath(import.meta.url)), '..');
	if (!linkN8nTools(root)) {
		console.error('tools/n8n is not installed: run npm ci --prefix tools/n8n first');
		process.exitCode = 1;
	}
}
