import { chatReader } from './chatForm.ts';

/** Moonshot, known by the names of its models; hosts of the same models put a vendor before the name. */
export const moonshotChat = chatReader({
	name: 'moonshotChat',
	provider: 'moonshot_ai',
	spokenByOthers: true,
	base: 'api.moonshot.ai/v1',
	recognizes: ({ model }) => model.startsWith('kimi-') || model.startsWith('moonshot-'),
});
