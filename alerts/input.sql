-- What is new of what a run told of the files that people write for it: lines that the last one that succeeded did not tell.
SELECT line
FROM (SELECT unnest(string_split(message, chr(10))) AS line FROM load_run WHERE run_key = $run_key) AS tonight
WHERE line NOT IN (
    SELECT unnest(string_split(arg_max(message, started_at), chr(10)))
    FROM load_run
    WHERE status = 'succeeded' AND message IS NOT NULL AND started_at < (SELECT started_at FROM load_run WHERE run_key = $run_key)
)
ORDER BY line
