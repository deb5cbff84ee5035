import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { count, text } from '../../shared/reading.ts';

export const verify: Operation = {
	value: 'verify',
	name: 'Verify',
	action: 'Verify the audit log',
	description:
		'Check that every entry is as it was written, where it was written, and none is gone',
	role: 'read',
	fields: [
		{
			displayName: 'Known Position',
			name: 'knownPosition',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description: 'The position of the head that an earlier Verify gave; 0 the first time',
		},
		{
			displayName: 'Known Hash',
			name: 'knownHash',
			type: 'string',
			default: '',
			placeholder: 'e.g. 9b1c…',
			description:
				'The hash of that head. Without it nobody can tell whether the end was cut off or everything was written anew.',
		},
	],
	async run(call) {
		const expectedHash = text(call, 'knownHash');
		const expectedPosition = count(call, 'knownPosition', 'Known Position');
		const query = expectedHash === '' ? {} : { expectedPosition, expectedHash };

		return [await askOne(call, { path: '/v1/audit/verify', query })];
	},
};
