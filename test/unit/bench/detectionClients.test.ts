import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { detection } from '../../../bench/detection.ts';
import {
	clientsOf,
	readClients,
	SETS,
	TUNING_CLIENTS,
	type Client,
} from '../../../bench/detection/clients.ts';
import { readOptions } from '../../../bench/detection/options.ts';
import { traceClients } from './traceClients.ts';

const [ORDINARY] = traceClients();

function client(changes: Partial<Client>): Client {
	if (!ORDINARY) throw new Error('no client');
	return { ...ORDINARY, ...changes };
}

const folder = mkdtempSync(join(tmpdir(), 'detection-'));
afterAll(() => {
	rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Buffer): string {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
}

function trace(changes: Record<string, unknown> = {}): string {
	return JSON.stringify({ clients: [{ ...client({}), model: 'm-mid', ...changes }] });
}

describe('clients of the detection benchmark', () => {
	it('never check on a client that was used for tuning, whatever file it comes in', () => {
		const [tuned = ''] = TUNING_CLIENTS;
		const clients = [client({ id: tuned }), client({ id: 'm-large/new' })];

		expect(clientsOf('test', clients).map(({ id }) => id)).toEqual(['m-large/new']);
		expect(clientsOf('dev', clients).map(({ id }) => id)).toEqual([tuned]);
	});

	it('are wild when they jump by themselves, and each is in one set', () => {
		const clients = [
			client({ id: 'ordinary' }),
			client({ id: 'jumps', peakToMean: 41 }),
			client({ id: 'grows', weekRatio: 4.1 }),
			client({ id: 'goes', weekRatio: 0.2 }),
		];

		expect(clientsOf('wild', clients).map(({ id }) => id)).toEqual(['jumps', 'grows', 'goes']);
		expect(SETS.flatMap((set) => clientsOf(set, clients))).toHaveLength(clients.length);
	});

	it('are read from plain and from gzipped JSON', () => {
		const plain = readClients(file('plain.json', trace()));
		const zipped = readClients(file('zipped.json.gz', gzipSync(trace())));

		expect(plain).toEqual([client({ tier: 1 })]);
		expect(zipped).toEqual(plain);
	});

	it.each([
		['no list', '{}', 'no list "clients"'],
		['another model', trace({ model: 'm-huge' }), 'client 0: "model" is none of m-small'],
		['half a trace', trace({ rate: [1, 2] }), 'client 0: "rate" is no list of 2016 numbers'],
		['no tokens at all', trace({ input: new Array(56).fill(null) }), '"input" has no slot'],
	])('say what is wrong with a file with %s', (name, content, reason) => {
		expect(() => readClients(file(`${name}.json`, content))).toThrow(reason);
	});

	it.each([
		[{ seeds: '1,x' }, '--seeds: whole numbers from 1'],
		[{ seeds: '0' }, '--seeds: whole numbers from 1'],
		[{ set: 'all' }, '--set: one of dev, test, wild, not all'],
		[{ dimensions: 'some' }, '--dimensions: one of full, classic, not some'],
		[{ clients: '/nowhere.json' }, '--clients: no file /nowhere.json'],
	])('say what is wrong with the options %j', (given, reason) => {
		expect(() => readOptions(given)).toThrow(reason);
	});

	it('are asked for when the file has none of the set', async () => {
		const path = file('few.json', trace());

		await expect(detection({ clients: path, set: 'wild' })).rejects.toThrow(
			'no client of the set wild',
		);
	});
});
