import { connect } from 'node:net';
import { once } from 'node:events';
import { isUnavailable } from '../../../anomaly-service/src/adapters/postgres/pgErrors.ts';
import { isUndone } from '../../../anomaly-service/src/adapters/sqlState.ts';
import { freePort } from '../../e2e/harness/freePort.ts';

const withCode = (code: string) => Object.assign(new Error('said by Postgres'), { code });

describe('an error of Postgres', () => {
	it.each([
		['08006', 'connection failure'],
		['53100', 'disk full'],
		['53300', 'too many connections'],
		['57014', 'statement over its time limit'],
		['57P01', 'shut down'],
		['57P02', 'crashed'],
		['57P03', 'starting'],
		['25006', 'a standby'],
		['ECONNRESET', 'connection broken'],
		['EAI_AGAIN', 'no name service'],
	])('%s (%s) means that it does not answer', (code) => {
		expect(isUnavailable(withCode(code))).toBe(true);
	});

	it.each([
		['23505', 'unique violation'],
		['28P01', 'wrong password'],
		['3D000', 'no such database'],
		['42883', 'no such function'],
		['40001', 'serialization failure'],
		['ERR_INVALID_ARG_TYPE', 'a fault of ours'],
	])('%s (%s) is an answer', (code) => {
		expect(isUnavailable(withCode(code))).toBe(false);
	});

	it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect'])(
		'without a code is told by what pg says: %s',
		(message) => {
			expect(isUnavailable(new Error(message))).toBe(true);
		},
	);

	it('that is none of these is a defect', () => {
		expect(isUnavailable(new TypeError('Cannot read properties of undefined'))).toBe(false);
		expect(isUnavailable(undefined)).toBe(false);
	});

	it('that comes from every address of a name at once is told as well', async () => {
		const socket = connect({ port: await freePort(), host: 'localhost', autoSelectFamily: true });
		const [error] = await once(socket, 'error').catch((thrown: unknown) => [thrown]);

		expect(isUnavailable(error)).toBe(true);
	});

	it('says that a call was undone for serialization failures and deadlocks only', () => {
		expect(['40001', '40P01', '40003', '57P01'].map((code) => isUndone(withCode(code)))).toEqual([
			true,
			true,
			false,
			false,
		]);
	});
});
