-- The batch's documents as versions of their files. The same bytes behind the same address are the version that is there,
-- also when an old batch is loaded again. A re-reading is of a version that is there: its facts are replaced, unless the reading
-- failed for a reason that says nothing of the document; then what was read before is kept.
-- Facts are loaded once for the same bytes: later ones become duplicates.
CREATE OR REPLACE TEMP TABLE arrived AS
WITH pulled AS (
    FROM (
        SELECT *, NULL::BIGINT AS reread_key FROM staged_pulled
        WHERE document_no IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY address ORDER BY document_no) = 1
    )
    UNION ALL BY NAME
    SELECT
        rereading.document_no, rereading.document_key AS reread_key, version.department_id, version.document_id AS address, version.sha256,
        version.byte_count, version.etag, version.last_modified, version.catalogue_fiscal_year AS fiscal_year,
        version.catalogue_stage AS stage, version.catalogue_department_name AS stated_department, version.file_name, version.pulled_at
    FROM staged_rereading AS rereading
    JOIN dim_document AS version ON version.document_key = rereading.document_key
),
stored AS MATERIALIZED (
    FROM dim_document SEMI JOIN pulled ON pulled.address = dim_document.document_id
),
newest AS (
    SELECT document_id, max(version_no) AS version_no FROM stored GROUP BY document_id
),
unfit AS (
    SELECT document_no, string_agg(message, '; ') AS message FROM misfit GROUP BY document_no
),
version AS (
    SELECT
        pulled.*, document.* EXCLUDE (document_no, sha256, fiscal_year, stage, outcome, error_code, error_message, misfit),
        document.fiscal_year AS stated_year, document.stage AS stated_stage, unfit.document_no IS NOT NULL AS is_unfit,
        CASE WHEN is_unfit THEN 'failed' ELSE document.outcome END AS reading,
        CASE WHEN is_unfit THEN 'unfit-value' ELSE document.error_code END AS failure,
        CASE WHEN is_unfit THEN unfit.message ELSE document.error_message END AS error_message,
        coalesce(known.version_no, newest.version_no + 1, 1) AS version_no,
        surrogate_key([pulled.address, coalesce(known.version_no, newest.version_no + 1, 1)::VARCHAR]) AS document_key,
        coalesce(known.pulled_at, pulled.pulled_at) AS first_pulled_at,
        known.document_key IS NULL OR reread_key IS NOT NULL AS is_to_load,
        reread_key IS NOT NULL AND known.outcome <> 'failed' AND known.error_code IS DISTINCT FROM failure
            AND says_nothing_of_document(failure) AS is_kept,
        CASE
            WHEN NOT is_passing(failure) THEN 0
            WHEN (known.reader_fingerprint, known.reading_limits) IS DISTINCT FROM (this_run.reader_fingerprint, this_run.reading_limits) THEN 1
            ELSE coalesce(known.passing_failure_count, 0) + 1
        END AS passing_failure_count,
        coalesce(known.run_key, this_run.run_key) AS first_run_key
    FROM pulled
    CROSS JOIN this_run
    JOIN staged_document AS document ON document.document_no = pulled.document_no
    LEFT JOIN unfit ON unfit.document_no = pulled.document_no
    LEFT JOIN newest ON newest.document_id = pulled.address
    LEFT JOIN stored AS known
        ON known.document_id = pulled.address AND known.sha256 = pulled.sha256
        AND CASE
            WHEN reread_key IS NOT NULL THEN known.document_key = reread_key
            ELSE known.version_no = newest.version_no OR known.pulled_at = pulled.pulled_at
        END
),
loaded_before AS (
    SELECT sha256, min(document_key) AS document_key
    FROM dim_document
    SEMI JOIN pulled USING (sha256)
    WHERE outcome = 'read'
    GROUP BY sha256
),
content AS (
    SELECT
        version.*,
        coalesce(
            loaded_before.document_key,
            first_value(version.document_key) OVER (PARTITION BY version.sha256 ORDER BY version.reading <> 'read', version.document_no)
        ) AS content_key
    FROM version
    LEFT JOIN loaded_before ON loaded_before.sha256 = version.sha256
    WHERE version.is_to_load
)
SELECT
    content.document_no, content.document_key, content.address AS document_id, content.version_no,
    department.department_key, content.department_id, content.is_unfit, content.is_kept, content.reread_key IS NOT NULL AS is_reread,
    content.passing_failure_count, content.first_run_key AS run_key,
    CASE WHEN reading = 'read' AND content_key <> content.document_key THEN 'duplicate' ELSE reading END AS outcome,
    CASE WHEN reading = 'read' AND content_key <> content.document_key THEN content_key END AS duplicate_of_key,
    content.failure AS error_code, content.error_message, content.sha256, content.file_name, content.format, content.page_count,
    content.department_name AS published_department_name, content.notice AS correction_notice,
    coalesce(stated_year, content.fiscal_year) AS fiscal_year,
    CASE WHEN stated_year IS NOT NULL THEN 'document' WHEN content.fiscal_year IS NOT NULL THEN 'catalogue' END AS fiscal_year_source,
    content.fiscal_year AS catalogue_fiscal_year,
    coalesce(stated_stage, content.stage) AS stage,
    CASE WHEN stated_stage IS NOT NULL THEN 'document' WHEN content.stage IS NOT NULL THEN 'catalogue' END AS stage_source,
    content.stage AS catalogue_stage, content.stated_department AS catalogue_department_name,
    content.byte_count, content.etag, content.last_modified, content.first_pulled_at AS pulled_at
FROM content
JOIN dim_department AS department
    ON department.department_id = content.department_id AND <department in coalesce(stated_year, content.fiscal_year)>
