-- SPDX-License-Identifier: Apache-2.0
-- Where copies of replies go that a case sends to an agent; empty: nowhere.
ALTER TABLE agents ADD COLUMN email TEXT NOT NULL DEFAULT '';
