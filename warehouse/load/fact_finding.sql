-- A rule may find several things wrong with one subject; what they say numbers them, so that the numbers stay.
SELECT
    fingerprint(
        finding.rule, loaded.department_id, loaded.fiscal_year, loaded.stage, lasting_name(finding.subject, finding.label, loaded.document_id)
    ) AS fingerprint,
    this_run.run_key, loaded.document_key, loaded.department_id, loaded.fiscal_year, loaded.stage,
    row_number() OVER (
        PARTITION BY finding.document_no, finding.rule, finding.subject, finding.subject_no, finding.label
        ORDER BY finding.page, finding.row, finding.message_zh, finding.expected, finding.actual
    ) AS finding_no,
    finding.* EXCLUDE (document_no)
FROM staged_finding AS finding
JOIN loaded ON loaded.document_no = finding.document_no
CROSS JOIN this_run
