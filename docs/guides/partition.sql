-- The transfers of each policy year in a table of their own (PostgreSQL). Stop the service and make a backup first; then
--     psql -v ON_ERROR_STOP=1 -f partition.sql ADDRESS && huibao check
-- The check puts the guards up again before it looks, so start the service only after it. Say the years you have.
-- A later year is added before it begins:
--     CREATE TABLE transfer_2022 PARTITION OF transfer FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
BEGIN;
SELECT pg_advisory_xact_lock(4820001);
ALTER TABLE transfer RENAME TO transfer_whole;
CREATE TABLE transfer (LIKE transfer_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (takes_effect_on);
CREATE TABLE transfer_2020 PARTITION OF transfer FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE transfer_2021 PARTITION OF transfer FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE transfer_other PARTITION OF transfer DEFAULT;
INSERT INTO transfer SELECT * FROM transfer_whole ORDER BY id;
DROP TABLE transfer_whole;
CREATE SEQUENCE transfer_number OWNED BY transfer.id;
SELECT setval('transfer_number', COALESCE((SELECT MAX(id) FROM transfer), 0) + 1, false);
-- A key of a table in parts holds the day; an entry's transfers all have its day (L2), so a place is still taken once.
ALTER TABLE transfer
    ALTER COLUMN id SET DEFAULT nextval('transfer_number'),
    ADD PRIMARY KEY (id, takes_effect_on),
    ADD CONSTRAINT transfer_position_once UNIQUE (entry_id, "position", takes_effect_on),
    ADD FOREIGN KEY (entry_id) REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (source_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (target_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX transfer_out ON transfer (source_id, takes_effect_on, fen);
CREATE INDEX transfer_in ON transfer (target_id, takes_effect_on, fen);
COMMIT;
