-- SPDX-License-Identifier: Apache-2.0
-- Returns name reasons of the small lists; what each row of an operation changes, or would; and the edit locks that whoever began it holds.

ALTER TABLE operation_rows ADD COLUMN changes TEXT NOT NULL DEFAULT '';
ALTER TABLE operations ADD COLUMN edit_locks TEXT NOT NULL DEFAULT '[]';

ALTER TABLE order_returns ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';
