import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './figure.ts';

const INCIDENTS = 100;
const FILE = join(import.meta.dirname, '../test/e2e/timeContainment.ts');

/**
 * One breach after another on real n8n with the templates and the vendors' doubles, each timed from sending the event: to
 * the tenant's block, to the webhook at n8n, to the key in Postgres, to Stripe, to Slack and to Telegram. n8n and the
 * doubles share the machine's cores with the service.
 */
export async function containment(): Promise<Figure[]> {
	const { stdout } = await promisify(execFile)(process.execPath, [FILE, String(INCIDENTS)]);

	return stdout.split('\n').filter(isFigure).map(parseFigure);
}

/** The installation of n8n tells what it does, too. */
function isFigure(line: string): boolean {
	return line.startsWith('{"figure"');
}

function parseFigure(line: string): Figure {
	const { figure, value, unit } = JSON.parse(line) as Figure;

	return { figure, value, unit };
}
