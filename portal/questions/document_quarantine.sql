-- The rows of a document that are in no sum, since they could not be read with certainty.
SELECT label, reasons, published_text, document_key, page, row, box
FROM quarantine
WHERE document_key = $document
ORDER BY page NULLS FIRST, row NULLS FIRST
