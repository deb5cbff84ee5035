import { z } from 'zod';
import { instant, tenantId } from './common.ts';

const place = { x: z.number(), y: z.number() };
const score = {
	at: instant,
	distance: z.number().meta({ description: 'Cosine distance to the nearest centroid, 0 to 2' }),
	strength: z
		.number()
		.meta({ description: 'In units of the limit that held then: above 1 is flagged' }),
};

export const behaviourAnswer = z
	.object({
		tenantId,
		from: instant,
		to: instant,
		baselineVersion: z.int(),
		space: z.string().meta({ description: '“features”, or the text embedder the vectors are of' }),
		limit: z.number().meta({ description: 'tan of the angle at which a snapshot is flagged now' }),
		threshold: z.number().meta({ description: 'The same as a cosine distance' }),
		explained: z
			.number()
			.meta({ description: 'Share of what varies that the plane shows, 0 to 1' }),
		centroids: z.array(
			z.object({
				...place,
				weight: z.number().nullable().meta({ description: 'Share of the snapshots near it' }),
				radius: z.number().meta({
					description: 'Of the limit around it. On the plane all of it is shown, not only its cut',
				}),
			}),
		),
		snapshots: z.array(z.object({ ...score, ...place, flagged: z.boolean() })),
		snapshotsFound: z.int().meta({ description: 'Of a long span every so-manieth is answered' }),
		latest: z
			.object(score)
			.nullable()
			.meta({ description: 'The newest score, perhaps not stored; null: the tenant is quiet' }),
		incidents: z.array(
			z.object({
				incidentId: z.string(),
				rule: z.string(),
				openedAt: instant,
				closedAt: instant.nullable(),
			}),
		),
	})
	.meta({ id: 'Behaviour' });
