	-- Kundresa store, generation 1
-- Views for DuckDB. In its shell, from the folder that shop.store lies in:
--   SET VARIABLE kundresa_store = 'shop.store';
--   .read shop.store/views.sql
-- Without the variable, files are looked for in the current folder.
-- The views show this generation; read this file again after the store has changed.

CREATE OR REPLACE VIEW inputs AS
SELECT * FROM (VALUES
  (CAST(NULL AS UINTEGER), '', '', '', CAST(NULL AS UBIGINT), '', CAST(NULL AS UBIGINT), CAST(NULL AS UBIGINT), CAST(NULL AS UBIGINT), false, CAST(NULL AS UBIGINT)),
  (0, 'delimited', 'e.csv', 'delimited text', 251, 'xxh3-128:3b84df64f99894691b460919aa57864e', 6, 2, 0, true, 0)
) AS inputs(input, source, name, format, bytes, hash, rows_in, rejected, forgotten, has_row_order, rank)
WHERE input IS NOT NULL;

CREATE OR REPLACE VIEW kundresa_rows AS
SELECT CAST(NULL AS VARCHAR) AS "actor", CAST(NULL AS UTINYINT) AS "actor_class", CAST(NULL AS TIMESTAMPTZ) AS "ts", CAST(NULL AS VARCHAR) AS "event", CAST(NULL AS VARCHAR) AS "source_name", CAST(NULL AS VARCHAR) AS "page", CAST(NULL AS VARCHAR) AS "currency", CAST(NULL AS VARCHAR) AS "props", CAST(NULL AS DECIMAL(19,6)) AS "value", CAST(NULL AS BOOLEAN) AS "is_activity", CAST(NULL AS BOOLEAN) AS "is_bot", CAST(NULL AS BOOLEAN) AS "is_synthetic", CAST(NULL AS BOOLEAN) AS "is_day_precision", CAST(NULL AS BOOLEAN) AS "is_repeated_order", CAST(NULL AS VARCHAR) AS "user_id", CAST(NULL AS VARCHAR) AS "crm_id", CAST(NULL AS VARCHAR) AS "email", CAST(NULL AS VARCHAR) AS "event_id", CAST(NULL AS BIGINT) AS "sequence_0", CAST(NULL AS BIGINT) AS "sequence_1", CAST(NULL AS BIGINT) AS "sequence_2", CAST(NULL AS UINTEGER) AS "input", CAST(NULL AS UBIGINT) AS "row", CAST(NULL AS UINTEGER) AS "position", CAST(NULL AS BIGINT) AS "run", CAST(NULL AS BIGINT) AS "event_row" WHERE false
UNION ALL BY NAME
SELECT actor,
  actor_class,
  ts,
  t.few[nullif(c0, 0) + 0] AS "currency",
  t.few[nullif(c1, 0) + 1] AS "event",
  t.few[nullif(c2, 0) + 3] AS "page",
  t.few[nullif(c3, 0) + 5] AS "source_name",
  w0 AS "props",
  CAST(CAST(value AS DECIMAL(19,0)) * 0.000001 AS DECIMAL(19,6)) AS value,
  (flags & 1) <> 0 AS is_activity,
  (flags & 2) <> 0 AS is_day_precision,
  (flags & 4) <> 0 AS is_synthetic,
  (flags & 8) <> 0 AS is_bot,
  (flags & 16) <> 0 AS is_repeated_order,
  CAST(1 AS BIGINT) AS run,
  file_row_number AS event_row,
  e.* EXCLUDE (actor, actor_class, ts, flags, c0, c1, c2, c3, w0, value, file_row_number)
FROM (
  SELECT * FROM read_parquet(coalesce(getvariable('kundresa_store'), '.') || '/runs/000001/events.parquet', file_row_number = true) AS e(actor, actor_class, ts, flags, c0, c1, c2, c3, w0)
  UNION ALL SELECT * REPLACE (file_row_number + 3 AS file_row_number) FROM read_parquet(coalesce(getvariable('kundresa_store'), '.') || '/runs/000001/unidentified.parquet', file_row_number = true) AS e(actor, actor_class, ts, flags, c0, c1, c2, c3, w0)
) AS e
ANTI JOIN (SELECT CAST(row AS BIGINT) AS ordinal FROM read_parquet(coalesce(getvariable('kundresa_store'), '.') || '/runs/000001/deleted-000001.parquet')) AS d ON e.file_row_number = d.ordinal
CROSS JOIN (SELECT list(value ORDER BY "column", code) AS few FROM read_parquet(coalesce(getvariable('kundresa_store'), '.') || '/runs/000001/texts.parquet') WHERE "column" IN ('currency', 'event', 'page', 'source_name')) AS t
;

CREATE OR REPLACE VIEW events AS
SELECT * FROM kundresa_rows;

CREATE OR REPLACE VIEW actors AS
SELECT actor, actor_class, CAST(sum(events) AS BIGINT) AS events, min(first_ts) AS first_ts, max(last_ts) AS last_ts
FROM (
SELECT CAST(NULL AS VARCHAR) AS actor, CAST(NULL AS UTINYINT) AS actor_class, CAST(0 AS UBIGINT) AS events, CAST(NULL AS TIMESTAMPTZ) AS first_ts, CAST(NULL AS TIMESTAMPTZ) AS last_ts WHERE false
UNION ALL
SELECT actor, actor_class, count(*), min(ts), max(ts) FROM kundresa_rows
WHERE run = 1 AND actor IS NOT NULL GROUP BY actor, actor_class
)
GROUP BY actor, actor_class;

CREATE OR REPLACE VIEW items AS
SELECT CAST(NULL AS BIGINT) AS run, CAST(NULL AS BIGINT) AS event_row, CAST(NULL AS UINTEGER) AS position, CAST(NULL AS VARCHAR) AS id, CAST(NULL AS VARCHAR) AS name, CAST(NULL AS VARCHAR) AS category, CAST(NULL AS VARCHAR) AS brand, CAST(NULL AS VARCHAR) AS variant, CAST(NULL AS DECIMAL(19,6)) AS price, CAST(NULL AS DOUBLE) AS quantity, CAST(NULL AS VARCHAR) AS rest WHERE false
;
