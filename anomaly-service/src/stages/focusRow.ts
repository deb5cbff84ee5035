import { firstInstantAt } from '../../../core/zonedTime.ts';
import { usdDecimal } from '../../../core/usdDecimal.ts';
import type { Charge } from '../ports/reportFunctions.ts';
import { meterName, providerName, serviceKind, unitName } from './focusNames.ts';

/**
 * The columns of FOCUS 1.3's Cost and Usage that a ledger of calls can fill: every mandatory one, and what is conditional
 * or recommended and known. FOCUS columns by name, then the custom ones.
 */
export const FOCUS_COLUMNS = [
	'BilledCost',
	'BillingAccountId',
	'BillingAccountName',
	'BillingCurrency',
	'BillingPeriodEnd',
	'BillingPeriodStart',
	'ChargeCategory',
	'ChargeClass',
	'ChargeDescription',
	'ChargeFrequency',
	'ChargePeriodEnd',
	'ChargePeriodStart',
	'ConsumedQuantity',
	'ConsumedUnit',
	'ContractedCost',
	'EffectiveCost',
	'HostProviderName',
	'InvoiceIssuerName',
	'ListCost',
	'PricingCategory',
	'PricingQuantity',
	'PricingUnit',
	'ProviderName',
	'PublisherName',
	'ServiceCategory',
	'ServiceName',
	'ServiceProviderName',
	'ServiceSubcategory',
	'SkuId',
	'SkuMeter',
	'SkuPriceId',
	'SubAccountId',
	'SubAccountName',
	'Tags',
	'x_CostMicroCents',
	'x_CostSource',
	'x_Model',
	'x_ServiceTier',
] as const;
export type FocusColumn = (typeof FOCUS_COLUMNS)[number];

/** Decimals are text, which is exact; null is what a spreadsheet shows as an empty cell. */
export type FocusRow = Record<FocusColumn, string | null>;

/** Decimals: what begins with a minus among them is a number. */
export const FOCUS_NUMBERS: ReadonlySet<string> = new Set<FocusColumn>([
	'BilledCost',
	'ConsumedQuantity',
	'ContractedCost',
	'EffectiveCost',
	'ListCost',
	'PricingQuantity',
	'x_CostMicroCents',
]);

/** Charges as rows of FOCUS, their days those of a time zone. */
export function focusRowsIn(timeZone: string): (charge: Charge) => FocusRow {
	// Rows come by the day: finding out when one begins takes longer than all the rest of a row.
	const periods = new Map<string, Periods>();

	return (charge) => {
		const known = periods.get(charge.day) ?? periodsOf(charge.day, timeZone);
		periods.set(charge.day, known);

		return focusRow(charge, known);
	};
}

/**
 * A charge as a row of FOCUS. The four costs are the same: nobody's discounts are known here. What was corrected has
 * replaced its line, so a row that is a correction has the whole amount and not the difference.
 */
function focusRow(charge: Charge, periods: Periods): FocusRow {
	const { tenantId, provider, model, unit, rateId, costMicroCents } = charge;
	const cost = usdDecimal(costMicroCents);
	const vendor = providerName(provider);
	const { category, subcategory } = serviceKind(provider, model);

	return {
		...{ BilledCost: cost, ContractedCost: cost, EffectiveCost: cost, ListCost: cost },
		...{ BillingAccountId: provider, BillingAccountName: vendor, BillingCurrency: 'USD' },
		...periods,
		ChargeCategory: charge.isCredit ? 'Credit' : 'Usage',
		ChargeClass: charge.isCorrection ? 'Correction' : null,
		ChargeDescription: `${meterName(unit)} of ${model}`,
		ChargeFrequency: 'Usage-Based',
		...quantitiesOf(charge),
		...{ HostProviderName: vendor, InvoiceIssuerName: vendor, ProviderName: vendor },
		...{ PublisherName: vendor, ServiceProviderName: vendor },
		...{ ServiceCategory: category, ServiceName: model, ServiceSubcategory: subcategory },
		...{ SkuId: `${provider}/${model}/${unit}`, SkuMeter: meterName(unit), SkuPriceId: rateId },
		...{ SubAccountId: tenantId, SubAccountName: tenantId },
		Tags: JSON.stringify(tagsOf(charge)),
		x_CostMicroCents: String(costMicroCents),
		...{ x_CostSource: charge.costSource, x_Model: model, x_ServiceTier: charge.serviceTier },
	};
}

/** Credits are not consumed: FOCUS wants no quantity then. */
function quantitiesOf({ isCredit, unit, quantity }: Charge) {
	const measured = isCredit ? null : quantity;
	const measure = isCredit ? null : unitName(unit);

	return {
		...{ ConsumedQuantity: measured, ConsumedUnit: measure },
		...{ PricingQuantity: measured, PricingUnit: measure },
		PricingCategory: isCredit ? null : 'Standard',
	};
}

type Periods = Pick<
	FocusRow,
	'BillingPeriodStart' | 'BillingPeriodEnd' | 'ChargePeriodStart' | 'ChargePeriodEnd'
>;

/** The day and its month, their ends not within; days can have 23 or 25 hours. */
function periodsOf(day: string, timeZone: string): Periods {
	const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
	const instant = (...wall: [number, number, number]) =>
		new Date(firstInstantAt(timeZone, Date.UTC(...wall))).toISOString().replace('.000Z', 'Z');

	return {
		BillingPeriodStart: instant(year, month - 1, 1),
		BillingPeriodEnd: instant(year, month, 1),
		ChargePeriodStart: instant(year, month - 1, date),
		ChargePeriodEnd: instant(year, month - 1, date + 1),
	};
}

/** What the operator told of its calls; what was not told is left out. */
function tagsOf({ source, workflowId }: Charge): Record<string, string> {
	return { source, ...(workflowId === null ? {} : { workflow: workflowId }) };
}
