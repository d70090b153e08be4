-- SPDX-License-Identifier: Apache-2.0
-- What a scanner said of the contents of attachments. A content that nobody was asked about has no row.

CREATE TABLE content_scans (
  sha256 TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,   -- not_scanned, clean, infected
  detail TEXT NOT NULL,  -- name of what was found, or why it could not be scanned
  at BIGINT              -- null: it waits for the scanner
);
