import { ConfigError, readConfig } from '../../../anomaly-service/src/config.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const faultsOf = (env: Record<string, string>) => {
	try {
		readConfig(env);
		return [];
	} catch (error) {
		return error instanceof ConfigError ? error.faults : ['not a ConfigError'];
	}
};

describe('the settings about Slack', () => {
	it('let nobody press when they are not there', () => {
		expect(readConfig({}).slack).toBeUndefined();
	});

	it('name who may, with spaces or without', () => {
		const env = { FUSE_SLACK_SIGNING_SECRET: SECRET, FUSE_SLACK_USERS: 'U012ABC, W034DEF' };

		expect(readConfig(env).slack).toEqual({ signingSecret: SECRET, users: ['U012ABC', 'W034DEF'] });
	});

	it.each([
		[{ FUSE_SLACK_SIGNING_SECRET: SECRET }, 'FUSE_SLACK_USERS: is needed with'],
		[{ FUSE_SLACK_USERS: 'U012ABC' }, 'FUSE_SLACK_SIGNING_SECRET: is needed with'],
		[
			{ FUSE_SLACK_SIGNING_SECRET: SECRET, FUSE_SLACK_USERS: '@ada' },
			'FUSE_SLACK_USERS: expected user ids',
		],
	])('%j is told as wrong, without the secret', (env, fault) => {
		const faults = faultsOf(env).join('\n');

		expect(faults).toContain(fault);
		expect(faults).not.toContain(SECRET);
	});
});
