import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Builds and packs the node package and unpacks the tarball where n8n keeps community packages. Only from there do the
 * node types keep their published names; in `custom` they would be called `CUSTOM.fuseGate`.
 * LLM_FUSE_TARBALL names a tarball to take instead, such as the very one that is about to be published.
 */
export function installPackage(userFolder: string): void {
	const tarball = process.env['LLM_FUSE_TARBALL'] ?? pack(userFolder);
	const target = join(userFolder, '.n8n/nodes/node_modules', packageName());
	mkdirSync(target, { recursive: true });
	execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]);
}

function pack(folder: string): string {
	npm(['run', 'build']);
	const packed = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
	return join(folder, tarballName(JSON.parse(packed)));
}

function npm(args: string[]): string {
	return execFileSync('npm', args, {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
	});
}

function packageName(): string {
	const { name }: { name: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	return name;
}

/** npm ≤ 11 prints a list of packages, npm 12 an object by package name. */
function tarballName(packed: object): string {
	const [first]: Array<{ filename: string }> = Object.values(packed);
	if (first === undefined) throw new Error('npm pack made no tarball');
	return first.filename;
}
