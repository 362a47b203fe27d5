UPDATE dim_document AS version
SET catalogue_fiscal_year = corrected.catalogue_fiscal_year, catalogue_stage = corrected.catalogue_stage,
    catalogue_department_name = corrected.catalogue_department_name,
    fiscal_year = corrected.fiscal_year, fiscal_year_source = corrected.fiscal_year_source,
    stage = corrected.stage, stage_source = corrected.stage_source
FROM corrected
WHERE corrected.document_key = version.document_key
