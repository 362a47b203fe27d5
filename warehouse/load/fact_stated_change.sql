SELECT loaded.document_key, said.* EXCLUDE (document_no)
FROM staged_stated_change AS said
JOIN loaded ON loaded.document_no = said.document_no
