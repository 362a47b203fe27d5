CASE
    WHEN subject = 'table' THEN subject_no
    WHEN subject = 'project' THEN (
        SELECT project.table_no
        FROM fact_project AS project
        WHERE project.document_key = quality.document_key AND project.project_no = quality.subject_no
            AND project.page IS NOT DISTINCT FROM quality.page AND project.row = quality.row
    )
END
