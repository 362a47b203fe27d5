CREATE OR REPLACE TEMP MACRO is_ending(event) AS event IN ('corrected', 'withdrawn', 'lapsed', 'retracted', 'exempted');
CREATE OR REPLACE TEMP MACRO says_how_it_stands(event) AS is_ending(event) OR event IN ('opened', 'reopened', 'worsened', 'changed');
CREATE OR REPLACE TEMP MACRO amounts(message) AS regexp_extract_all(message, '\d[\d,]*\.\d\d');
