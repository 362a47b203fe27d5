-- The documents whose earlier reading is replaced.
CREATE OR REPLACE TEMP TABLE replaced AS
SELECT document_key FROM arrived WHERE is_reread AND NOT is_kept
