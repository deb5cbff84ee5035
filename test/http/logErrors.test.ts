import { errorFields } from '../../anomaly-service/src/adapters/pino/pinoLog.ts';

describe('a logged error', () => {
	it('tells its type, message, code and stack, never the parameters of a query', () => {
		const error = Object.assign(new TypeError('duplicate key', { cause: new Error('socket') }), {
			code: '23505',
			params: ['hunter2'],
			query: 'select hunter2',
		});
		const fields = errorFields(error);

		expect(Object.keys(fields)).toEqual(['type', 'message', 'code', 'stack']);
		expect(fields).toMatchObject({ type: 'TypeError', message: 'duplicate key', code: '23505' });
		expect(fields['stack']).toContain('caused by: Error: socket');
		expect(JSON.stringify(fields)).not.toContain('hunter2');
	});

	it('may be anything that was thrown', () => {
		expect(errorFields('no')).toEqual({ type: 'string', message: 'no' });
	});
});
