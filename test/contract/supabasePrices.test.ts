import {
	openQueryableSupabaseDouble,
	openSupabaseDoubleDatabase,
} from '../support/servers/supabaseDouble.ts';
import { goldenInvoiceContract } from './goldenInvoiceContract.ts';
import { priceContract } from './priceContract.ts';

priceContract('supabase-js', openSupabaseDoubleDatabase);
goldenInvoiceContract('supabase-js', openQueryableSupabaseDouble);
