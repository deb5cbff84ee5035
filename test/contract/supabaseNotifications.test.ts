import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { alertContract } from './alertContract.ts';
import { notificationContract } from './notificationContract.ts';

alertContract('supabase-js', openSupabaseDoubleDatabase);
notificationContract('supabase-js', openSupabaseDoubleDatabase);
