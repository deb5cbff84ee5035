import { inputTokens, outputTokens } from '../usage.ts';
import { anthropicChat } from './anthropicChat.ts';
import { anthropicMessages } from './anthropicMessages.ts';
import { azureOpenaiChat } from './azureOpenaiChat.ts';
import { azureOpenaiResponses } from './azureOpenaiResponses.ts';
import { aroundBareUsage } from './bareUsage.ts';
import { bedrockConverse } from './bedrockConverse.ts';
import { bedrockInvoke } from './bedrockInvoke.ts';
import { awsCostLine } from './billing/awsCostLine.ts';
import { awsLambdaReport } from './billing/awsLambdaReport.ts';
import { awsS3Request } from './billing/awsS3Request.ts';
import { twilioCall } from './billing/twilioCall.ts';
import { twilioMessage } from './billing/twilioMessage.ts';
import { twilioUsageRecord } from './billing/twilioUsageRecord.ts';
import { readerFinder } from './candidates.ts';
import { cohereV1 } from './cohereV1.ts';
import { cohereV2 } from './cohereV2.ts';
import { isCount, shown } from './counts.ts';
import { deepseekChat } from './deepseekChat.ts';
import { parsedText } from './eventText.ts';
import { geminiChat } from './geminiChat.ts';
import { geminiGenerate } from './geminiGenerate.ts';
import { geminiInteractions } from './geminiInteractions.ts';
import { groqChat } from './groqChat.ts';
import { mistralChat } from './mistralChat.ts';
import { moonshotChat } from './moonshotChat.ts';
import { ollamaChat } from './ollamaChat.ts';
import { ollamaEmbed } from './ollamaEmbed.ts';
import { ollamaGenerate } from './ollamaGenerate.ts';
import { openaiRealtime, openaiTranscription } from './openaiAudio.ts';
import { openaiChat } from './openaiChat.ts';
import { openaiEmbeddings } from './openaiEmbeddings.ts';
import { openaiImages } from './openaiImages.ts';
import { openaiResponses } from './openaiResponses.ts';
import { openrouterChat } from './openrouterChat.ts';
import { openrouterResponses } from './openrouterResponses.ts';
import { isRecord, type JsonRecord, type UsageReader, type UsageReading } from './reading.ts';
import { batchTier } from './serviceTier.ts';
import { wholeBody } from './streams/index.ts';
import { unwrapped } from './unwrapped.ts';
import { vertexEmbeddings } from './vertexEmbeddings.ts';
import { xaiChat } from './xaiChat.ts';
import { xaiMedia } from './xaiMedia.ts';
import { xaiResponses } from './xaiResponses.ts';

/**
 * Asked in this order; the first that knows the form reads it, so a vendor's own signs come before the form it shares
 * with others. A new vendor is one file and one line.
 */
export const USAGE_READERS: readonly UsageReader[] = [
	awsCostLine,
	awsLambdaReport,
	awsS3Request,
	twilioCall,
	twilioMessage,
	twilioUsageRecord,
	geminiGenerate,
	geminiInteractions,
	vertexEmbeddings,
	bedrockConverse,
	bedrockInvoke,
	ollamaChat,
	ollamaEmbed,
	ollamaGenerate,
	cohereV2,
	cohereV1,
	openaiEmbeddings,
	openaiImages,
	openaiRealtime,
	openaiTranscription,
	xaiMedia,
	openrouterResponses,
	azureOpenaiResponses,
	xaiResponses,
	openaiResponses,
	groqChat,
	openrouterChat,
	azureOpenaiChat,
	xaiChat,
	deepseekChat,
	mistralChat,
	moonshotChat,
	geminiChat,
	anthropicChat,
	openaiChat,
	anthropicMessages,
];

const readerOf = readerFinder(USAGE_READERS);

/**
 * What a vendor says about its usage: a whole response, the list of the events of one stream, the text of either, or a
 * bare usage object; as they are, or as n8n and HTTP clients wrap them. Never throws.
 */
export function readUsage(body: unknown): UsageReading {
	const { content, isBatch } = unwrapped(body);
	const reading = Array.isArray(content) ? readList(content) : readRecord(content);
	if (!isBatch || reading.outcome === 'unknown') return safe(reading);

	const serviceTier = batchTier(reading.facts.serviceTier);
	return safe({ ...reading, facts: { ...reading.facts, serviceTier } });
}

function readList(list: readonly unknown[]): UsageReading {
	const contents = list.map((entry) =>
		typeof entry === 'string' ? parsedText(entry) : unwrapped(entry).content,
	);
	const events = contents.flatMap((entry) => (Array.isArray(entry) ? entry : [entry]));
	const records = events.filter(isRecord);
	const whole = wholeBody(records);
	if (whole) return readRecord(whole);

	return records.length === 1 ? readRecord(records[0]) : { outcome: 'unknown' };
}

function readRecord(body: unknown): UsageReading {
	if (!isRecord(body)) return { outcome: 'unknown' };
	const reader = readerOf(body);
	if (reader) return reader.read(body);

	const event = wholeBody([body]);
	return (event && readerOf(event)?.read(event)) ?? readBare(body);
}

function readBare(body: JsonRecord): UsageReading {
	const around = aroundBareUsage(body);
	const reading = around && readerOf(around.body)?.read(around.body);
	if (reading?.outcome !== 'inconsistent') return reading ?? { outcome: 'unknown' };

	const errors = reading.errors.map(({ pointer, detail }) => ({
		pointer: pointer.replace(`/${around?.key ?? ''}`, ''),
		detail,
	}));
	return { ...reading, errors };
}

/** Counts may be right one by one and add up to more than a number holds. */
function safe(reading: UsageReading): UsageReading {
	if (reading.outcome !== 'read') return reading;
	for (const { usage } of reading.calls) {
		const sum = inputTokens(usage) + outputTokens(usage);
		if (isCount(sum)) continue;

		const detail = `The tokens add up to ${shown(sum)}, which is no count of tokens`;
		return {
			outcome: 'inconsistent',
			facts: reading.facts,
			errors: [{ pointer: '/usage', detail }],
		};
	}
	return reading;
}
