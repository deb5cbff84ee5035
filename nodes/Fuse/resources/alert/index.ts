import type { Resource } from '../../shared/operation.ts';
import { acknowledge } from './acknowledge.ts';
import { getAll } from './getAll.ts';
import { getMutes } from './getMutes.ts';
import { getRouting } from './getRouting.ts';
import { markAsFine } from './markAsFine.ts';
import { markAsIncident } from './markAsIncident.ts';
import { mute } from './mute.ts';
import { preview } from './preview.ts';
import { resetRouting } from './resetRouting.ts';
import { setRouting } from './setRouting.ts';
import { unmute } from './unmute.ts';

export const alert: Resource = {
	value: 'alert',
	name: 'Alert',
	operations: [
		acknowledge,
		getAll,
		getMutes,
		getRouting,
		markAsFine,
		markAsIncident,
		mute,
		preview,
		resetRouting,
		setRouting,
		unmute,
	],
};
