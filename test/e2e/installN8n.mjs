/**
 * Brings the two packages the end-to-end tests drive, n8n itself (2.2 GB) and the vendor doubles (0.6 GB), into a cache
 * outside the checkout, one folder per lock file: a second run is instant, and a changed lock never meets old files.
 * Plain JavaScript, so that it also runs on the Node a machine happens to have.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

export const installN8n = () =>
	// Lifecycle scripts stay off, because some of n8n's 2100 packages download binaries in theirs; sqlite3 is the one
	// native module that n8n cannot start without and that ships no prebuilt file.
	installOnce({ name: 'n8n', source: join(here, 'n8n'), rebuild: ['sqlite3'] });

export const installDoubles = () => installOnce({ name: 'e2e', source: here, rebuild: [] });

/** Returns the folder that holds node_modules. It exists only when the whole installation succeeded. */
function installOnce({ name, source, rebuild }) {
	const lock = readFileSync(join(source, 'package-lock.json'));
	const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
	const target = join(cacheFolder(), `${name}-${hash}`);
	if (existsSync(target)) return target;

	mkdirSync(cacheFolder(), { recursive: true });
	const unfinished = mkdtempSync(join(cacheFolder(), `.${name}-`));
	try {
		for (const file of ['package.json', 'package-lock.json']) {
			cpSync(join(source, file), join(unfinished, file));
		}
		npm(unfinished, [
			'ci',
			'--legacy-peer-deps',
			'--ignore-scripts',
			'--no-audit',
			'--no-fund',
			'--loglevel=error',
		]);
		if (rebuild.length > 0) npm(unfinished, ['rebuild', ...rebuild]);
		moveIntoPlace(unfinished, target);
	} finally {
		rmSync(unfinished, { recursive: true, force: true });
	}
	return target;
}

function moveIntoPlace(unfinished, target) {
	try {
		renameSync(unfinished, target);
	} catch (error) {
		// Another run finished the same installation first: its folder is as good as ours.
		if (!existsSync(target)) throw error;
	}
}

function npm(folder, args) {
	process.stderr.write(`npm ${args.join(' ')} (in ${folder})\n`);
	execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

function cacheFolder() {
	const chosen = process.env.LLM_FUSE_CACHE;
	return chosen || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'llm-fuse');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	process.stdout.write(`${installDoubles()}\n${installN8n()}\n`);
}
