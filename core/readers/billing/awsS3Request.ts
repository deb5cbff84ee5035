import { textAt, type UsageReader } from '../reading.ts';
import { S3_READ_MICRO_CENTS, S3_WRITE_MICRO_CENTS } from './awsRates.ts';
import { billFacts, billedOnce } from './billedOnce.ts';

/**
 * One line of an S3 server access log, in `message` as log collectors send it. Priced by its operation from the
 * published rates; what it stored or sent out of the region is on the bill only.
 */
export const awsS3Request: UsageReader = {
	name: 'awsS3Request',
	signs: ['message'],

	matches: (body) => LINE.test(textAt(body, 'message') ?? ''),

	read(body) {
		const parts = LINE.exec(textAt(body, 'message') ?? '') ?? [];
		const [, requestId, operation = '', status] = parts;

		return billedOnce(billFacts('aws', 's3', requestId), requestCost(operation, Number(status)));
	},
};

/** owner bucket [time] ip requester REQUEST-ID OPERATION key "request line" STATUS … */
const LINE =
	/^\S{1,128} \S{1,64} \[[^\]]{20,40}\] \S{1,64} \S{1,256} ([A-Z0-9]{8,32}) ((?:REST|SOAP|BATCH|S3)\.[A-Z0-9_.]{3,64}) \S{1,3072} (?:"[^"]{0,4096}"|-) (\d{3}|-) /;

/** Lists are reads in HTTP and writes on the bill. */
const WRITES = /^\w+\.(?:PUT|POST|COPY)\.|^REST\.GET\.(?:BUCKET|BUCKETVERSIONS|UPLOADS)$/;
const FREE = /^\w+\.(?:DELETE|OPTIONS)\.|^S3\.(?:EXPIRE|DELETE|CREATE)/;

function requestCost(operation: string, status: number): number {
	// AWS does not bill what it failed to serve.
	if (status >= 500 || FREE.test(operation)) return 0;

	return WRITES.test(operation) ? S3_WRITE_MICRO_CENTS : S3_READ_MICRO_CENTS;
}
