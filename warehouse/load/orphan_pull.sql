SELECT pulled.address, 'the department ' || pulled.department_id || ' was never in the catalogue' AS problem
FROM staged_pulled AS pulled
ANTI JOIN dim_department AS department ON department.department_id = pulled.department_id
UNION ALL
SELECT pulled.address, 'its document ' || pulled.document_no || ' is not in the batch' AS problem
FROM staged_pulled AS pulled
ANTI JOIN staged_document AS document ON document.document_no = pulled.document_no
WHERE pulled.document_no IS NOT NULL
