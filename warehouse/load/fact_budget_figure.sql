SELECT figure.*, published.department_key
FROM staged_figure AS figure
JOIN fact_published_table AS published
    ON published.document_key = figure.document_key AND published.table_no = figure.table_no
