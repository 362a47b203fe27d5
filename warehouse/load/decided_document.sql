-- The documents that counted for the undecided departments so far.
CREATE OR REPLACE TEMP TABLE decided_document AS
SELECT counted.document_key
FROM counted_document AS counted
JOIN dim_document AS version ON version.document_key = counted.version_key
SEMI JOIN undecided_department ON undecided_department.department_id = version.department_id
