-- SPDX-License-Identifier: Apache-2.0
-- Mails that held a card number were kept as they came until now; masked copies take their place
-- (core/service/masked_mails.h).
INSERT INTO jobs (id, kind, key, run_at, state, attempt, payload, created_at)
SELECT 'mask-' || i.id, 'intake.mask_original', 'intake.mask_original:' || i.id, 0, 'ready', 0, i.id, 0
FROM messages m JOIN intake i ON i.message_id = m.id
WHERE m.notices LIKE '%card_number_masked%';
